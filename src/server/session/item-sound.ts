import type { AudioFormatName } from '../../audio/node/index.ts';
import type { StoredAudio } from './input-sound.ts';

interface Part {
  readonly format: AudioFormatName;
  chunks: Uint8Array[];
  bytes: number;
}

/** What the books of one part take. */
const partOverhead = 300;

/** The sound that the items of one session keep, under a common cap: past it the oldest items lose theirs. */
export class ItemSound {
  readonly #maxBytes: number;
  readonly #items = new Map<string, Map<number, Part>>();
  #keptBytes = 0;
  #parts = 0;
  /** The item that was said last, and whether its sound was lost meanwhile: then nothing more of it is kept. */
  #said: { readonly itemId: string; isLost: boolean } | null = null;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Memory that all of it takes. */
  get bytes(): number {
    return this.#keptBytes + this.#parts * partOverhead;
  }

  /**
   * The whole sound of a part of what the user said. The newest item keeps it even where it is past the cap, since it is
   * about to be heard by a model: it is no longer than the input buffer or the frame that it came in.
   */
  keep(itemId: string, contentIndex: number, format: AudioFormatName, audio: Uint8Array): void {
    // A short text's bytes lie in memory that they share with others, and would keep all of it.
    const own = audio.buffer.byteLength === audio.byteLength ? audio : new Uint8Array(audio);
    this.#add(itemId, contentIndex, format, own);
    for (const oldest of this.#items.keys()) {
      if (this.#keptBytes <= this.#maxBytes || oldest === itemId) return;
      this.#lose(oldest);
    }
  }

  /** More of the sound of an item that is being said. An item that is longer than the cap keeps nothing of it. */
  keepSaid(itemId: string, contentIndex: number, format: AudioFormatName, audio: Uint8Array): void {
    if (this.#said?.itemId !== itemId) this.#said = { itemId, isLost: false };
    if (this.#said.isLost) return;
    this.#add(itemId, contentIndex, format, audio);
    for (const oldest of this.#items.keys()) {
      if (this.#keptBytes <= this.#maxBytes) return;
      this.#lose(oldest);
    }
  }

  trim(itemId: string, bytes: number): void {
    for (const [contentIndex, part] of this.#items.get(itemId) ?? []) {
      const whole = this.read(itemId, contentIndex)?.bytes ?? new Uint8Array();
      const kept = whole.slice(0, bytes);
      this.#keptBytes += kept.byteLength - part.bytes;
      Object.assign(part, { chunks: [kept], bytes: kept.byteLength });
    }
  }

  forget(itemId: string): void {
    for (const part of this.#items.get(itemId)?.values() ?? []) {
      this.#keptBytes -= part.bytes;
      this.#parts -= 1;
    }
    this.#items.delete(itemId);
  }

  /** Forgets the sound of all items but the newest. */
  shed(): void {
    for (const itemId of [...this.#items.keys()].slice(0, -1)) this.#lose(itemId);
  }

  /** What an item holds at a content index, or null. */
  read(itemId: string, contentIndex: number): StoredAudio | null {
    const part = this.#items.get(itemId)?.get(contentIndex);
    if (part === undefined) return null;
    if (part.chunks.length !== 1) part.chunks = [Buffer.concat(part.chunks, part.bytes)];
    return { format: part.format, bytes: part.chunks[0] ?? new Uint8Array() };
  }

  #add(itemId: string, contentIndex: number, format: AudioFormatName, audio: Uint8Array): void {
    const parts = this.#items.get(itemId) ?? new Map<number, Part>();
    const known = parts.get(contentIndex);
    const part = known ?? { format, chunks: [], bytes: 0 };
    if (known === undefined) this.#parts += 1;
    part.chunks.push(audio);
    part.bytes += audio.byteLength;
    this.#keptBytes += audio.byteLength;
    this.#items.set(itemId, parts.set(contentIndex, part));
  }

  #lose(itemId: string): void {
    if (this.#said?.itemId === itemId) this.#said.isLost = true;
    this.forget(itemId);
  }
}
