import { constants, getPriority, setPriority } from 'node:os';
import { type PipedChild, startChild } from '../child.ts';

/** A program that is given a text on its standard input, and whose standard output is wanted. */
export interface FilterOrder {
  readonly program: string;
  readonly args: readonly string[];
  readonly input: string;
}

/** How it ended: it was never born, for lack of a program or of room; or it ran, and null is a success. */
export type FilterEnd =
  | { readonly isBorn: false; readonly code: string; readonly message: string }
  | { readonly isBorn: true; readonly problem: string | null };

export interface FilterListener {
  /** A piece of its output; `read` is to be called for each. */
  bytes(piece: Uint8Array): void;
  /** Told once, after all of its output. */
  ended(end: FilterEnd): void;
}

export interface FilterControls {
  /** A piece has been made use of: another may come. */
  read(): void;
  /** Ends the program at once; what it had still to say is lost. */
  kill(): void;
}

/** Pieces that may wait for their reader, of 64 KiB at most; then the program has to wait. */
export const mostUnread = 8;
const longestComplaint = 500;
/** How far below the server filters are, as `nice` counts: one that is busy leaves them a fifth of a core. */
const below = 6;
/** Of the server, and so of the thread that begins to start filters. */
const serverPriority = getPriority();
const nothing: FilterControls = { read() {}, kill() {} };

/** Runs it from the thread that calls. Never throws: what fails is told as its end, in a later turn. */
export function startFilter({ program, args, input }: FilterOrder, listener: FilterListener): FilterControls {
  const born = startChild(program, args);
  if ('failure' in born) {
    void born.failure.then((cause) => listener.ended({ isBorn: false, ...named(cause) }));
    return nothing;
  }
  const { child } = born;
  const { stdin, stdout } = child;
  giveWay(child.pid);
  // A process that ends before it has read everything breaks the pipe; its failure is told by how it ended.
  stdin.on('error', () => {});
  stdin.end(input);
  let unread = 0;
  stdout.on('error', () => {});
  stdout.on('data', (piece: Uint8Array) => {
    unread += 1;
    if (unread >= mostUnread) stdout.pause();
    listener.bytes(piece);
  });
  whenEnded(child, program, (problem) => listener.ended({ isBorn: true, problem }));
  return {
    read() {
      unread -= 1;
      if (unread < mostUnread) stdout.resume();
    },
    kill() {
      stdout.destroy();
      child.kill('SIGKILL');
    },
  };
}

/** Where cores are few, those who wait for the server's own turn come before those who wait for more sound than they have. */
function giveWay(pid: number | undefined): void {
  if (pid === undefined) return; // 0 would be this process
  lower(pid);
}

/** The same for the thread that calls, where threads have a priority of their own: births take milliseconds each. */
export function giveWayHere(): void {
  if (process.platform === 'linux') lower(0);
}

function lower(pid: number): void {
  try {
    setPriority(pid, Math.min(constants.priority.PRIORITY_LOW, serverPriority + below));
  } catch {
    // It has ended, or the system will have none of it.
  }
}

/** What is left of an error on its way from one thread to another. */
export function named(cause: Error): { readonly code: string; readonly message: string } {
  return { code: 'code' in cause ? String(cause.code) : cause.name, message: cause.message };
}

/** Null after a success, else what went wrong. */
function whenEnded(child: PipedChild, program: string, tell: (problem: string | null) => void): void {
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(0, longestComplaint);
  });
  let failure: string | null = null;
  child.once('error', (cause) => (failure = `${program} cannot be run: ${cause.message}`));
  child.once('close', (code, killer) => {
    const how = killer === null ? `ended with code ${code}` : `was killed by ${killer}`;
    tell(failure ?? (code === 0 ? null : `${program} ${how}: ${complaint.trim() || 'it gave no reason'}`));
  });
}
