/** What a carrier may send beside the clock, and at once: a stall of its network ends in a burst. */
const framesPerSecond = 200;
const burstFrames = 2_000;
const burstAudioMs = 15_000;
const bytesPerSecond = 100_000;
const burstBytes = 1_000_000;

/** Counts what comes on a stream, which is nobody's sound once it comes much faster than anybody can speak. */
export class Flow {
  readonly #startMs: number;
  #frames = 0;
  #bytes = 0;
  #audioMs = 0;

  constructor(nowMs: number) {
    this.#startMs = nowMs;
  }

  /** A frame has come, of so many characters and with so much sound; whether it is still within bounds. */
  takes(characters: number, audioMs: number, nowMs: number): boolean {
    this.#frames += 1;
    this.#bytes += characters;
    this.#audioMs += audioMs;
    const passedMs = nowMs - this.#startMs;
    const passed = passedMs / 1000;
    return (
      this.#frames <= burstFrames + passed * framesPerSecond &&
      this.#bytes <= burstBytes + passed * bytesPerSecond &&
      this.#audioMs <= burstAudioMs + passedMs
    );
  }
}
