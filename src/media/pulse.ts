import { frameMs } from './codec.ts';
import { FrameClock } from './frame-clock.ts';

/** What the pulse asks of time: milliseconds of any origin that never go back, and a timer that can be cancelled. */
export interface PulseClock {
  now(): number;
  after(ms: number, run: () => void): () => void;
}

/** Frames have become due: usually one, more where the program stood still. */
export type Beat = (frames: number, nowMs: number) => void;

/** Calls beat at one of so many moments of a frame, so that their work does not come all at once. */
const moments = 4;

interface Moment {
  readonly clock: FrameClock;
  readonly beats: Set<Beat>;
}

/** The one timer of all calls: it runs while there are any, and beats each of them every 20 ms. */
export class Pulse {
  readonly #clock: PulseClock;
  readonly #moments: readonly Moment[];
  #cancel: (() => void) | null = null;

  constructor(clock: PulseClock) {
    this.#clock = clock;
    const startMs = clock.now();
    this.#moments = Array.from({ length: moments }, (_, nth) => ({
      clock: new FrameClock(startMs - (nth * frameMs) / moments),
      beats: new Set<Beat>(),
    }));
  }

  now(): number {
    return this.#clock.now();
  }

  /** Beats from now on, first in at most 20 ms; returns what ends it. */
  join(beat: Beat): () => void {
    const moment = this.#moments.reduce((least, one) => (one.beats.size < least.beats.size ? one : least));
    if (moment.beats.size === 0) moment.clock.due(this.#clock.now()); // the frames before are nobody's
    moment.beats.add(beat);
    this.#wait();
    return () => {
      moment.beats.delete(beat);
      this.#wait();
    };
  }

  #wait(): void {
    this.#cancel?.();
    const waitMs = Math.max(0, this.#nextMs - this.#clock.now());
    this.#cancel = Number.isFinite(waitMs) ? this.#clock.after(waitMs, () => this.#due()) : null;
  }

  /** When the next beat is due; infinite where there is none. */
  get #nextMs(): number {
    return Math.min(...this.#moments.map(({ beats, clock }) => (beats.size > 0 ? clock.nextMs : Infinity)));
  }

  /** After a stall, packets that came in it are let in first: they wait behind the timers. */
  #due(): void {
    const hasStalled = this.#clock.now() - this.#nextMs >= frameMs;
    if (hasStalled) this.#cancel = this.#clock.after(0, () => this.#run());
    else this.#run();
  }

  #run(): void {
    this.#cancel = null;
    const nowMs = this.#clock.now();
    for (const { clock, beats } of this.#moments) {
      const frames = beats.size > 0 ? clock.due(nowMs) : 0;
      if (frames > 0) for (const beat of new Set(beats)) if (beats.has(beat)) beat(frames, nowMs);
    }
    this.#wait();
  }
}
