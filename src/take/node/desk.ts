import { isAscii } from 'node:buffer';
import { bytesToSamples } from '../../audio/pcm16.ts';
import type { TakeClosed } from '../format.ts';
import { TakeWriter, type TakeWriterOptions } from '../writer.ts';
import { base64 } from './base64.ts';
import { type BatchData, type BatchEntry, readBatch, sideOf } from './batch.ts';
import { FileSink } from './file-sink.ts';
import { OpenFiles } from './open-files.ts';
import { Syncing } from './syncing.ts';

/** What is said of a take beside its frames. */
export type TakeOrder =
  | { readonly do: 'begin'; readonly path: string; readonly told: Omit<TakeWriterOptions, 'base64'> }
  | { readonly do: 'close'; readonly closed: TakeClosed }
  | { readonly do: 'end' };

/** What is told of a batch once it is written. */
export interface BatchNews {
  /** Bytes of the batch, which wait no longer. */
  readonly read: number;
  /** By how much takes have grown. */
  readonly wrote: readonly (readonly [take: number, bytes: number])[];
  /** Takes of which nothing more can be written, and why. */
  readonly failed: readonly (readonly [take: number, cause: unknown])[];
  /** Takes that are whole, or have been given up. */
  readonly over: readonly number[];
}

interface Open {
  readonly writer: TakeWriter;
  readonly sink: FileSink;
}

/** Writes takes, batch by batch. Whatever happens to one hurts no other. */
export class Desk {
  readonly #files: OpenFiles;
  readonly #syncing = new Syncing();
  readonly #takes = new Map<number, Open>();

  constructor(files = new OpenFiles()) {
    this.#files = files;
  }

  write(batch: BatchData): BatchNews {
    const news = {
      read: 0,
      wrote: Array<[number, number]>(),
      failed: Array<[number, unknown]>(),
      over: Array<number>(),
    };
    const touched = new Set<number>();
    const attempt = (take: number, act: () => void): void => {
      try {
        act();
      } catch (cause) {
        this.#drop(take);
        news.failed.push([take, cause]);
      }
    };
    readBatch(batch, (entry) => {
      const { take, bytes } = entry;
      news.read += bytes.length;
      touched.add(take);
      if (entry.kind !== 'order') return attempt(take, () => this.#put(entry));
      const order: TakeOrder = JSON.parse(bytes.toString());
      if (order.do === 'end') news.over.push(take);
      attempt(take, () => this.#obey(entry, order, (grown) => news.wrote.push([take, grown])));
    });
    for (const take of touched) {
      const open = this.#takes.get(take);
      if (open !== undefined) attempt(take, () => news.wrote.push([take, open.sink.flush()]));
    }
    return news;
  }

  #put({ take, kind, t, bytes, nameBytes }: BatchEntry): void {
    const writer = this.#takes.get(take)?.writer;
    switch (kind) {
      case 'text <':
      case 'text >':
        return writer?.frame(t, sideOf(kind), textOf(bytes));
      case 'binary <':
      case 'binary >':
        return writer?.binary(t, sideOf(kind), bytes);
      case 'heard':
        return writer?.heard(t, bytesToSamples(bytes));
      case 'played':
        return writer?.played(
          t,
          bytesToSamples(bytes.subarray(nameBytes)),
          bytes.toString('utf8', 0, nameBytes) || null,
        );
      default:
    }
  }

  #obey({ take, t }: BatchEntry, order: TakeOrder, wrote: (bytes: number) => void): void {
    switch (order.do) {
      case 'begin':
        return this.#begin(take, order);
      case 'close':
        return this.#takes.get(take)?.writer.closed(t, order.closed);
      case 'end':
        return this.#end(take, wrote);
      default:
        order satisfies never;
    }
  }

  #begin(take: number, { path, told }: TakeOrder & { readonly do: 'begin' }): void {
    const sink = new FileSink({
      path,
      form: told.form,
      files: this.#files,
      turned: (paths) => this.#syncing.soon(paths),
    });
    this.#takes.set(take, { sink, writer: new TakeWriter({ ...told, base64 }, sink) });
  }

  #end(take: number, wrote: (bytes: number) => void): void {
    const open = this.#takes.get(take);
    if (open !== undefined) wrote(open.sink.end());
    this.#takes.delete(take);
  }

  /** Of a take that failed nothing more is written. */
  #drop(take: number): void {
    const open = this.#takes.get(take);
    this.#takes.delete(take);
    open?.sink.close();
  }
}

/** Most frames are plain ASCII, which needs no decoding. */
function textOf(bytes: Buffer): string {
  return bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
}
