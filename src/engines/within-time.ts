import { EngineError } from './parts.ts';
import { untilAborted } from './pipeline/until-aborted.ts';

/** What rings when a wait has been too long: the part of a clock that this needs. */
export interface Alarms {
  /** Calls `run` once after so many milliseconds, unless the function that it gives is called before. */
  after(ms: number, run: () => void): () => void;
}

/** The longest that an engine may be silent that says nothing else of it, in milliseconds. */
export const longestSilenceMs = 60_000;

export interface Patience {
  readonly signal: AbortSignal;
  /** The longest wait for the next piece, in milliseconds; Infinity for an engine that keeps time by itself. */
  readonly silenceMs: number;
  readonly alarms: Alarms;
  /** Who is waited for, as a sentence begins: "The voice". */
  readonly who: string;
  /** The wait counts from here on. Default: always. */
  readonly since?: Promise<void>;
}

/** Pieces that may come without the loop turning in between. */
const piecesAtOnce = 64;

/**
 * The pieces of an engine, each within its time: else the engine is stopped, and an `EngineError` of code
 * `engine_timeout` thrown. An engine whose pieces are there at once, without end, leaves the loop to others now and then.
 */
export async function* withinTime<T>(
  source: (signal: AbortSignal) => AsyncIterable<T>,
  patience: Patience,
): AsyncGenerator<T, void> {
  const { signal, silenceMs, who } = patience;
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const pieces = untilAborted(source(until), until);
  let isOver = false;
  try {
    for (let count = 1; ; count++) {
      const cancel = alarm(patience, () => stop.abort());
      // oxlint-disable-next-line no-await-in-loop -- pieces are pulled one at a time
      const result = await pieces.next().finally(cancel);
      isOver = result.done === true;
      if (result.done !== true) yield result.value;
      else if (!stop.signal.aborted || signal.aborted) return;
      else throw new EngineError('engine_timeout', `${who} gave nothing for ${silenceMs / 1000} s.`);
      // oxlint-disable-next-line no-await-in-loop -- so does this
      if (count % piecesAtOnce === 0) await new Promise(setImmediate);
    }
  } finally {
    if (!isOver) stop.abort();
  }
}

/** Rings after the longest silence, unless it is taken back before. */
function alarm({ silenceMs, alarms, since }: Patience, ring: () => void): () => void {
  if (!Number.isFinite(silenceMs)) return () => {};
  if (since === undefined) return alarms.after(silenceMs, ring);
  let isOver = false;
  let cancel = (): void => {};
  const begin = async (): Promise<void> => {
    await since;
    if (!isOver) cancel = alarms.after(silenceMs, ring);
  };
  void begin();
  return () => {
    isOver = true;
    cancel();
  };
}

/** The longest that Node's timers can wait, 24 days: one for longer would go off at once. No answer takes that long. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's own. */
export const realAlarms: Alarms = {
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, longestTimerMs));
    return () => clearTimeout(timer);
  },
};
