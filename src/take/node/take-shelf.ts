import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redaction, TakeClosed } from '../format.ts';
import { folderEnding } from './read-take.ts';
import { recordTake, type TakeRecording } from './record-take.ts';

/** Where sessions are kept, which, and for how long. */
export interface ShelfOptions {
  /** The folder of the takes; made where there is none. */
  readonly dir: string;
  /** The share of sessions that are recorded, from 0 to 1. Default 1. */
  readonly sample?: number;
  /** `error`: a session in which nothing went wrong is thrown away at its end. Default `always`. */
  readonly when?: 'always' | 'error';
  /** Takes older than this are deleted, in days. Default: never. */
  readonly keepDays?: number;
  /** What all takes may take up together, in millions of bytes; the oldest are deleted. Default: no bound. */
  readonly maxMb?: number;
  readonly redact?: readonly Redaction[];
  /** The program that records, and its version. */
  readonly by: string;
  /** Unix milliseconds. Default: the machine's clock. */
  readonly now?: () => number;
  /** From 0 to 1, for the sample. Default: chance. */
  readonly random?: () => number;
}

/** What is known of a session when it begins. */
export interface ShelvedSession {
  readonly id: string;
  readonly at: number;
  readonly url: string;
  readonly transport: string;
  readonly secrets: readonly string[];
}

type Over = (outcome: 'kept' | 'dropped' | 'failed', cause?: unknown) => void;

/** What is told of a session while it runs. */
export type ShelvedRecording = Pick<TakeRecording, 'frame' | 'utf8' | 'binary' | 'heard' | 'played' | 'closed'>;

const dayMs = 86_400_000;

/** A folder of takes, one for each session, which keeps to its bounds. Nothing here throws. */
export class TakeShelf {
  readonly #options: ShelfOptions;
  /** Takes that are being written, with the bytes of each. */
  readonly #open = new Map<string, { bytes: number; readonly take: TakeRecording }>();
  readonly #unsettled = new Set<Promise<void>>();
  #openBytes = 0;
  #isSweepDue = false;
  /** Bytes of takes that are finished. */
  #keptBytes = 0;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(options: ShelfOptions) {
    this.#options = options;
    this.#sweep();
  }

  begin(session: ShelvedSession, over: Over): ShelvedRecording | null {
    const { dir, sample = 1, random = Math.random, redact = [], by } = this.#options;
    if (sample < 1 && random() >= sample) return null;
    const path = join(dir, nameOf(session));
    let hasFailed = false;
    const take = recordTake(path, {
      at: session.at,
      by,
      url: session.url,
      transport: session.transport,
      redact,
      secrets: session.secrets,
      wrote: (bytes) => this.#wrote(path, bytes),
      failed(cause) {
        hasFailed = true;
        over('failed', cause);
      },
    });
    this.#open.set(path, { bytes: 0, take });
    return watched(take, this.#options.when === 'error', (isWrong) =>
      this.#ended(path, take, { isWrong, hasFailed: () => hasFailed, over }),
    );
  }

  /** Resolves when every take that has ended is written, and the bounds are kept. */
  async settled(): Promise<void> {
    await Promise.all(this.#unsettled);
    await this.#sweeping;
  }

  #ended(
    path: string,
    take: TakeRecording,
    { isWrong, hasFailed, over }: { readonly isWrong: boolean; readonly hasFailed: () => boolean; readonly over: Over },
  ): void {
    const isKept = isWrong || this.#options.when !== 'error';
    const written = take
      .end()
      .then(async () => {
        const bytes = this.#left(path);
        if (isKept || hasFailed()) this.#keptBytes += bytes;
        else await rm(path, { recursive: true, force: true });
        if (!hasFailed()) over(isKept ? 'kept' : 'dropped');
        return this.#sweep();
      })
      .catch(() => {})
      .finally(() => this.#unsettled.delete(written));
    this.#unsettled.add(written);
  }

  /** A take is written no longer; gives the bytes that it has. */
  #left(path: string): number {
    const bytes = this.#open.get(path)?.bytes ?? 0;
    this.#open.delete(path);
    this.#openBytes -= bytes;
    return bytes;
  }

  #wrote(path: string, bytes: number): void {
    const open = this.#open.get(path);
    if (open === undefined) return;
    open.bytes += bytes;
    this.#openBytes += bytes;
    if (this.#isOver()) this.#sweep();
  }

  #isOver(): boolean {
    return this.#keptBytes + this.#openBytes > this.#mostBytes;
  }

  get #mostBytes(): number {
    return (this.#options.maxMb ?? Infinity) * 1_000_000;
  }

  /** Deletes what is too old, then the oldest while there is too much. What is being written gives way last. */
  #sweep(): Promise<void> {
    // One that waits sees all that has ended by its turn.
    if (this.#isSweepDue) return this.#sweeping;
    this.#isSweepDue = true;
    this.#sweeping = this.#sweeping.then(() => this.#swept()).catch(() => {});
    return this.#sweeping;
  }

  async #swept(): Promise<void> {
    this.#isSweepDue = false;
    const { dir, keepDays = Infinity, now = Date.now } = this.#options;
    await mkdir(dir, { recursive: true, mode: 0o700 });
    if (keepDays === Infinity && this.#mostBytes === Infinity) return;
    let kept = await this.#finishedTakes();
    this.#keptBytes = kept.reduce((sum, { bytes }) => sum + bytes, 0);
    const remove = async (path: string, bytes: number): Promise<void> => {
      await rm(path, { recursive: true, force: true });
      this.#keptBytes -= bytes;
    };
    const old = kept.filter(({ at }) => now() - at > keepDays * dayMs);
    await Promise.all(old.map(({ path, bytes }) => remove(path, bytes)));
    kept = kept.filter((each) => !old.includes(each));
    for (let oldest = kept.shift(); oldest !== undefined && this.#isOver(); oldest = kept.shift()) {
      // One after the other, so that no more is deleted than must be.
      // oxlint-disable-next-line no-await-in-loop
      await remove(oldest.path, oldest.bytes);
    }
    await this.#makeRoom();
  }

  /** Where not even an empty folder has room for what is being written, the longest take goes. */
  async #makeRoom(): Promise<void> {
    const [longest] = this.#isOver() ? [...this.#open].toSorted(([, a], [, b]) => b.bytes - a.bytes) : [];
    if (longest === undefined) return;
    const [path, { take }] = longest;
    this.#left(path);
    take.fail(new Error(`the takes have reached ${this.#options.maxMb} MB`));
    await take.end();
    await rm(path, { recursive: true, force: true });
  }

  async #finishedTakes(): Promise<{ readonly path: string; readonly bytes: number; readonly at: number }[]> {
    const { dir } = this.#options;
    const names = (await readdir(dir)).filter((name) => name.endsWith(folderEnding)).toSorted();
    const paths = names.map((name) => join(dir, name)).filter((path) => !this.#open.has(path));
    const found = await Promise.all(paths.map(async (path) => ({ path, ...(await sizeOf(path)) })));
    return found.toSorted((a, b) => a.at - b.at);
  }
}

