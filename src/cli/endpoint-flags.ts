import type { Command } from 'commander';

/** How a command reaches an endpoint. */
export interface EndpointFlags {
  readonly key?: string;
  readonly model?: string;
  readonly header?: readonly string[];
  readonly query?: readonly string[];
  readonly ca?: string;
}

/** The flags by which an endpoint is reached, the same for every command that asks one. `model`: what stands for it where it is not given. */
export function endpointFlags(command: Command, model: string): Command {
  return command
    .option('--key <key>', 'API key or client secret (ANTIPHON_KEY)')
    .option('--model <name>', `model (default ${model})`)
    .option('--header <header>', "a header of every request, 'NAME: VALUE'; repeat for more", gather)
    .option('--query <pair>', 'a parameter of every address, K=V; repeat for more', gather)
    .option('--ca <file>', 'certificates to trust besides the usual ones (PEM)');
}

/** A flag that is given several times, as the list of its values. */
export function gather(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}
