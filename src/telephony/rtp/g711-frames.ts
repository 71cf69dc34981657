import { createFramerOf } from '../../audio/framer.ts';
import { alawToSamples, samplesToAlaw, samplesToUlaw, ulawToSamples } from '../../audio/g711.ts';
import { rmsLevel } from '../../audio/level.ts';
import { type FrameDecoder, type FrameEncoder, type FrameForm, frameMs } from '../../media/codec.ts';
import type { Coding } from '../../media/media.ts';

/** Ticks, samples and bytes a second: with G.711 they are one. */
export const clockRate = 8_000;
export const frameBytes = (clockRate * frameMs) / 1000;
/** Payloads longer than this, 200 ms, are nobody's: telephones pack 20. */
const maxTicks = 1_600;

interface Law {
  /** The byte of no sound. */
  readonly silence: number;
  readonly expand: (bytes: Uint8Array) => Int16Array;
  readonly compress: (samples: Int16Array) => Uint8Array;
}

const laws: Readonly<Record<Coding, Law>> = {
  'audio/pcmu': { silence: 0xff, expand: ulawToSamples, compress: samplesToUlaw },
  'audio/pcma': { silence: 0xd5, expand: alawToSamples, compress: samplesToAlaw },
};

/** The byte of no sound. */
export const silenceOf = (coding: Coding): number => laws[coding].silence;

/** Frames of G.711 in the bytes that travel. */
export function g711Frames(coding: Coding): FrameForm<Uint8Array> {
  const { silence, expand } = laws[coding];
  return {
    framer: () => createFramerOf(frameBytes, (length) => new Uint8Array(length)),
    silence: () => new Uint8Array(frameBytes).fill(silence),
    level: (sound) => rmsLevel(expand(sound)),
  };
}

/** G.711 that stays what it is; only what is made up in place of lost packets is worked out. One for each call. */
export class G711Passage implements FrameDecoder<Uint8Array>, FrameEncoder<Uint8Array> {
  readonly clockRate = clockRate;
  readonly #law: Law;
  #last: Uint8Array = new Uint8Array();

  constructor(coding: Coding) {
    this.#law = laws[coding];
  }

  ticksOf({ length }: Uint8Array): number {
    return length <= maxTicks ? length : 0;
  }

  decode(payload: Uint8Array): Uint8Array {
    this.#last = payload;
    return payload;
  }

  /** What was heard last, again, at half its strength. */
  conceal(ticks: number): Uint8Array {
    const { expand, compress } = this.#law;
    const last = expand(this.#last);
    const faded = new Int16Array(ticks).map((_, at) => Math.trunc((last[at % last.length] ?? 0) / 2));
    this.#last = compress(faded);
    return this.#last;
  }

  encode(frame: Uint8Array): Uint8Array {
    return frame;
  }
}
