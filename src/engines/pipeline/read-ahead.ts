import { untilAborted } from './until-aborted.ts';

/**
 * Reads a source before its pieces are asked for: at once and up to `most` of them, then it waits for the reader. What
 * the source throws reaches the reader after the pieces before it. An abort ends both, and forgets what was kept.
 */
export function readAhead<T extends object>(
  source: () => AsyncIterable<T>,
  most: number,
  signal: AbortSignal,
): AsyncIterableIterator<T, undefined> {
  const kept: T[] = [];
  let ending: { readonly cause?: unknown } | null = null;
  let tellReader = (): void => {};
  let tellSource = (): void => {};

  async function read(): Promise<void> {
    for await (const piece of untilAborted(source(), signal)) {
      kept.push(piece);
      tellReader();
      if (kept.length >= most && !signal.aborted) await new Promise<void>((resolve) => (tellSource = resolve));
    }
  }

  async function next(): Promise<IteratorResult<T, undefined>> {
    const piece = kept.shift();
    if (signal.aborted) return { done: true, value: undefined };
    tellSource();
    if (piece !== undefined) return { done: false, value: piece };
    if (ending === null) {
      await new Promise<void>((resolve) => (tellReader = resolve));
      return next();
    }
    if ('cause' in ending) throw ending.cause;
    return { done: true, value: undefined };
  }

  function wake(): void {
    tellReader();
    tellSource();
  }

  function end(how: { readonly cause?: unknown }): void {
    signal.removeEventListener('abort', wake);
    ending = how;
    tellReader();
  }

  signal.addEventListener('abort', wake, { once: true });
  read().then(
    () => end({}),
    (cause: unknown) => end({ cause }),
  );
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next,
  };
}
