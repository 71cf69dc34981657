import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { WavEncoding } from '../../audio/wav-encoding.ts';
import { wavHeader } from '../../audio/wav-header.ts';
import { type SoundFormat, soundFileName, type Track } from '../format.ts';
import type { TakeSink } from '../writer.ts';
import { Gathered } from './gathered.ts';
import { type GrowingFile, OpenFiles } from './open-files.ts';
import { linesName } from './read-take.ts';

export interface FileSinkOptions {
  /** The folder of the take, or its one file. */
  readonly path: string;
  readonly form: 'folder' | 'inline';
  /** Where its files are open. Default: its own. */
  readonly files?: OpenFiles;
  /** Told after a batch with which a turn has ended: files whose bytes should outlive the machine, sound first. Default: nobody. */
  readonly turned?: (paths: readonly string[]) => void;
}

/** So much is gathered before it is written, unless somebody asks for it earlier. */
const gatheredBytes = 1_000_000;

/** How files of sound hold a sample. */
const encodings: Readonly<Record<SoundFormat['format'], WavEncoding>> = {
  'audio/pcm': 'pcm16',
  'audio/pcmu': 'ulaw',
  'audio/pcma': 'alaw',
};

interface SoundPart {
  readonly file: GrowingFile;
  readonly format: SoundFormat;
  readonly waiting: Gathered;
  bytes: number;
}

/** Writes a take to files, in batches, at once: whoever must not wait for a disk has a thread do it. Throws what the system says. */
export class FileSink implements TakeSink {
  readonly #options: FileSinkOptions;
  readonly #files: OpenFiles;
  readonly #sounds = new Map<string, SoundPart>();
  readonly #linesFile: GrowingFile;
  #lines = '';
  #waitingBytes = 0;
  #hasTurned = false;

  constructor(options: FileSinkOptions) {
    const { path, form, files = new OpenFiles() } = options;
    this.#options = options;
    this.#files = files;
    this.#linesFile = { path: form === 'inline' ? path : join(path, linesName), bytes: null };
  }

  line(text: string): void {
    this.#lines += text;
    this.#grew(text.length);
  }

  sound(track: Track, file: number, format: SoundFormat, bytes: Uint8Array): void {
    const name = soundFileName({ track, file });
    let part = this.#sounds.get(name);
    if (part === undefined) {
      const at = { path: join(this.#options.path, name), bytes: null };
      part = { file: at, format, waiting: new Gathered(), bytes: 0 };
      this.#sounds.set(name, part);
    }
    part.waiting.add(bytes);
    this.#grew(bytes.length);
  }

  turn(): void {
    this.#hasTurned = true;
  }

  /** Writes what waits. Gives the bytes that the files have grown by. */
  flush(): number {
    this.#begin();
    const before = this.#bytes();
    // Sound first: whoever reads a line finds what it names.
    for (const part of this.#sounds.values()) this.#writeSound(part);
    const lines = this.#lines;
    this.#lines = '';
    this.#waitingBytes = 0;
    if (lines !== '') this.#files.append(this.#linesFile, Buffer.from(lines));
    if (this.#hasTurned) this.#options.turned?.(this.#all().map(({ path }) => path));
    this.#hasTurned = false;
    return this.#bytes() - before;
  }

  /** Writes what waits, says in each file of sound how long it is, and lets go of the files. */
  end(): number {
    const bytes = this.flush();
    for (const part of this.#sounds.values()) {
      this.#files.replaceHead(part.file, wavHeader({ ...headerOf(part), dataBytes: part.bytes }));
    }
    this.close();
    return bytes;
  }

  /** Lets go of the files as they are. */
  close(): void {
    for (const file of this.#all()) this.#files.close(file);
  }

  #grew(bytes: number): void {
    this.#waitingBytes += bytes;
    if (this.#waitingBytes > gatheredBytes) this.flush();
  }

  #begin(): void {
    const { path, form } = this.#options;
    if (this.#linesFile.bytes !== null) return;
    if (form === 'folder') mkdirSync(path, { recursive: true, mode: 0o700 });
    this.#files.append(this.#linesFile, new Uint8Array());
  }

  #writeSound(part: SoundPart): void {
    const waiting = part.waiting.take();
    if (waiting.length === 0) return;
    if (part.file.bytes === null) this.#files.append(part.file, wavHeader(headerOf(part)));
    this.#files.append(part.file, waiting);
    part.bytes += waiting.length;
  }

  /** All its files, sound first. */
  #all(): readonly GrowingFile[] {
    return [...Array.from(this.#sounds.values(), ({ file }) => file), this.#linesFile];
  }

  #bytes(): number {
    let sum = this.#linesFile.bytes ?? 0;
    for (const { file } of this.#sounds.values()) sum += file.bytes ?? 0;
    return sum;
  }
}

function headerOf({ format }: SoundPart): { readonly sampleRate: number; readonly encoding: WavEncoding } {
  return { sampleRate: format.rate, encoding: encodings[format.format] };
}
