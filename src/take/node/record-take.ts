import { samplesToBytes } from '../../audio/pcm16.ts';
import type { Direction, TakeClosed } from '../format.ts';
import type { TakeWriterOptions } from '../writer.ts';
import { fileEnding } from './read-take.ts';
import { type TakeThread, takeThread } from './take-thread.ts';

/** What a take that is written to files tells of itself, and how it is written. */
export interface RecordTakeOptions extends Omit<TakeWriterOptions, 'base64' | 'form' | 'copyOf'> {
  /** Told once, when nothing more can be written: the take ends where it stands. Default: nobody. */
  readonly failed?: (cause: unknown) => void;
  /** Told how many bytes have been written. Default: nobody. */
  readonly wrote?: (bytes: number) => void;
  /** Who writes it. Default: the thread of this program. */
  readonly thread?: TakeThread;
}

/** A take that is being written. Nothing here throws or waits: a disk that is full or slow ends the take, never the session. */
export interface TakeRecording {
  /** A text frame; `t`: milliseconds since the connection was opened. */
  frame(t: number, by: Direction, text: string): void;
  /** The same of a text that is UTF-8 already, in pieces. */
  utf8(t: number, by: Direction, pieces: readonly Uint8Array[]): void;
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
}

/** Begins a take: a folder, or one file with its sound inline where the name ends in `.jsonl`. */
export function recordTake(path: string, options: RecordTakeOptions): TakeRecording {
  const form = path.endsWith(fileEnding) || path.endsWith('.jsonl') ? 'inline' : 'folder';
  const { thread = takeThread(), failed, wrote, ...told } = options;
  let state: 'open' | 'ending' | 'failed' = 'open';
  let over = (): void => {};
  const finished = new Promise<void>((resolve) => (over = resolve));
  const fail = (cause: unknown): void => {
    if (state === 'failed') return;
    state = 'failed';
    failed?.(cause);
    take.order(0, { do: 'end' });
  };
  const take = thread.open({ wrote: (bytes) => wrote?.(bytes), failed: fail, over });
  take.order(0, { do: 'begin', path, told: { ...told, form } });
  const whileOpen = (put: () => void): void => {
    if (state === 'open') put();
  };
  return {
    frame: (t, by, text) => whileOpen(() => take.text(by === '<' ? 'text <' : 'text >', t, text)),
    utf8: (t, by, pieces) => whileOpen(() => take.pieces(by === '<' ? 'text <' : 'text >', t, pieces)),
    binary: (t, by, bytes) => whileOpen(() => take.pieces(by === '<' ? 'binary <' : 'binary >', t, [bytes])),
    heard: (t, samples) => whileOpen(() => take.pieces('heard', t, [samplesToBytes(samples)])),
    played(t, samples, itemId) {
      const name = Buffer.from(itemId ?? '');
      whileOpen(() => take.pieces('played', t, [name, samplesToBytes(samples)], name.length));
    },
    closed: (t, closed) => whileOpen(() => take.order(t, { do: 'close', closed })),
    end() {
      if (state === 'open') {
        state = 'ending';
        take.order(0, { do: 'end' });
      }
      return finished;
    },
    fail,
  };
}
