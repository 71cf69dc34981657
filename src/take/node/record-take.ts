import type { Direction, TakeClosed } from '../format.ts';
import { TakeWriter, type TakeWriterOptions } from '../writer.ts';
import { base64 } from './base64.ts';
import { FileSink, type FileSinkOptions } from './file-sink.ts';
import { fileEnding } from './read-take.ts';

/** What a take that is written to files tells of itself, and how it is written. */
export interface RecordTakeOptions
  extends Omit<TakeWriterOptions, 'base64' | 'form'>,
    Pick<FileSinkOptions, 'after' | 'failed' | 'wrote'> {}

/** A take that is being written. Nothing here throws or waits: a disk that is full or slow ends the take, never the session. */
export interface TakeRecording {
  /** A text frame; `t`: milliseconds since the connection was opened. */
  frame(t: number, by: Direction, text: string): void;
  binary(t: number, by: Direction, bytes: Uint8Array): void;
  /** Sound of a track, at 24 kHz, as it was heard, and as it was played with the item that it belongs to. */
  heard(t: number, samples: Int16Array): void;
  played(t: number, samples: Int16Array, itemId: string | null): void;
  /** The last line. */
  closed(t: number, closed: TakeClosed): void;
  /** Ends the take, with or without its last line. Resolves when it is on the disk. */
  end(): Promise<void>;
  /** Gives it up, for a reason. */
  fail(cause: unknown): void;
  /** Bytes that wait to be written. */
  readonly waitingBytes: number;
}

/** Begins a take: a folder, or one file with its sound inline where the name ends in `.jsonl`. */
export function recordTake(path: string, options: RecordTakeOptions): TakeRecording {
  const form = path.endsWith(fileEnding) || path.endsWith('.jsonl') ? 'inline' : 'folder';
  const { after, failed, wrote, ...told } = options;
  const sink = new FileSink({
    path,
    form,
    ...(after === undefined ? {} : { after }),
    ...(failed === undefined ? {} : { failed }),
    ...(wrote === undefined ? {} : { wrote }),
  });
  const writer = new TakeWriter({ ...told, form, base64 }, sink);
  return {
    frame: (t, by, text) => writer.frame(t, by, text),
    binary: (t, by, bytes) => writer.binary(t, by, bytes),
    heard: (t, samples) => writer.heard(t, samples),
    played: (t, samples, itemId) => writer.played(t, samples, itemId),
    closed: (t, closed) => writer.closed(t, closed),
    end: () => sink.end(),
    fail: (cause) => sink.fail(cause),
    get waitingBytes() {
      return sink.waitingBytes;
    },
  };
}
