import { type Command, CommanderError } from 'commander';
import { exitCodes } from '../../load/verdict.ts';
import { type EndpointFlags, endpointFlags } from '../endpoint-flags.ts';

/** The flags of `antiphon load`, as the command line gives them; absent where not given. */
export interface LoadFlags extends EndpointFlags {
  readonly sessions?: string;
  readonly ramp?: string;
  readonly for?: string;
  readonly shape?: string;
  readonly turnEvery?: string;
  readonly objective?: string;
  readonly findMax?: boolean;
  readonly pid?: string;
  readonly json?: string;
  readonly procs?: string;
  readonly yes?: boolean;
}

/** Tells the command line what `antiphon load` understands. */
export function loadCommand(command: Command): Command {
  return endpointFlags(command, 'gpt-realtime')
    .description(
      'Hold many paced sessions with a Realtime endpoint, and tell how long answers take. Exit code 0: the objective is met.',
    )
    .argument('<url>', 'the endpoint, such as ws://127.0.0.1:8080/v1/realtime')
    .option('--sessions <n>', 'so many at a time (default 10)')
    .option('--ramp <rate>', 'how many begin in a second, such as 10/s (default 10/s)')
    .option('--for <time>', 'how long all of them stay, such as 60s or 5m (default 60s; 20s with --find-max)')
    .option(
      '--shape <shape>',
      'what users do: voice, text, idle, barge, or what the client did in a FILE.take (default voice)',
    )
    .option('--turn-every <time>', 'from the beginning of a turn to that of the next (default 8s)')
    .option('--objective <list>', "what is to hold, such as 'first_audio.p95<1200,errors<0.1%' (default errors<0.1%)")
    .option('--find-max', 'look for the most sessions that meet the objective')
    .option('--pid <n>', 'the process of the server on this machine: tells its CPU, and the sessions per core')
    .option('--json <file>', 'write the results as JSON (- for standard output)')
    .option('--procs <n>', 'generate from so many processes (default 1)')
    .option('--yes', 'open more than 10 sessions at an endpoint that is not on this machine')
    .exitOverride((error) => {
      throw new CommanderError(error.exitCode === 0 ? 0 : exitCodes.wrongUsage, error.code, error.message);
    });
}
