import assert from 'node:assert/strict';
import type { Paced, Pieces } from '../../engines/contract.ts';
import { type ContractOptions, defaultPatienceMs, defaultStopWithinMs, inTime } from './contract-test.ts';

/** Something that yields pieces until its signal aborts. */
export type Start<T> = (signal: AbortSignal) => AsyncIterable<Paced<T>> | Iterable<Paced<T>>;

/** All pieces of one run, pauses left out. */
export async function allPieces<T extends object>(start: Start<T>, options: ContractOptions): Promise<readonly T[]> {
  const { signal } = new AbortController();
  return inTime(gather(start(signal)), options.patienceMs ?? defaultPatienceMs, 'the engine ends');
}

/** All pieces, pauses left out. */
export async function gather<T extends object>(source: Pieces<T>): Promise<readonly T[]> {
  const pieces: T[] = [];
  for await (const piece of source) if (!isPause(piece)) pieces.push(piece);
  return pieces;
}

function isPause<T extends object>(piece: Paced<T>): piece is Extract<Paced<T>, { readonly type: 'wait' }> {
  return 'type' in piece && piece.type === 'wait';
}

/** One that has ended comes last, and once; running dry is allowed. */
export function endsOnce(pieces: readonly { readonly type: string }[], endings: readonly string[]): void {
  const places = pieces.flatMap(({ type }, index) => (endings.includes(type) ? [index] : []));
  assert.ok(places.length <= 1, `it ends once, not ${places.length} times`);
  const [place] = places;
  assert.ok(place === undefined || place === pieces.length - 1, 'nothing comes after its end');
}

/**
 * Aborts after so many pieces (0: before it starts): the engine ends soon, and says at most the piece that was on its way.
 * What it throws then is its own business, unless it promised not to.
 */
export async function stopsAfter<T extends object>(
  start: Start<T>,
  pieces: number,
  options: ContractOptions & { readonly mayThrow: boolean },
): Promise<void> {
  const { stopWithinMs = defaultStopWithinMs, patienceMs = defaultPatienceMs } = options;
  const controller = new AbortController();
  const { signal } = controller;
  if (pieces === 0) controller.abort();
  const taken: Paced<T>[] = [];
  try {
    for await (const piece of timed(start(signal), () => (signal.aborted ? stopWithinMs : patienceMs))) {
      taken.push(piece);
      if (taken.length === pieces) controller.abort();
    }
  } catch (cause) {
    if (!signal.aborted || !options.mayThrow || cause instanceof assert.AssertionError) throw cause;
  }
  const late = taken.length - pieces;
  assert.ok(late <= 1, `at most the piece on its way comes after an abort, not ${late}`);
}

/** A reader who leaves after the first piece holds nothing up. */
export async function letsReaderGo<T extends object>(start: Start<T>, options: ContractOptions): Promise<void> {
  const { stopWithinMs = defaultStopWithinMs, patienceMs = defaultPatienceMs } = options;
  const { signal } = new AbortController();
  let first: Paced<T> | null = null;
  for await (const piece of timed(start(signal), () => (first === null ? patienceMs : stopWithinMs))) {
    first = piece;
    break;
  }
}

/** The same pieces, each within its time. */
function timed<T extends object>(source: Pieces<T>, ms: () => number): AsyncIterable<Paced<T>> {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => inTime(Promise.resolve(iterator.next()), ms(), 'the next piece, or the end, comes'),
      async return() {
        await inTime(Promise.resolve(iterator.return?.()), ms(), 'its reader is let go');
        return { done: true, value: undefined };
      },
    }),
  };
}
