import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** A child process with all three pipes. */
export type PipedChild = ChildProcessByStdio<Writable, Readable, Readable>;

/** A child process that runs, or why there is none: as the system tells it, a moment later. */
export type Born = { readonly child: PipedChild } | { readonly failure: Promise<Error> };

/**
 * Starts a program with pipes to its standard streams. Never throws: a machine that has no process, no memory or no file
 * handle left to give is a value, too. A child that was not born has no streams, which is why nobody gets to see it.
 */
export function startChild(program: string, args: readonly string[], environment = process.env): Born {
  try {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true, env: environment });
    if (child.pid !== undefined) return { child };
    return { failure: new Promise((resolve) => child.once('error', resolve)) };
  } catch (cause) {
    return { failure: Promise.resolve(cause instanceof Error ? cause : new Error(String(cause))) };
  }
}
