import { Command, CommanderError, Option } from 'commander';
import { SetupError } from '../server/setup-error.ts';
import type { ServeFlags } from './settings.ts';
import { version } from './version.ts';

/** Carries out one command line, without the program's own name. Mistakes end in one line on standard error and exit code 1. */
export async function run(args: readonly string[]): Promise<void> {
  try {
    await program(serve).parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode; // commander has told why
    } else if (error instanceof SetupError) {
      process.stderr.write(`antiphon: ${error.message}\n`);
      process.exitCode = 1;
    } else {
      throw error;
    }
  }
}

/** The command line; `serve` is called with the flags that were given. */
export function program(serveWith: (flags: ServeFlags) => Promise<void>): Command {
  const root = new Command('antiphon');
  root
    .description('The OpenAI Realtime API, open at both ends.')
    .version(version())
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${oneLine(text)}\n`) });
  root
    .command('version')
    .description('print the version')
    .action(() => void process.stdout.write(`${version()}\n`));
  serveCommand(root.command('serve')).action(serveWith);
  return root;
}

function serveCommand(command: Command): Command {
  return command
    .description('Serve the Realtime API. A flag wins over the environment, the environment over the file.')
    .option('--host <host>', 'address to bind (ANTIPHON_HOST; default 127.0.0.1)')
    .option('--port <port>', 'port to bind, 0 picks a free one (ANTIPHON_PORT; default 8080)')
    .option('--config <file>', 'configuration file (ANTIPHON_CONFIG; default antiphon.yaml if there is one)')
    .option('--scenario <file>', 'serve the scripted model from this file under every model name')
    .option(
      '--api-key <key>',
      'a key that clients must present; repeat for more (ANTIPHON_API_KEYS, comma-separated)',
      gather,
    )
    .option('--tls-cert <file>', 'serve https and wss with this certificate chain (PEM)')
    .option('--tls-key <file>', 'the key of that certificate (PEM)')
    .addOption(
      new Option('--beta-header <mode>', 'clients that ask for the beta API (default ignore)').choices([
        'ignore',
        'strict',
        'translate',
      ]),
    )
    .option('--deflate', 'compress frames for clients that offer it; costs memory for each session')
    .option(
      '--log-level <level>',
      'trace, debug, info, warn, error, fatal or silent (ANTIPHON_LOG_LEVEL; default info)',
    );
}

function gather(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}

/** Imported late, so that `--help` and mistakes answer at once. */
async function serve(flags: ServeFlags): Promise<void> {
  const { serve: start } = await import('./serve.ts');
  await start(flags);
}

function oneLine(text: string): string {
  const message = text
    .trim()
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ');
  return `antiphon: ${message.replace(/[.]?$/, '.')} See antiphon --help.`;
}
