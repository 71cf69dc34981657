import { Command, CommanderError, Option } from 'commander';
import { SetupError } from '../server/setup-error.ts';
import { matchModes } from '../take/replay/match.ts';
import { type ConformanceFlags, conformanceCommand } from './check/flags.ts';
import type { CheckFlags } from './check-config.ts';
import { gather } from './endpoint-flags.ts';
import type { InitFlags } from './init/init.ts';
import { type LoadFlags, loadCommand } from './load/flags.ts';
import { presetNames } from './presets/presets.ts';
import { printable } from './printable.ts';
import type { RecordFlags } from './serve/record.ts';
import type { ServeFlags } from './serve/settings.ts';
import { takeActions } from './take/actions.ts';
import { type TakeActions, takeCommands } from './take/flags.ts';
import { type TalkFlags, talkCommand } from './talk/flags.ts';
import { version } from './version.ts';

/** What the commands do, with what the command line gave them. */
export interface Actions {
  serve(flags: ServeFlags): Promise<void>;
  record(url: string, flags: RecordFlags): Promise<void>;
  checkConfig(file: string | undefined, flags: CheckFlags): Promise<void>;
  check(url: string | undefined, flags: ConformanceFlags): Promise<void>;
  load(url: string, flags: LoadFlags): Promise<void>;
  init(flags: InitFlags): Promise<void>;
  talk(url: string | undefined, flags: TalkFlags): Promise<void>;
  readonly takes: TakeActions;
}

/** Imported late, so that `--help` and mistakes answer at once. */
const actions: Actions = {
  serve: async (flags) => (await import('./serve/serve.ts')).serve(flags),
  record: async (url, flags) => (await import('./serve/record.ts')).record(url, flags),
  checkConfig: async (file, flags) => (await import('./check-config.ts')).checkConfig(file, flags),
  check: async (url, flags) => (await import('./check/command.ts')).check(url, flags),
  load: async (url, flags) => (await import('./load/command.ts')).load(url, flags),
  init: async (flags) => (await import('./init/init.ts')).init(flags),
  takes: takeActions,
  talk: async (url, flags) => (await import('./talk/command.ts')).talk(url, flags),
};

/** Carries out one command line, without the program's own name. Mistakes end in one line on standard error and exit code 1. */
export async function run(args: readonly string[]): Promise<void> {
  try {
    await program(actions).parseAsync([...args], { from: 'user' });
  } catch (error) {
    // Of many mistakes the first is told; check-config tells them all.
    const mistake: unknown = error instanceof AggregateError ? error.errors[0] : error;
    if (mistake instanceof CommanderError) {
      process.exitCode = mistake.exitCode; // commander has told why
    } else if (mistake instanceof SetupError) {
      process.stderr.write(`antiphon: ${printable(mistake.message)}\n`);
      process.exitCode = 1;
    } else {
      throw mistake;
    }
  }
}

