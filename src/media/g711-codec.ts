import { alawToSamples, samplesToAlaw, samplesToUlaw, ulawToSamples } from '../audio/g711.ts';
import { createResampler, type Resampler } from '../audio/resample.ts';
import { type Codec, sampleRate } from './codec.ts';

const telephoneRate = 8_000;
/** Our samples for each of the telephone's. */
const ratio = sampleRate / telephoneRate;
/** Payloads longer than this, 200 ms, are nobody's: telephones pack 20. */
const maxTicks = 1600;

interface Law {
  readonly name: string;
  readonly expand: (bytes: Uint8Array) => Int16Array;
  readonly compress: (samples: Int16Array) => Uint8Array;
}

/** µ-law at 8 kHz (RFC 3551, section 4.5.14), for one call. */
export function openPcmu(): Codec {
  return new G711({ name: 'PCMU', expand: ulawToSamples, compress: samplesToUlaw });
}

/** A-law at 8 kHz, for one call. */
export function openPcma(): Codec {
  return new G711({ name: 'PCMA', expand: alawToSamples, compress: samplesToAlaw });
}

class G711 implements Codec {
  readonly clockRate = telephoneRate;
  readonly #law: Law;
  readonly #up: Resampler<Int16Array> = createResampler(telephoneRate, sampleRate);
  readonly #down: Resampler<Int16Array> = createResampler(sampleRate, telephoneRate);
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
    return payload.byteLength <= maxTicks ? payload.byteLength : 0;
  }

  decode(payload: Uint8Array): Int16Array {
    this.#lastHeard = this.#law.expand(payload);
    return this.#up.push(this.#lastHeard);
  }

  /** What was heard last, again, at half its strength. G.711 tells nothing of other packets. */
  conceal(ticks: number): Int16Array {
    const last = this.#lastHeard;
    const faded = new Int16Array(ticks).map((_, i) => Math.trunc((last[i % last.length] ?? 0) / 2));
    this.#lastHeard = faded;
    return this.#up.push(faded);
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
