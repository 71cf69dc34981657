import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { hangMs } from '../setup/hang.ts';
import { examples } from './examples-server.ts';

export interface Outcome {
  /** 0: the example found the conversation as it should be. Null: it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** For Node itself. */
  readonly flags?: readonly string[];
}

/** Runs an example as a reader would: by Node, from the checkout, as a program of its own. */
export async function runExample(file: string, options: RunOptions): Promise<Outcome> {
  return launch(file, options, hangMs).ended;
}

/** An example that serves. */
export interface RunningExample {
  /** Where it says that it listens. */
  readonly url: string;
  stop(): Promise<Outcome>;
}

/** Starts an example that serves, and waits until it does. */
export async function startExample(file: string, options: RunOptions): Promise<RunningExample> {
  const { child, ended } = launch(file, options, 0);
  const url = new Promise<string>((resolve) => {
    child.stdout?.on('data', (text: string) => {
      const found = /Listening on (\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const failed = ended.then(({ stderr }) => Promise.reject(new Error(`${file} ended: ${stderr}`)));
  return {
    url: await Promise.race([url, failed]),
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** `timeoutMs` is when it is killed; 0 is never. */
function launch(
  file: string,
  options: RunOptions,
  timeoutMs: number,
): { readonly child: ChildProcess; readonly ended: Promise<Outcome> } {
  const { args = [], environment = {}, flags = [] } = options;
  const child = spawn(process.execPath, [...flags, join(examples, file), ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Outcome>((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
  return { child, ended };
}