/** The command line; each command calls its action. */
export function program({ serve, record, takes, checkConfig, check, load, init, talk }: Actions): Command {
  const root = new Command('antiphon');
  root
    .description('The OpenAI Realtime API, open at both ends.')
    .version(version())
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${printable(oneLine(text))}\n`) });
  root
    .command('version')
    .description('print the version')
    .action(() => void process.stdout.write(`${version()}\n`));
  serveCommand(root.command('serve')).action(serve);
  recordCommand(root.command('record')).action(record);
  checkCommand(root.command('check-config')).action(checkConfig);
  takeCommands(root, takes);
  conformanceCommand(root.command('check')).action(check);
  loadCommand(root.command('load')).action(load);
  initCommand(root.command('init')).action(init);
  talkCommand(root.command('talk')).action(talk);
  return root;
}

function checkCommand(command: Command): Command {
  return command
    .description('Check a configuration file, and load what it names. One line for each problem, and exit code 1.')
    .argument('[file]', 'the file (ANTIPHON_CONFIG; default antiphon.yaml)')
    .option('--probe', 'ask the endpoints that it names, too');
}

function initCommand(command: Command): Command {
  return command
    .description('Write a configuration file: looks for models on this machine and asks a few questions.')
    .option('--file <file>', 'the file to write (default antiphon.yaml)')
    .option('--endpoint <url>', 'a base URL to look for models at, besides the usual ones; repeat for more', gather)
    .option('--yes', 'ask nothing, take what is found; refuses to overwrite a file');
}

function serveCommand(command: Command): Command {
  command
    .description('Serve the Realtime API. A flag wins over the environment, the environment over the file.')
    .option('--host <host>', 'address to bind (ANTIPHON_HOST; default 127.0.0.1)')
    .option('--port <port>', 'port to bind, 0 picks a free one (ANTIPHON_PORT; default 8080)')
    .option('--config <file>', 'configuration file (ANTIPHON_CONFIG; default antiphon.yaml if there is one)');
  return operatedFlags(servedFlags(command));
}

/** What is served. */
function servedFlags(command: Command): Command {
  return command
    .option('--scenario <file>', 'serve the scripted model from this file under every model name')
    .addOption(
      new Option('--preset <name>', 'serve a pipeline of these models under every name').choices([...presetNames]),
    )
    .option('--endpoint <url>', 'a base URL where a preset looks for models first; repeat for more', gather)
    .option('--relay <url>', 'pass every model name on to this Realtime endpoint (ANTIPHON_RELAY)')
    .option('--relay-key <key>', 'the key for that endpoint (ANTIPHON_RELAY_KEY)')
    .option('--record <dir>', 'write every session into this folder as a take')
    .option(
      '--replay <path>',
      "play the server's part of this take, or of those in this folder, under every model name",
    )
    .addOption(
      new Option('--match <mode>', 'how closely clients must do what the recorded ones did (default order)').choices([
        ...matchModes,
      ]),
    )
    .option('--speed <n>', 'times as fast as it was recorded, or max (default 1)');
}

/** How it is served. */
function operatedFlags(command: Command): Command {
  return command
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
    .option('--udp-port <port>', 'UDP port of all WebRTC calls, 0 picks a free one (ANTIPHON_UDP_PORT; default 0)')
    .option(
      '--public-ip <address>',
      'an address that WebRTC calls reach this server at, where it is behind NAT; repeat for more (ANTIPHON_PUBLIC_IP, comma-separated)',
      gather,
    )
    .option('--state <url>', 'Redis, redis://…, that nodes share (ANTIPHON_STATE; default: this process’s memory)')
    .option(
      '--node-url <url>',
      'where other nodes reach this one; needed with --state unless the host is loopback (ANTIPHON_NODE_URL)',
    )
    .option('--workers <n>', 'so many processes behind the one port, or auto: one for each core (default 1)')
    .option('--no-console', 'no web console: / is the page that tells how to connect')
    .option('--deflate', 'compress frames for clients that offer it; costs memory for each session')
    .option(
      '--log-level <level>',
      'trace, debug, info, warn, error, fatal or silent (ANTIPHON_LOG_LEVEL; default info)',
    );
}

function recordCommand(command: Command): Command {
  return command
    .description(
      'Pass every session on to a Realtime endpoint, and write each down as a take: serve --relay URL --record DIR.',
    )
    .argument('<url>', 'the endpoint, such as wss://api.openai.com/v1/realtime')
    .requiredOption('--out <dir>', 'the folder of the takes')
    .option('--host <host>', 'address to bind (ANTIPHON_HOST; default 127.0.0.1)')
    .option('--port <port>', 'port to bind, 0 picks a free one (ANTIPHON_PORT; default 8080)')
    .option('--key <key>', 'the key for that endpoint (ANTIPHON_RELAY_KEY)')
    .option(
      '--api-key <key>',
      'a key that clients must present; repeat for more (ANTIPHON_API_KEYS, comma-separated)',
      gather,
    )
    .option(
      '--log-level <level>',
      'trace, debug, info, warn, error, fatal or silent (ANTIPHON_LOG_LEVEL; default info)',
    );
}

function oneLine(text: string): string {
  const message = text
    .trim()
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ');
  return `antiphon: ${message.replace(/[.]?$/, '.')} See antiphon --help.`;
}
