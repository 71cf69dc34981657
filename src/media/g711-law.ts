import { alawToSamples, samplesToAlaw, samplesToUlaw, ulawToSamples } from '../audio/g711.ts';

/** Ticks, samples and bytes a second: with G.711 they are one (RFC 3551, section 4.5.14). */
export const g711Rate = 8_000;
/** Payloads longer than this, 200 ms, are nobody's: telephones pack 20. */
const maxTicks = 1_600;

/** One of the two ways of G.711. */
export interface Law {
  /** As SDP names it. */
  readonly name: 'PCMU' | 'PCMA';
  /** The byte of no sound. */
  readonly silence: number;
  readonly expand: (bytes: Uint8Array) => Int16Array;
  readonly compress: (samples: Int16Array) => Uint8Array;
}

export const ulaw: Law = { name: 'PCMU', silence: 0xff, expand: ulawToSamples, compress: samplesToUlaw };
export const alaw: Law = { name: 'PCMA', silence: 0xd5, expand: alawToSamples, compress: samplesToAlaw };

/** How long a payload lasts, in ticks; 0 for what can't be one. */
export function g711Ticks({ length }: Uint8Array): number {
  return length <= maxTicks ? length : 0;
}

/** What was heard last, again, at half its strength: G.711 tells nothing of other packets. */
export function faded(last: Int16Array, ticks: number): Int16Array {
  return new Int16Array(ticks).map((_, at) => Math.trunc((last[at % last.length] ?? 0) / 2));
}
