import { Worker } from 'node:worker_threads';
import { Batch, type BatchData, type BatchMemory, type EntryKind } from './batch.ts';
import type { BatchNews, TakeOrder } from './desk.ts';

/** Where batches go. */
export interface ThreadPort {
  send(batch: BatchData): void;
  /** Whether the program has to wait for what is under way. */
  hold(isHeld: boolean): void;
}

/** What is heard of it. */
export interface ThreadListener {
  /** A batch is written, and its memory free. */
  news(news: BatchNews, memory?: BatchMemory): void;
  /** It is no more, and with it all takes that were open. */
  lost(cause: unknown): void;
}

export interface TakeThreadOptions {
  /** Starts the thread. Default: a thread of the platform's. */
  readonly open?: (listener: ThreadListener) => ThreadPort;
  /** Runs `run` once after so many milliseconds. Default: the platform's timers, which keep no program from ending. */
  readonly after?: (ms: number, run: () => void) => void;
  /** Bytes of all takes that may wait for a slow disk, so that they can't fill the memory. Default 64 MB. */
  readonly mostWaitingBytes?: number;
}

/** What a take is told by its thread. */
export interface TakeTold {
  wrote(bytes: number): void;
  failed(cause: unknown): void;
  /** It is on the disk, or has been given up. The last thing told. */
  over(): void;
}

/** A take as it is handed to the thread. */
export interface ThreadTake {
  text(kind: EntryKind, t: number, text: string): void;
  pieces(kind: EntryKind, t: number, pieces: readonly Uint8Array[], nameBytes?: number): void;
  order(t: number, order: TakeOrder): void;
}

/** What has come is gathered for so long, in milliseconds, and then handed over and written: as much is lost in a crash. */
const gatherMs = 100;

const usualWaitingBytes = 64_000_000;

/**
 * The thread that writes takes, those of all sessions. Here frames are copied once and no more; what they are, what of them
 * must be left out and how they are written is its work, so that no session waits for it or for a disk.
 */
export class TakeThread {
  readonly #options: TakeThreadOptions;
  readonly #told = new Map<number, TakeTold>();
  #port: ThreadPort | null = null;
  #lastTake = 0;
  #batch: Batch | null = null;
  /** Of the last batch that was written. */
  #memory: BatchMemory | undefined;
  /** Bytes that have been handed over and are not written yet. */
  #handedBytes = 0;
  #isTimed = false;

  constructor(options: TakeThreadOptions = {}) {
    this.#options = options;
  }

  /** Bytes that wait to be written, of all takes. */
  get waitingBytes(): number {
    return this.#handedBytes + (this.#batch?.used ?? 0);
  }

  open(told: TakeTold): ThreadTake {
    const take = ++this.#lastTake;
    this.#told.set(take, told);
    return {
      text: (kind, t, text) => {
        this.#batchFor(take, mostBytesOf(text))?.text(take, kind, t, text);
      },
      pieces: (kind, t, pieces, nameBytes) => {
        const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
        this.#batchFor(take, bytes)?.pieces(take, kind, t, pieces, nameBytes);
      },
      order: (t, order) => {
        const bytes = Buffer.from(JSON.stringify(order));
        this.#batchFor(take, bytes.length, order.do !== 'begin')?.pieces(take, 'order', t, [bytes]);
        if (order.do === 'end') this.#flush();
      },
    };
  }

  /** Null for a take that is done with. */
  #batchFor(take: number, bytes: number, isSmall = false): Batch | null {
    const told = this.#told.get(take);
    if (told === undefined) return null;
    const { mostWaitingBytes = usualWaitingBytes } = this.#options;
    if (!isSmall && this.waitingBytes + bytes > mostWaitingBytes) {
      told.failed(new Error('the disk is too slow'));
      return null;
    }
    if (this.#batch?.hasRoom(bytes) === false) this.#flush();
    this.#batch ??= this.#begun(bytes);
    return this.#batch;
  }

  #begun(bytes: number): Batch {
    const batch = new Batch(bytes, this.#memory);
    this.#memory = undefined;
    this.#time();
    return batch;
  }

  #time(): void {
    if (this.#isTimed) return;
    this.#isTimed = true;
    const { after = platformAfter } = this.#options;
    after(gatherMs, () => {
      this.#isTimed = false;
      this.#flush();
    });
  }

  #flush(): void {
    const batch = this.#batch;
    if (batch === null) return;
    this.#batch = null;
    this.#handedBytes += batch.used;
    this.#port ??= this.#opened();
    this.#port?.send(batch.data);
    this.#port?.hold(true);
  }

  #opened(): ThreadPort | null {
    const { open = platformThread } = this.#options;
    const listener = {
      news: (news: BatchNews, memory?: BatchMemory) => {
        this.#memory = memory;
        this.#heard(news);
      },
      lost: (cause: unknown) => this.#lost(cause),
    };
    try {
      return open(listener);
    } catch (cause) {
      queueMicrotask(() => this.#lost(cause));
      return null;
    }
  }

  #heard({ read, wrote, failed, over }: BatchNews): void {
    this.#handedBytes -= read;
    if (this.#handedBytes === 0) this.#port?.hold(false);
    for (const [take, bytes] of wrote) this.#told.get(take)?.wrote(bytes);
    for (const [take, cause] of failed) this.#told.get(take)?.failed(cause);
    for (const take of over) {
      const told = this.#told.get(take);
      this.#told.delete(take);
      told?.over();
    }
  }

  /** The next take has a thread of its own again. */
  #lost(cause: unknown): void {
    this.#port = null;
    this.#batch = null;
    this.#handedBytes = 0;
    const left = [...this.#told.values()];
    this.#told.clear();
    for (const told of left) {
      told.failed(cause);
      told.over();
    }
  }
}

let shared: TakeThread | null = null;

/** The one of this program. */
export function takeThread(): TakeThread {
  shared ??= new TakeThread();
  return shared;
}

function platformThread({ news, lost }: ThreadListener): ThreadPort {
  // Run from source its name ends in .ts, and built in .js.
  const name = import.meta.url.endsWith('.ts') ? './desk-thread.ts' : './desk-thread.js';
  const worker = new Worker(new URL(name, import.meta.url), { stdin: false, name: 'antiphon takes' });
  let isLost = false;
  const loses = (cause: unknown): void => {
    if (isLost) return;
    isLost = true;
    lost(cause);
  };
  worker.on('message', (written: { readonly news: BatchNews; readonly memory: BatchMemory }) =>
    news(written.news, written.memory),
  );
  worker.once('error', loses);
  worker.once('exit', (code) => loses(new Error(`the thread that writes takes has ended with ${code}`)));
  return {
    send: (batch) => worker.postMessage(batch, [batch.bytes.buffer, batch.marks.buffer]),
    hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
  };
}

/** Texts below this length are not measured, in characters. */
const longText = 65_536;

function mostBytesOf(text: string): number {
  return text.length < longText ? 3 * text.length : Buffer.byteLength(text);
}

function platformAfter(ms: number, run: () => void): void {
  setTimeout(run, ms).unref();
}
