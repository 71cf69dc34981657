import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { until } from '../clients/until.ts';

const main = join(import.meta.dirname, '../../dist/cli/main.js');
const running: ChildProcessWithoutNullStreams[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

export interface TalkOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** What is piped in; the pipe stays open where this is absent. */
  readonly input?: string;
  /** Runs it in a terminal of its own, which is made by script(1). */
  readonly inTerminal?: boolean;
}

/** `antiphon talk`, running. Killed after the test if it is still there. */
export interface RunningTalk {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Types, or pipes in. */
  type(keys: string): void;
  kill(signal: 'SIGINT' | 'SIGTERM'): void;
  exited(): Promise<number | string>;
}

/** Variables that hold keys of this machine's user are not the tests'. */
const ours = /^(ANTIPHON_|OPENAI_|AZURE_OPENAI_|NO_COLOR|FORCE_COLOR)/;

export function startTalk(args: readonly string[], options: TalkOptions = {}): RunningTalk {
  const inherited = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const command = [process.execPath, main, 'talk', ...args];
  const [program = '', ...rest] = options.inTerminal === true ? inTerminal(command) : command;
  const child = spawn(program, rest, {
    env: { ...Object.fromEntries(inherited), ...options.environment },
    ...(options.folder === undefined ? {} : { cwd: options.folder }),
  });
  running.push(child);
  let stdout = '';
  let stderr = '';
  let end: number | string | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => {});
  child.once('close', (code, signal) => {
    end = code ?? signal ?? 'unknown';
  });
  if (options.input !== undefined) child.stdin.end(options.input);
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    type: (keys) => void child.stdin.write(keys),
    kill: (signal) => void child.kill(signal),
    exited: () => until('antiphon talk to exit', () => end),
  };
}

/** What an `antiphon talk` that ends by itself came to. */
export async function talked(args: readonly string[], options: TalkOptions = {}) {
  const program = startTalk(args, { input: '', ...options });
  const code = await program.exited();
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

function inTerminal(command: readonly string[]): string[] {
  const quoted = command.map((word) => `'${word}'`).join(' ');
  return ['/usr/bin/script', '--quiet', '--return', '--command', quoted, '/dev/null'];
}

/** Puts shell scripts into a folder; gives a `PATH` that has them first. */
export function pathWith(folder: string, scripts: Readonly<Record<string, string>>): string {
  for (const [name, body] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return `${folder}:${process.env['PATH'] ?? ''}`;
}
