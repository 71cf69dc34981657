import type { Track } from '../../../src/take/format.ts';

/** Samples per second of all sound that the console keeps. */
export const soundRate = 24_000;
/** Loudness is kept of each stretch of so many milliseconds. */
export const peakMs = 50;
const peakSamples = (soundRate * peakMs) / 1000;

interface Piece {
  readonly from: number;
  samples: Int16Array;
  readonly itemId: string | null;
}

/** The most sound that is kept of a track: half an hour. */
const mostSamples = 1800 * soundRate;
/** No session lasts longer than a day. */
const lastSample = 86_400 * soundRate;

/** The sound of a session on its clock: what the server heard, and what it said. Counted in samples since the session began. */
export class SoundTracks {
  readonly #pieces: Record<Track, Piece[]> = { in: [], out: [] };
  readonly #peaks: Record<Track, number[]> = { in: [], out: [] };
  readonly #held: Record<Track, number> = { in: 0, out: 0 };
  readonly #ends: Record<Track, number> = { in: 0, out: 0 };

  /** The end of all sound, in milliseconds. */
  get endMs(): number {
    return (Math.max(this.#ends.in, this.#ends.out) * 1000) / soundRate;
  }

  get isEmpty(): boolean {
    return this.#pieces.in.length + this.#pieces.out.length === 0;
  }

  /** How loud each 50 ms were, 0 to 1. */
  peaks(track: Track): readonly number[] {
    return this.#peaks[track];
  }

  /** Adds sound that came at a moment; it is heard behind what came before. */
  add(track: Track, t: number, samples: Int16Array, itemId: string | null = null): void {
    if (samples.length === 0) return;
    const end = this.#ends[track];
    const comes = Math.round((t * soundRate) / 1000);
    // What the microphone gave was heard before it came.
    const from = Math.max(end, track === 'in' ? comes - samples.length : comes);
    if (from + samples.length > lastSample) return;
    this.#pieces[track].push({ from, samples, itemId });
    this.#ends[track] = from + samples.length;
    this.#note(track, from, samples);
    this.#held[track] += samples.length;
    while (this.#held[track] > mostSamples)
      this.#held[track] -= this.#pieces[track].shift()?.samples.length ?? Infinity;
  }

  /** Of an item only so much was heard: what comes after it is dropped, and with it the rest of what waited. */
  cut(itemId: string, heardMs: number): void {
    const pieces = this.#pieces.out;
    const first = pieces.find((piece) => piece.itemId === itemId);
    if (first === undefined) return;
    let left = Math.round((heardMs * soundRate) / 1000);
    for (const piece of pieces) {
      if (piece.itemId !== itemId) continue;
      const kept = Math.max(0, Math.min(left, piece.samples.length));
      left -= piece.samples.length;
      this.#silence(piece.from + kept, piece.from + piece.samples.length);
      piece.samples = piece.samples.subarray(0, kept);
    }
    const last = pieces.findLast(({ samples }) => samples.length > 0);
    this.#pieces.out = pieces.filter(({ samples }) => samples.length > 0);
    this.#ends.out = last === undefined ? 0 : last.from + last.samples.length;
  }

  /** Both tracks together, from −1 to 1. */
  mix(fromMs: number, toMs: number): Float32Array<ArrayBuffer> {
    const start = Math.round((fromMs * soundRate) / 1000);
    const mixed = new Float32Array(Math.max(1, Math.round(((toMs - fromMs) * soundRate) / 1000)));
    for (const track of ['in', 'out'] as const) {
      for (const { from, samples } of this.#pieces[track]) {
        const first = Math.max(0, start - from);
        const last = Math.min(samples.length, start + mixed.length - from);
        for (let i = first; i < last; i += 1) {
          const place = from + i - start;
          mixed[place] = Math.max(-1, Math.min(1, (mixed[place] ?? 0) + (samples[i] ?? 0) / 32_768));
        }
      }
    }
    return mixed;
  }

  #note(track: Track, from: number, samples: Int16Array): void {
    const peaks = this.#peaks[track];
    for (let i = 0; i < samples.length; i += 8) {
      const place = Math.floor((from + i) / peakSamples);
      while (peaks.length <= place) peaks.push(0);
      peaks[place] = Math.max(peaks[place] ?? 0, Math.abs(samples[i] ?? 0) / 32_768);
    }
  }

  #silence(from: number, to: number): void {
    for (let place = Math.ceil(from / peakSamples); place < to / peakSamples; place += 1) this.#peaks.out[place] = 0;
  }
}
