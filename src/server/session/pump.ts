import type { Paced, Pieces } from '../../engines/contract.ts';
import type { Clock } from '../clock.ts';

/** Where an engine's pieces go, and what they wait for. */
export interface Sink<T> {
  /** Gives the rest of the work where there is too much for one go: each step of it is done when its turn comes. */
  take(piece: T): Iterator<void> | void;
  /** Told once, when the pieces have run dry or thrown; not told after an abort. */
  ended(failure?: { readonly cause: unknown }): void;
  /** Null when the next piece may be pulled; else calls back once it may. */
  congestion(): ((resume: () => void) => void) | null;
}

export interface PumpOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly defer: (task: () => void) => void;
}

/**
 * Pulls an engine's pieces one at a time: at once while they come at once, after a pause where one asks for a pause or
 * the reader lags, and never after an abort. What the sink cannot take is a failure of the engine's.
 */
export function pump<T extends { readonly type: string }>(
  source: () => Pieces<T>,
  sink: Sink<T>,
  options: PumpOptions,
): void {
  const { signal, clock, defer } = options;
  let cancelPause = (): void => undefined;
  signal.addEventListener('abort', () => cancelPause(), { once: true });

  function again(pull: () => void): void {
    // Asked when its turn has come, since what the last piece caused may be a reason to wait.
    defer(() => {
      if (signal.aborted) return;
      const wait = sink.congestion();
      if (wait === null) pull();
      else wait(() => again(pull));
    });
  }

  function settle(pull: () => void, result: IteratorResult<Paced<T>>): void {
    if (signal.aborted) return;
    if (result.done === true) return sink.ended();
    const piece = result.value;
    if (isWait(piece)) {
      cancelPause = clock.after(piece.ms, () => again(pull));
      return;
    }
    const taken = attempt(() => sink.take(piece));
    if ('cause' in taken) return fail(taken.cause);
    const rest = taken.value;
    if (rest === undefined) again(pull);
    else again(() => goOn(rest, pull));
  }

  function goOn(rest: Iterator<void>, pull: () => void): void {
    const step = attempt(() => rest.next());
    if ('cause' in step) fail(step.cause);
    else if (step.value.done === true) again(pull);
    else again(() => goOn(rest, pull));
  }

  function fail(cause: unknown): void {
    if (!signal.aborted) sink.ended({ cause });
  }

  try {
    again(puller(source(), options, settle, fail));
  } catch (cause) {
    fail(cause);
  }
}

function isWait<T extends { readonly type: string }>(
  piece: Paced<T>,
): piece is { readonly type: 'wait'; readonly ms: number } {
  return piece.type === 'wait';
}

type Settle<T> = (pull: () => void, result: IteratorResult<Paced<T>>) => void;

/** One pull from the source; on abort the source is told to stop, so that its `finally` blocks run. */
function puller<T>(
  pieces: Pieces<T>,
  { signal, defer }: PumpOptions,
  settle: Settle<T>,
  fail: (cause: unknown) => void,
): () => void {
  if (Symbol.asyncIterator in pieces) {
    const iterator = pieces[Symbol.asyncIterator]();
    signal.addEventListener('abort', () => void iterator.return?.().catch(() => {}), { once: true });
    const pull = (): void => {
      // An abort while a pause runs must not pull once more.
      if (signal.aborted) return;
      // The pieces of many engines may come at the same moment: each is taken when its turn has come.
      void iterator.next().then((result) => defer(() => settle(pull, result)), fail);
    };
    return pull;
  }
  const iterator = pieces[Symbol.iterator]();
  signal.addEventListener('abort', () => void attempt(() => iterator.return?.()), { once: true });
  const pull = (): void => {
    if (signal.aborted) return;
    const result = attempt(() => iterator.next());
    if ('cause' in result) fail(result.cause);
    else settle(pull, result.value);
  };
  return pull;
}

/** Also for telling a generator to stop, which throws while it is running; its next pull never comes, which is enough. */
function attempt<T>(run: () => T): { readonly value: T } | { readonly cause: unknown } {
  try {
    return { value: run() };
  } catch (cause) {
    return { cause };
  }
}
