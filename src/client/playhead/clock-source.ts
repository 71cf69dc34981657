import { nowhere, type PlayheadSource, type PlayPosition } from './source.ts';

/** How a player plays whose progress is reckoned by a clock. */
export interface ClockSourceOptions {
  /** The time in milliseconds, from any clock that does not go back. Default: `Date.now`. */
  readonly now?: () => number;
  /** How fast the speaker plays; 1.5 is half as fast again. Not the session's `speed`, which the sound already has. Default 1. */
  readonly rate?: number;
  /** From handing sound to an idle speaker until it is heard, in milliseconds. Default 0. */
  readonly delayMs?: number;
}

/**
 * A speaker that tells nothing: it is taken to play what it is given at once and without a break, and to wait when it runs
 * out. The clock starts when the first sound is handed over, and again after each time the speaker ran dry.
 */
export function clockSource(options: ClockSourceOptions = {}): PlayheadSource {
  const { now = Date.now, rate = 1, delayMs = 0 } = options;
  let position: PlayPosition = nowhere;
  /** When the sound began to play that has been playing since without a break, and where it began. */
  let run: { readonly sinceMs: number; readonly fromMs: number } | null = null;

  function settle(): void {
    if (run === null) return;
    position.advanceTo(run.fromMs + Math.max(0, now() - run.sinceMs) * rate);
  }

  return {
    isMedia: false,
    attach(given) {
      position = given;
    },
    queued() {
      settle();
      if (run !== null && position.playedMs < position.queuedMs) return;
      run = { sinceMs: now() + delayMs, fromMs: position.queuedMs };
    },
    settle,
    cleared() {
      run = null;
    },
  };
}