/** Begins with the moment, so that names stand in order of time. */
function nameOf({ id, at }: ShelvedSession): string {
  const moment = new Date(at).toISOString().replaceAll(/[:.]/g, '-');
  return `${moment}-${id.replaceAll(/[^\w-]/g, '_')}${folderEnding}`;
}

async function sizeOf(folder: string): Promise<{ readonly bytes: number; readonly at: number }> {
  const files = await readdir(folder).catch(() => []);
  const stats = await Promise.all(files.map((file) => stat(join(folder, file)).catch(() => null)));
  const there = stats.filter((each) => each !== null);
  return {
    bytes: there.reduce((sum, { size }) => sum + size, 0),
    at: Math.max(0, ...there.map(({ mtimeMs }) => mtimeMs)),
  };
}

/** Ends without a fault: the codes of a close that somebody wanted. */
const goodCloses: ReadonlySet<number> = new Set([1000, 1001, 1005]);
const fault = /^\{[^{]*"type" ?: ?"(?:error|conversation\.item\.input_audio_transcription\.failed)"/;
const failedResponse = /"type" ?: ?"response\.done".*"status" ?: ?"(?:failed|incomplete)"/s;

function tellsOfFault(text: string): boolean {
  return fault.test(text.slice(0, 300)) || (text.includes('"response.done"') && failedResponse.test(text));
}

/** The recording, with `ended` told at its end whether anything went wrong. */
function watched(take: TakeRecording, looks: boolean, ended: (isWrong: boolean) => void): ShelvedRecording {
  let isWrong = false;
  return {
    ...take,
    frame(t, by, text) {
      isWrong ||= looks && by === '<' && tellsOfFault(text);
      take.frame(t, by, text);
    },
    utf8(t, by, pieces) {
      isWrong ||= looks && by === '<' && tellsOfFault(Buffer.concat(pieces).toString());
      take.utf8(t, by, pieces);
    },
    closed(t: number, closed: TakeClosed) {
      take.closed(t, closed);
      ended(isWrong || !goodCloses.has(closed.code));
    },
  };
}
