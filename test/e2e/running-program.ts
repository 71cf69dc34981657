import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { until } from '../clients/until.ts';

const main = join(import.meta.dirname, '../../dist/cli/main.js');

export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** The Node to run it with, and its own flags. Default: the one that runs the tests. */
  readonly node?: readonly [program: string, ...flags: string[]];
}

/** The built program, started with some command line. */
export interface RunningProgram {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The address it told on standard output, as soon as it has. */
  url(): Promise<string>;
  kill(signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGKILL'): void;
  /** The exit code, as soon as it has exited; the signal's name if one killed it. */
  exited(): Promise<number | string>;
}

/** Variables of the tester's own that would change what the program does. */
const itsOwn = /^(ANTIPHON_|OPENAI_|OLLAMA_)/;

/** Starts the built program with these arguments, in an environment without any variable that it reads. */
export function start(args: readonly string[], options: StartOptions = {}): RunningProgram {
  const [program, ...flags] = options.node ?? [process.execPath];
  const inherited = Object.entries(process.env).filter(([name]) => !itsOwn.test(name));
  const child = spawn(program, [...flags, main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(inherited), ...options.environment },
    ...(options.folder === undefined ? {} : { cwd: options.folder }),
  });
  let stdout = '';
  let stderr = '';
  let end: number | string | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.once('close', (code, signal) => {
    end = code ?? signal ?? 'unknown';
  });
  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    kill: (signal) => void child.kill(signal),
    exited: () => until('the program to exit', () => end),
    async url() {
      const line = await until(`the program to listen`, () => {
        if (end !== undefined) throw new Error(`it ended with ${end}: ${stderr}`);
        return /^Listening on (\S+)\n$/.exec(stdout)?.[1];
      });
      return line;
    },
  };
}
