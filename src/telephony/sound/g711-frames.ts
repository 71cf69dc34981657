import { createFramerOf } from '../../audio/framer.ts';
import { rmsLevel } from '../../audio/level.ts';
import { type FrameDecoder, type FrameEncoder, type FrameForm, frameMs } from '../../media/codec.ts';
import { alaw, faded, g711Rate, g711Ticks, type Law, ulaw } from '../../media/g711-law.ts';
import type { Coding } from '../../media/media.ts';

/** A frame of 20 ms. */
export const frameBytes = (g711Rate * frameMs) / 1000;
/** Bytes of a millisecond. */
export const bytesPerMs = g711Rate / 1000;
/** Samples at 24 kHz for each byte. */
export const samplesPerByte = 3;

const laws: Readonly<Record<Coding, Law>> = { 'audio/pcmu': ulaw, 'audio/pcma': alaw };

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
  readonly clockRate = g711Rate;
  readonly #law: Law;
  #last: Uint8Array = new Uint8Array();

  constructor(coding: Coding) {
    this.#law = laws[coding];
  }

  ticksOf(payload: Uint8Array): number {
    return g711Ticks(payload);
  }

  decode(payload: Uint8Array): Uint8Array {
    this.#last = payload;
    return payload;
  }

  conceal(ticks: number): Uint8Array {
    const { expand, compress } = this.#law;
    this.#last = compress(faded(expand(this.#last), ticks));
    return this.#last;
  }

  encode(frame: Uint8Array): Uint8Array {
    return frame;
  }
}
