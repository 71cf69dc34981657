import { createResampler, type Resampler } from '../audio/resample.ts';
import { type Codec, sampleRate } from './codec.ts';
import { alaw, faded, g711Rate, g711Ticks, type Law, ulaw } from './g711-law.ts';

/** Our samples for each of the telephone's. */
const ratio = sampleRate / g711Rate;

/** µ-law at 8 kHz, for one call. */
export function openPcmu(): Codec {
  return new G711(ulaw);
}

/** A-law at 8 kHz, for one call. */
export function openPcma(): Codec {
  return new G711(alaw);
}

class G711 implements Codec {
  readonly clockRate = g711Rate;
  readonly #law: Law;
  readonly #up: Resampler<Int16Array> = createResampler(g711Rate, sampleRate);
  readonly #down: Resampler<Int16Array> = createResampler(sampleRate, g711Rate);
  #lastHeard: Int16Array = new Int16Array(0);
  /** The resampler looks ahead, so sound leaves a little later: what it has not given yet is filled up in front, once. */
  #toSend: Int16Array = new Int16Array(0);

  constructor(law: Law) {
    this.#law = law;
  }

  get name(): string {
    return this.#law.name;
  }

  ticksOf(payload: Uint8Array): number {
    return g711Ticks(payload);
  }

  decode(payload: Uint8Array): Int16Array {
    this.#lastHeard = this.#law.expand(payload);
    return this.#up.push(this.#lastHeard);
  }

  conceal(ticks: number): Int16Array {
    this.#lastHeard = faded(this.#lastHeard, ticks);
    return this.#up.push(this.#lastHeard);
  }

  encode(frame: Int16Array): Uint8Array {
    const wanted = frame.length / ratio;
    const made = this.#down.push(frame);
    const all = new Int16Array(Math.max(wanted, this.#toSend.length + made.length));
    all.set(this.#toSend, all.length - this.#toSend.length - made.length);
    all.set(made, all.length - made.length);
    this.#toSend = all.slice(wanted);
    return this.#law.compress(all.subarray(0, wanted));
  }

  close(): void {}
}
