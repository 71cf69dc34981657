import { frameMs } from './codec.ts';

/**
 * Tells how many frames are due, by how many have passed since the start and not by how often it is asked: timers drift,
 * the clock does not.
 */
export class FrameClock {
  readonly #startMs: number;
  #given = 0;

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  /** Frames that have become due since the last call. */
  due(nowMs: number): number {
    const due = Math.max(0, Math.floor((nowMs - this.#startMs) / frameMs) - this.#given);
    this.#given += due;
    return due;
  }

  /** When the next frame becomes due. */
  get nextMs(): number {
    return this.#startMs + (this.#given + 1) * frameMs;
  }
}
