import {
  type AudioFormatName,
  audioFormats,
  createResampler,
  decodeSamples,
  encodeSamples,
  wholeSamples,
} from '../../audio/node/index.ts';
import { InputSound, type StoredAudio } from './input-sound.ts';
import { ItemSound } from './item-sound.ts';

/**
 * The audio of one session, outside the core: the input buffer, and what items hold for retrieval and for the model.
 * Items share a cap; past it the oldest items lose their audio, so that memory stays flat.
 */
export interface AudioStore {
  /** The input begins at this tick. Before any was appended. */
  beginInput(atTick: number): void;
  /** Adds bytes to the input; returns the whole samples that became audible with them. */
  appendInput(audio: Uint8Array, format: AudioFormatName): Uint8Array;
  forgetSpareByte(): void;
  releaseInput(beforeTick: number): void;
  /** A stretch of the input, piece by piece, each in the format that it came in. Good until input is released. */
  readInput(fromTick: number, toTick: number): readonly StoredAudio[];
  /** A stretch of the input in one piece, in one format. */
  copyInput(fromTick: number, toTick: number, format: AudioFormatName): Uint8Array;
  /** Copies a stretch of the input into an item. */
  keepInput(itemId: string, fromTick: number, toTick: number, format: AudioFormatName): void;
  /** Keeps the whole audio of an item's part. */
  keep(itemId: string, contentIndex: number, format: AudioFormatName, audio: Uint8Array): void;
  /** Adds to the audio of an item that is being said. */
  keepSaid(itemId: string, contentIndex: number, format: AudioFormatName, audio: Uint8Array): void;
  trim(itemId: string, bytes: number): void;
  forget(itemId: string): void;
  /** Forgets the audio of all items but the newest: memory is short. */
  shed(): void;
  /** What an item holds at a content index, or null. */
  read(itemId: string, contentIndex: number): StoredAudio | null;
  /** Memory that all of it takes. */
  readonly bytes: number;
}

/** `maxBytes` caps what all items together keep; only what the user said last may have more, until the next comes. */
export function createAudioStore(maxBytes: number): AudioStore {
  return new Store(maxBytes);
}

class Store implements AudioStore {
  readonly #items: ItemSound;
  readonly #input = new InputSound();
  #spare: number | null = null;

  constructor(maxBytes: number) {
    this.#items = new ItemSound(maxBytes);
  }

  get bytes(): number {
    return this.#input.bytes + this.#items.bytes;
  }

  beginInput(atTick: number): void {
    this.#input.begin(atTick);
  }

  appendInput(audio: Uint8Array, format: AudioFormatName): Uint8Array {
    const { bytes, spare } = format === 'audio/pcm' ? wholeSamples(this.#spare, audio) : { bytes: audio, spare: null };
    this.#spare = spare;
    this.#input.append(bytes, format);
    return bytes;
  }

  forgetSpareByte(): void {
    this.#spare = null;
  }

  releaseInput(beforeTick: number): void {
    this.#input.release(beforeTick);
  }

  readInput(fromTick: number, toTick: number): readonly StoredAudio[] {
    return this.#input.read(fromTick, toTick);
  }

  copyInput(fromTick: number, toTick: number, format: AudioFormatName): Uint8Array {
    return Buffer.concat(this.readInput(fromTick, toTick).map((piece) => inFormat(piece, format)));
  }

  keepInput(itemId: string, fromTick: number, toTick: number, format: AudioFormatName): void {
    const whole = this.copyInput(fromTick, toTick, format);
    if (whole.byteLength > 0) this.keep(itemId, 0, format, whole);
  }

  keep(itemId: string, contentIndex: number, format: AudioFormatName, audio: Uint8Array): void {
    this.#items.keep(itemId, contentIndex, format, audio);
  }

  keepSaid(itemId: string, contentIndex: number, format: AudioFormatName, audio: Uint8Array): void {
    this.#items.keepSaid(itemId, contentIndex, format, audio);
  }

  trim(itemId: string, bytes: number): void {
    this.#items.trim(itemId, bytes);
  }

  forget(itemId: string): void {
    this.#items.forget(itemId);
  }

  shed(): void {
    this.#items.shed();
  }

  read(itemId: string, contentIndex: number): StoredAudio | null {
    return this.#items.read(itemId, contentIndex);
  }
}

/** Audio that came before the session changed its input format, in the new one. */
function inFormat(audio: StoredAudio, format: AudioFormatName): Uint8Array {
  if (audio.format === format) return audio.bytes;
  const resampler = createResampler(audioFormats[audio.format].sampleRate, audioFormats[format].sampleRate);
  const samples = [resampler.push(decodeSamples(audio.bytes, audio.format)), resampler.flush()];
  return Buffer.concat(samples.map((each) => encodeSamples(each, format)));
}
