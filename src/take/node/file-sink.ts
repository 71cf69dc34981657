import { writev } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { WavEncoding } from '../../audio/wav-encoding.ts';
import { wavHeader } from '../../audio/wav-header.ts';
import { type SoundFormat, soundFileName, type Track } from '../format.ts';
import type { TakeSink } from '../writer.ts';
import { Gathered } from './gathered.ts';
import { linesName } from './read-take.ts';

export interface FileSinkOptions {
  /** The folder of the take, or its one file. */
  readonly path: string;
  readonly form: 'folder' | 'inline';
  /** Bytes that may wait for a slow disk before the take is given up, so that they can't fill the memory. Default 32 MB. */
  readonly mostWaitingBytes?: number;
  /** Runs `run` once after so many milliseconds. Default: the platform's timers, which keep no program from ending. */
  readonly after?: (ms: number, run: () => void) => void;
  /** Told once, when nothing more can be written: the take ends where it stands. Default: nobody. */
  readonly failed?: (cause: unknown) => void;
  /** Told how many bytes have been written. Default: nobody. */
  readonly wrote?: (bytes: number) => void;
}

/** Lines and sound are gathered for so long, in milliseconds, and then written together: a crash costs as much, and each writing costs more than a hundred frames. */
const gatherMs = 500;

const usualWaitingBytes = 32_000_000;

/** Bytes that are gathered before they are written at once. */
const gatheredBytes = 1_000_000;

/** How files of sound hold a sample. */
const encodings: Readonly<Record<SoundFormat['format'], WavEncoding>> = {
  'audio/pcm': 'pcm16',
  'audio/pcmu': 'ulaw',
  'audio/pcma': 'alaw',
};

interface SoundPart {
  readonly name: string;
  readonly format: SoundFormat;
  readonly waiting: Gathered;
  handle: FileHandle | null;
  bytes: number;
}

/** Writes a take to files, in batches and behind the session's back: nothing here throws, and nobody waits for it. */
export class FileSink implements TakeSink {
  /** Resolves when all is written, or has been given up. */
  readonly finished: Promise<void>;
  readonly #options: FileSinkOptions;
  readonly #sounds = new Map<string, SoundPart>();
  readonly #lines = new Gathered();
  #file: FileHandle | null = null;
  #waitingBytes = 0;
  #isTimed = false;
  #isEnding = false;
  #hasFailed = false;
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;
  #finish: () => void = () => {};

