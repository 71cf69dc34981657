import { frameMs } from './codec.ts';

/** Frames that are made up for at once after a stall; what a longer one swallowed is let go, and the clock goes on from there. */
const maxCatchUp = 25;

/**
 * Tells how many frames are due, by how many have passed since the start and not by how often it is asked: timers drift,
 * the clock does not.
 */
export class FrameClock {
  readonly #startMs: number;
  #given = 0;
  #letGo = 0;

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  /** Frames that have become due since the last call: at most 25. */
  due(nowMs: number): number {
    const passed = Math.floor((nowMs - this.#startMs) / frameMs);
    const behind = passed - this.#given;
    const due = Math.max(0, Math.min(behind, maxCatchUp));
    this.#letGo += Math.max(0, behind - due);
    this.#given = Math.max(this.#given, passed);
    return due;
  }

  /** When the next frame becomes due. */
  get nextMs(): number {
    return this.#startMs + (this.#given + 1) * frameMs;
  }

  /** Frames that were never given out, since nobody asked for half a second. */
  get letGo(): number {
    return this.#letGo;
  }
}
