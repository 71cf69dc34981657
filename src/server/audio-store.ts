import {
  type AudioFormatName,
  audioFormats,
  createResampler,
  decodeSamples,
  encodeSamples,
  wholeSamples,
} from '../audio/node/index.ts';
import { bytesToTicks, ticksToBytes } from '../core/formats.ts';

/** Audio of one format. */
export interface StoredAudio {
  readonly format: AudioFormatName;
  readonly bytes: Uint8Array;
}

interface InputChunk extends StoredAudio {
  readonly startTick: number;
}

interface ItemPart {
  format: AudioFormatName;
  chunks: Uint8Array[];
  bytes: number;
}

/**
 * The audio of one session, outside the core: the input buffer, and what items hold for retrieval and for the model.
 * Items share a cap; past it the oldest items lose their audio, so that memory stays flat.
 */
export interface AudioStore {
  /** Adds bytes to the input; returns the whole samples that became audible with them. */
  appendInput(audio: Uint8Array, format: AudioFormatName): Uint8Array;
  forgetSpareByte(): void;
  releaseInput(beforeTick: number): void;
  /** A stretch of the input, piece by piece, each in the format that it came in. */
  readInput(fromTick: number, toTick: number): readonly StoredAudio[];
  /** A stretch of the input in one piece, in one format. */
  copyInput(fromTick: number, toTick: number, format: AudioFormatName): Uint8Array;
  /** Copies a stretch of the input into an item. */
  keepInput(itemId: string, fromTick: number, toTick: number, format: AudioFormatName): void;
  keep(itemId: string, contentIndex: number, format: AudioFormatName, audio: Uint8Array): void;
  trim(itemId: string, bytes: number): void;
  forget(itemId: string): void;
  /** What an item holds at a content index, or null. */
  read(itemId: string, contentIndex: number): StoredAudio | null;
}

/** `maxBytes` caps what all items together keep. */
export function createAudioStore(maxBytes: number): AudioStore {
  return new Store(maxBytes);
}

class Store implements AudioStore {
  readonly #maxBytes: number;
  readonly #items = new Map<string, Map<number, ItemPart>>();
  #input: InputChunk[] = [];
  #endTick = 0;
  #spare: number | null = null;
  #keptBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  appendInput(audio: Uint8Array, format: AudioFormatName): Uint8Array {
    const { bytes, spare } = format === 'audio/pcm' ? wholeSamples(this.#spare, audio) : { bytes: audio, spare: null };
    this.#spare = spare;
    if (bytes.byteLength > 0) this.#input.push({ startTick: this.#endTick, format, bytes });
    this.#endTick += bytesToTicks(bytes.byteLength, format);
    return bytes;
  }

  forgetSpareByte(): void {
    this.#spare = null;
  }

  releaseInput(beforeTick: number): void {
    const first = this.#input.findIndex((chunk) => endOf(chunk) > beforeTick);
    this.#input = first < 0 ? [] : first === 0 ? this.#input : this.#input.slice(first);
  }

  readInput(fromTick: number, toTick: number): readonly StoredAudio[] {
    return this.#input.slice(this.#chunkAt(fromTick)).flatMap(({ startTick, format, bytes }) => {
      const from = ticksToBytes(Math.max(fromTick - startTick, 0), format);
      const to = ticksToBytes(Math.max(toTick - startTick, 0), format);
      const piece = bytes.subarray(from, to);
      return piece.byteLength === 0 ? [] : [{ format, bytes: piece }];
    });
  }

  copyInput(fromTick: number, toTick: number, format: AudioFormatName): Uint8Array {
    return Buffer.concat(this.readInput(fromTick, toTick).map((piece) => inFormat(piece, format)));
  }

  keepInput(itemId: string, fromTick: number, toTick: number, format: AudioFormatName): void {
    // Copied into one: each frame lies in memory that it shares with frames of other sessions, and would keep all of it.
    const whole = this.copyInput(fromTick, toTick, format);
    if (whole.byteLength > 0) this.keep(itemId, 0, format, whole);
  }

  /** The chunk that holds the tick, or the first; looked for from the end, where what is read most often lies. */
  #chunkAt(tick: number): number {
    return Math.max(
      this.#input.findLastIndex(({ startTick }) => startTick <= tick),
      0,
    );
  }

  keep(itemId: string, contentIndex: number, format: AudioFormatName, audio: Uint8Array): void {
    const parts = this.#items.get(itemId) ?? new Map<number, ItemPart>();
    const part = parts.get(contentIndex) ?? { format, chunks: [], bytes: 0 };
    part.chunks.push(audio);
    part.bytes += audio.byteLength;
    this.#keptBytes += audio.byteLength;
    this.#items.set(itemId, parts.set(contentIndex, part));
    this.#evict(itemId);
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
    for (const part of this.#items.get(itemId)?.values() ?? []) this.#keptBytes -= part.bytes;
    this.#items.delete(itemId);
  }

  read(itemId: string, contentIndex: number): StoredAudio | null {
    const part = this.#items.get(itemId)?.get(contentIndex);
    if (part === undefined) return null;
    if (part.chunks.length !== 1) part.chunks = [Buffer.concat(part.chunks, part.bytes)];
    return { format: part.format, bytes: part.chunks[0] ?? new Uint8Array() };
  }

  #evict(newest: string): void {
    for (const oldest of this.#items.keys()) {
      if (this.#keptBytes <= this.#maxBytes || oldest === newest) return;
      this.forget(oldest);
    }
  }
}

function endOf(chunk: InputChunk): number {
  return chunk.startTick + bytesToTicks(chunk.bytes.byteLength, chunk.format);
}

/** Audio that came before the session changed its input format, in the new one. */
function inFormat(audio: StoredAudio, format: AudioFormatName): Uint8Array {
  if (audio.format === format) return audio.bytes;
  const resampler = createResampler(audioFormats[audio.format].sampleRate, audioFormats[format].sampleRate);
  const samples = [resampler.push(decodeSamples(audio.bytes, audio.format)), resampler.flush()];
  return Buffer.concat(samples.map((each) => encodeSamples(each, format)));
}