  constructor(options: FileSinkOptions) {
    this.#options = options;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Bytes that wait to be written. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  line(text: string): void {
    if (this.#hasFailed || this.#isEnding) return;
    this.#grew(this.#lines.text(text));
  }

  sound(track: Track, file: number, format: SoundFormat, bytes: Uint8Array): void {
    if (this.#hasFailed || this.#isEnding) return;
    const name = soundFileName({ track, file });
    const part = this.#sounds.get(name) ?? { name, format, waiting: new Gathered(), handle: null, bytes: 0 };
    this.#sounds.set(name, part);
    part.waiting.bytes(bytes);
    this.#grew(bytes.length);
  }

  /** Writes what waits, says in each file of sound how long it is, and lets go of the files. */
  end(): Promise<void> {
    if (!this.#isEnding) {
      this.#isEnding = true;
      this.#write(() => this.#finished());
    }
    return this.finished;
  }

  /** Gives the take up. */
  fail(cause: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#isEnding = true;
    this.#lines.take();
    for (const { waiting } of this.#sounds.values()) waiting.take();
    this.#waitingBytes = 0;
    this.#options.failed?.(cause);
    this.#write(() => this.#closeAll());
  }

  #grew(bytes: number): void {
    this.#waitingBytes += bytes;
    const { mostWaitingBytes = usualWaitingBytes } = this.#options;
    if (this.#waitingBytes > mostWaitingBytes) return this.fail(new Error('the disk is too slow'));
    if (this.#waitingBytes > gatheredBytes && !this.#isWriting) return this.#write(() => this.#flush());
    if (this.#isTimed) return;
    this.#isTimed = true;
    const { after = platformAfter } = this.#options;
    after(gatherMs, () => {
      this.#isTimed = false;
      if (this.#waitingBytes > 0 && !this.#isEnding) this.#write(() => this.#flush());
    });
  }

  /** One after the other; what fails gives the take up. */
  #write(act: () => Promise<void>): void {
    this.#isWriting = true;
    const mine = this.#writing
      .then(act)
      .catch((cause: unknown) => this.fail(cause))
      .finally(() => {
        if (this.#writing === mine) this.#isWriting = false;
      });
    this.#writing = mine;
  }

  async #flush(): Promise<void> {
    const lines = this.#lines.take();
    const sounds = [...this.#sounds.values()].map((part) => ({ part, waiting: part.waiting.take() }));
    this.#file ??= await this.#opened();
    // Sound first: whoever reads a line finds what it names.
    await Promise.all(sounds.map(({ part, waiting }) => this.#writeSound(part, waiting)));
    if (lines.length === 0) return;
    await writeAll(this.#file, lines);
    this.#left(lengthOf(lines));
  }

  async #opened(): Promise<FileHandle> {
    const { path, form } = this.#options;
    if (form === 'inline') return open(path, 'w', 0o600);
    await mkdir(path, { recursive: true, mode: 0o700 });
    return open(join(path, linesName), 'w', 0o600);
  }

  async #writeSound(part: SoundPart, waiting: readonly Uint8Array[]): Promise<void> {
    if (waiting.length === 0) return;
    const isNew = part.handle === null;
    part.handle ??= await open(join(this.#options.path, part.name), 'w', 0o600);
    await writeAll(part.handle, isNew ? [wavHeader(headerOf(part)), ...waiting] : waiting);
    const bytes = lengthOf(waiting);
    part.bytes += bytes;
    this.#left(bytes);
  }

  #left(bytes: number): void {
    this.#waitingBytes = Math.max(0, this.#waitingBytes - bytes);
    this.#options.wrote?.(bytes);
  }

  async #finished(): Promise<void> {
    if (!this.#hasFailed) {
      await this.#flush();
      const lengths = [...this.#sounds.values()].map((part) =>
        part.handle?.write(wavHeader({ ...headerOf(part), dataBytes: part.bytes }), 0, null, 0),
      );
      await Promise.all(lengths);
    }
    await this.#closeAll();
  }

  async #closeAll(): Promise<void> {
    const handles = [this.#file, ...[...this.#sounds.values()].map(({ handle }) => handle)];
    this.#file = null;
    this.#sounds.clear();
    await Promise.allSettled(handles.map((handle) => handle?.close()));
    this.#finish();
  }
}

function headerOf({ format }: SoundPart): { readonly sampleRate: number; readonly encoding: WavEncoding } {
  return { sampleRate: format.rate, encoding: encodings[format.format] };
}

/** Buffers that one call of the system takes. */
const mostBuffers = 512;

/** Writes buffers behind what the file holds. The callbacks of the platform cost a fraction of what its promises do. */
async function writeAll({ fd }: FileHandle, buffers: readonly Uint8Array[]): Promise<void> {
  for (let from = 0; from < buffers.length; from += mostBuffers) {
    // In their order.
    // oxlint-disable-next-line no-await-in-loop
    await writeSome(fd, buffers.slice(from, from + mostBuffers));
  }
}

function writeSome(fd: number, buffers: readonly Uint8Array[]): Promise<void> {
  return new Promise((resolve, reject) => {
    writev(fd, buffers, (cause, written) => {
      if (cause !== null) return reject(cause);
      const rest = behind(buffers, written);
      if (rest.length === 0) resolve();
      else writeSome(fd, rest).then(resolve, reject);
    });
  });
}

/** What is left of buffers behind so many bytes. */
function behind(buffers: readonly Uint8Array[], written: number): Uint8Array[] {
  let skip = written;
  return buffers.flatMap((buffer) => {
    const skipped = Math.min(skip, buffer.length);
    skip -= skipped;
    return skipped === buffer.length ? [] : [buffer.subarray(skipped)];
  });
}

function lengthOf(buffers: readonly Uint8Array[]): number {
  return buffers.reduce((sum, { length }) => sum + length, 0);
}

function platformAfter(ms: number, run: () => void): void {
  setTimeout(run, ms).unref();
}
