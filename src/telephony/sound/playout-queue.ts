import { PieceQueue } from '../../audio/piece-queue.ts';
import type { SoundKey } from '../../audio/played-items.ts';
import type { Coding } from '../../media/media.ts';
import { type SaidPart, SaidParts } from '../../media/said-parts.ts';
import { frameBytes, silenceOf } from './g711-frames.ts';

/** Sound of one part in a frame. */
export interface FrameSpan {
  readonly key: SoundKey;
  /** Where in the frame it begins, and how long it is, in bytes. */
  readonly offset: number;
  readonly bytes: number;
  /** Bytes of the part in frames before. */
  readonly before: number;
}

export interface Frame {
  readonly audio: Uint8Array;
  readonly spans: readonly FrameSpan[];
}

/**
 * What waits to be sent, in whole frames: sound of parts one after the other as it was given. The last of it waits for
 * the rest of its frame, and is filled up with silence once its part is over. A part that was cleared stays silent.
 */
export class PlayoutQueue {
  readonly #silence: number;
  readonly #queue = new PieceQueue<Uint8Array>();
  readonly #parts = new SaidParts();
  /** Whose sound is the last that waits. */
  #last: SaidPart | null = null;

  constructor(coding: Coding) {
    this.#silence = silenceOf(coding);
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#queue.samples;
  }

  /** Keeps the array. */
  add(key: SoundKey, samples: Uint8Array): void {
    const part = this.#parts.of(key);
    if (part.isCut || samples.length === 0) return;
    part.waiting += samples.length;
    this.#last = part;
    this.#queue.add({ key, samples });
  }

  /** No more of the part comes. */
  finish(key: SoundKey): void {
    const part = this.#parts.find(key);
    if (part !== null) part.isOver = true;
  }

  /** The next frame; null where none is whole. */
  frame(): Frame | null {
    const isWhole = this.bytes >= frameBytes || (this.bytes > 0 && this.#last?.isOver === true);
    if (!isWhole) return null;
    const audio = new Uint8Array(frameBytes).fill(this.#silence);
    const spans: FrameSpan[] = [];
    for (let offset = 0; offset < audio.length; ) {
      const piece = this.#queue.take(audio.length - offset);
      if (piece === null) break;
      const { key, samples } = piece;
      audio.set(samples, offset);
      const part = this.#parts.of(key);
      spans.push({ key, offset, bytes: samples.length, before: part.played });
      part.played += samples.length;
      part.waiting -= samples.length;
      offset += samples.length;
    }
    return { audio, spans };
  }

  /** What waits is dropped, and so is what comes later of the parts known. */
  clear(): void {
    this.#queue.clear();
    this.#last = null;
    this.#parts.cut();
  }
}
