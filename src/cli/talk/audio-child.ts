import { Readable, Writable } from 'node:stream';
import { startChild } from '../../engines/child.ts';
import { oneLine } from '../one-line.ts';
import type { AudioProgram } from './devices.ts';

/** A program that records or plays, running. */
export interface AudioChild {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when it is gone: with null where it ended as it should or was stopped, else with what it said last. */
  readonly ended: Promise<string | null>;
  /** Ends it at once, and lets the device go. */
  stop(): void;
}

/** What is kept of what a program says, in characters. */
const saidLimit = 2000;

/** Starts it. One that can't be started ends at once. */
export function startAudio({ command, args, environment }: AudioProgram): AudioChild {
  const born = startChild(command, args, { ...process.env, ...environment });
  if ('failure' in born) return neverStarted(born.failure);
  const { child } = born;
  const stop = (): void => void child.kill('SIGKILL');
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-saidLimit);
  });
  // It may be gone before all was written to it; `ended` tells.
  child.stdin.on('error', () => {});
  process.once('exit', stop);
  const ended = new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(oneLine(error)));
    child.once('close', (code) => resolve(code === 0 || child.killed ? null : lastWords(said) || `exit code ${code}`));
  });
  void ended.then(() => process.off('exit', stop));
  return { stdin: child.stdin, stdout: child.stdout, ended, stop };
}

/** Takes what is written to it, and has nothing to say but why it is not there. */
function neverStarted(failure: Promise<Error>): AudioChild {
  const stdin = new Writable({ write: (_chunk, _encoding, done) => done() });
  return { stdin, stdout: Readable.from([]), ended: failure.then(oneLine), stop: () => {} };
}

function lastWords(said: string): string {
  return said.trim().split('\n').at(-1) ?? '';
}
