import { type Command, Option } from 'commander';
import { type EndpointFlags, endpointFlags } from '../endpoint-flags.ts';

/** The flags of `antiphon replay`. */
export interface ReplayFlags extends EndpointFlags {
  readonly compare?: boolean;
  readonly speed?: string;
  readonly timeout?: string;
}

/** What takes can be made into. */
export const takeForms = ['scenario', 'inline', 'folder', 'har', 'wav', 'vtt'] as const;
export type TakeForm = (typeof takeForms)[number];

/** The flags of `antiphon take convert`. */
export interface ConvertFlags {
  readonly to: TakeForm;
  readonly out?: string;
}

/** What the commands on takes do. */
export interface TakeActions {
  replay(take: string, url: string, flags: ReplayFlags): Promise<void>;
  show(file: string): Promise<void>;
  check(file: string): Promise<void>;
  convert(file: string, flags: ConvertFlags): Promise<void>;
}

/** Tells the command line what can be done with takes. */
export function takeCommands(root: Command, { replay, show, check, convert }: TakeActions): void {
  endpointFlags(root.command('replay'), 'what the address says, else what was recorded')
    .description("Play the client's part of a take against a Realtime endpoint. Exit code 0: the same, 1: different.")
    .argument('<take>', 'the folder or file of a take')
    .argument('<url>', 'the endpoint, such as ws://127.0.0.1:8080/v1/realtime')
    .option('--compare', 'say by meaning what is different: items and their words, ends of responses, errors, turns')
    .option('--speed <n>', 'times as fast as it was recorded, or max (default 1)')
    .option('--timeout <seconds>', 'longest wait for what the recorded server said (default 20)')
    .action(replay);
  const take = root.command('take').description('Look at a take, hold it to the laws, make something else of it.');
  take
    .command('show')
    .description('A timeline: what was said when, how long answers took, what it cost.')
    .argument('<file>', 'the folder or file of a take')
    .action(show);
  take
    .command('check')
    .description('Hold a recording to the schemas and laws of the API. Exit code 1 where one is broken.')
    .argument('<file>', 'the folder or file of a take')
    .action(check);
  take
    .command('convert')
    .description('Write a take, or a HAR file of a browser, as something else.')
    .argument('<file>', 'the folder or file of a take, or a .har file')
    .addOption(new Option('--to <form>', 'what it becomes').choices([...takeForms]).makeOptionMandatory())
    .option('--out <file>', 'where it goes (default: beside it, by its name)')
    .action(convert);
}
