import { type Command, CommanderError, Option } from 'commander';
import { type EndpointFlags, endpointFlags, gather } from '../endpoint-flags.ts';

/** The flags of `antiphon check`, as the command line gives them; absent where not given. */
export interface ConformanceFlags extends EndpointFlags {
  readonly profile?: string;
  readonly level?: 'must' | 'should';
  readonly only?: readonly string[];
  readonly list?: boolean;
  readonly expect?: string;
  readonly timeout?: string;
  readonly tries?: string;
  readonly concurrency?: string;
  readonly yes?: boolean;
  readonly json?: string;
  readonly junit?: string;
  readonly tap?: boolean;
  readonly md?: string;
  readonly badge?: string;
  readonly takes?: string;
}

/** The exit code of a command line that makes no sense. */
export const wrongUsage = 3;

/** Tells the command line what `antiphon check` understands. */
export function conformanceCommand(command: Command): Command {
  endpointFlags(command, 'gpt-realtime')
    .description('Hold any Realtime endpoint to what stock clients rely on. Exit code 0: every MUST holds.')
    .argument('[url]', 'the endpoint, such as ws://127.0.0.1:8080/v1/realtime')
    .option('--profile <names>', 'only these parts of the API, comma-separated (default: full, which is all of them)')
    .addOption(
      new Option('--level <level>', 'what counts for the exit code (default must)').choices(['must', 'should']),
    )
    .option('--only <glob>', "only rules with such ids, as in 'core.response/*'; repeat for more", gather)
    .option('--list', 'print the rules that would be checked, and check nothing')
    .option('--expect <file>', 'known failures: YAML, id: reason');
  return outputFlags(command).exitOverride((error) => {
    throw new CommanderError(error.exitCode === 0 ? 0 : wrongUsage, error.code, error.message);
  });
}

function outputFlags(command: Command): Command {
  return command
    .option('--timeout <seconds>', 'longest wait for an answer (default 20)')
    .option('--tries <number>', "how often to try what hangs on the model's will (default 3)")
    .option('--concurrency <number>', 'how many checks run at a time (default 1)')
    .option('--yes', 'ask nothing, whatever it may cost, and run what is hard on the server, too')
    .option('--json <file>', 'write the results as JSON (- for standard output)')
    .option('--junit <file>', 'write the results as JUnit XML')
    .option('--tap', 'print TAP instead of the report')
    .option('--md <file>', 'write the results as Markdown')
    .option('--badge <file>', 'write what shields.io draws a badge from')
    .option('--takes <dir>', 'keep a take of every failure in this folder');
}
