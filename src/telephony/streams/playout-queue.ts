import { PieceQueue } from '../../audio/piece-queue.ts';
import type { SoundKey } from '../../audio/played-items.ts';

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

/** What is known of one part. */
interface Part {
  given: number;
  waiting: number;
  isOver: boolean;
  isCut: boolean;
}

/** Parts remembered; the oldest of which nothing waits are forgotten first. */
const maxParts = 64;

/**
 * What waits to be sent, in whole frames: sound of parts one after the other as it was given. The last of it waits for
 * the rest of its frame, and is filled up with silence once its part is over. A part that was cleared stays silent.
 */
export class PlayoutQueue {
  readonly #frameBytes: number;
  readonly #silence: number;
  readonly #queue = new PieceQueue<Uint8Array>();
  readonly #parts = new Map<string, Part>();
  /** Whose sound is the last that waits. */
  #last: Part | null = null;

  constructor(frameBytes: number, silence: number) {
    this.#frameBytes = frameBytes;
    this.#silence = silence;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#queue.samples;
  }

  /** Keeps the array. */
  add(key: SoundKey, samples: Uint8Array): void {
    const part = this.#part(key);
    if (part.isCut || samples.length === 0) return;
    part.waiting += samples.length;
    this.#last = part;
    this.#queue.add({ key, samples });
  }

  /** No more of the part comes. */
  finish(key: SoundKey): void {
    const part = this.#parts.get(nameOf(key));
    if (part !== undefined) part.isOver = true;
  }

  /** The next frame; null where none is whole. */
  frame(): Frame | null {
    const isWhole = this.bytes >= this.#frameBytes || (this.bytes > 0 && this.#last?.isOver === true);
    if (!isWhole) return null;
    const audio = new Uint8Array(this.#frameBytes).fill(this.#silence);
    const spans: FrameSpan[] = [];
    for (let offset = 0; offset < audio.length; ) {
      const piece = this.#queue.take(audio.length - offset);
      if (piece === null) break;
      const { key, samples } = piece;
      audio.set(samples, offset);
      const part = this.#part(key);
      spans.push({ key, offset, bytes: samples.length, before: part.given });
      part.given += samples.length;
      part.waiting -= samples.length;
      offset += samples.length;
    }
    return { audio, spans };
  }

  /** What waits is dropped, and so is what comes later of the parts known. */
  clear(): void {
    this.#queue.clear();
    this.#last = null;
    for (const part of this.#parts.values()) {
      part.waiting = 0;
      part.isCut = true;
    }
  }

  #part(key: SoundKey): Part {
    const name = nameOf(key);
    const known = this.#parts.get(name);
    if (known !== undefined) return known;
    const part = { given: 0, waiting: 0, isOver: false, isCut: false };
    this.#parts.set(name, part);
    for (const [old, { waiting }] of this.#parts) {
      if (this.#parts.size <= maxParts) break;
      if (waiting === 0 && old !== name) this.#parts.delete(old);
    }
    return part;
  }
}

function nameOf({ itemId, contentIndex }: SoundKey): string {
  return `${contentIndex} ${itemId}`;
}
