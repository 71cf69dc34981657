import { audioFormats } from '../audio/format.ts';
import { type Base64, type SoundFormat, type SoundRange, soundFileName, type Track } from './format.ts';
import { readTakeLines, type Take, type TakeSound } from './reader.ts';
import type { TakeSink } from './writer.ts';

/** A take that is written into memory, and read from it: for converting one form into another. */
export class MemoryTake implements TakeSink, TakeSound {
  /** All lines. */
  text = '';
  /** The files of sound by their names. */
  readonly files = new Map<string, MemorySound>();

  line(text: string): void {
    this.text += text;
  }

  sound(track: Track, file: number, format: SoundFormat, bytes: Uint8Array): void {
    const name = soundFileName({ track, file });
    const held = this.files.get(name) ?? { format, chunks: [], bytes: 0 };
    this.files.set(name, { format, chunks: [...held.chunks, bytes], bytes: held.bytes + bytes.length });
  }

  read({ track, file, from, to }: SoundRange): Uint8Array | null {
    const held = this.files.get(soundFileName({ track, file }));
    if (held === undefined) return null;
    const { bytesPerSample } = audioFormats[held.format.format];
    const all = joined(held.chunks, held.bytes);
    return to * bytesPerSample <= all.length ? all.slice(from * bytesPerSample, to * bytesPerSample) : null;
  }

  /** What was written, read again. */
  take(name: string, base64: Base64): Take {
    return readTakeLines(this.text, { name, sound: this, base64 });
  }
}

interface MemorySound {
  readonly format: SoundFormat;
  readonly chunks: readonly Uint8Array[];
  readonly bytes: number;
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
