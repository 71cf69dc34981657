import type { AudioFormatName } from '../../audio/node/index.ts';
import { bytesToTicks, ticksToBytes } from '../../core/audio-clock.ts';

/** Audio of one format. */
export interface StoredAudio {
  readonly format: AudioFormatName;
  readonly bytes: Uint8Array;
}

interface Block {
  readonly startTick: number;
  readonly format: AudioFormatName;
  readonly memory: Uint8Array;
  filled: number;
}

/** What one block takes: a third of a second of PCM, two seconds of G.711. */
const blockBytes = 16_384;

/**
 * The input audio of one session, in blocks, so that it takes the memory of its bytes however small the appends were.
 * What is appended is copied: a frame lies in memory that it shares with frames of other sessions, and would keep all of it.
 */
export class InputSound {
  #blocks: Block[] = [];
  #endTick = 0;
  /** The memory of a block that was let go, for the next: a stream of speech makes no garbage. */
  #spare: Uint8Array | null = null;

  /** Memory that the sound takes. */
  get bytes(): number {
    return (this.#blocks.length + (this.#spare === null ? 0 : 1)) * blockBytes;
  }

  /** What is appended from now on begins at this tick. */
  begin(atTick: number): void {
    this.#blocks = [];
    this.#endTick = atTick;
  }

  /** Adds whole samples. */
  append(bytes: Uint8Array, format: AudioFormatName): void {
    for (let from = 0; from < bytes.byteLength; ) {
      const block = this.#blockFor(format);
      const piece = bytes.subarray(from, from + block.memory.byteLength - block.filled);
      block.memory.set(piece, block.filled);
      block.filled += piece.byteLength;
      this.#endTick += bytesToTicks(piece.byteLength, format);
      from += piece.byteLength;
    }
  }

  /** Forgets what lies before a tick, block by block. */
  release(beforeTick: number): void {
    const first = this.#blocks.findIndex((block) => endOf(block) > beforeTick);
    const gone = this.#blocks.splice(0, first < 0 ? this.#blocks.length : first);
    this.#spare = gone.at(-1)?.memory ?? this.#spare;
  }

  /** A stretch of it, piece by piece, each in the format that it came in. Good until sound is released. */
  read(fromTick: number, toTick: number): readonly StoredAudio[] {
    const pieces: StoredAudio[] = [];
    for (const { startTick, format, memory, filled } of this.#blocks.slice(this.#indexOf(fromTick))) {
      if (startTick >= toTick) break;
      const from = ticksToBytes(Math.max(fromTick - startTick, 0), format);
      const to = Math.min(ticksToBytes(toTick - startTick, format), filled);
      if (to > from) pieces.push({ format, bytes: memory.subarray(from, to) });
    }
    return pieces;
  }

  #blockFor(format: AudioFormatName): Block {
    const last = this.#blocks.at(-1);
    if (last?.format === format && last.filled < last.memory.byteLength) return last;
    const memory = this.#spare ?? new Uint8Array(blockBytes);
    this.#spare = null;
    const block = { startTick: this.#endTick, format, memory, filled: 0 };
    this.#blocks.push(block);
    return block;
  }

  /** The block that holds the tick, or the first; looked for from the end, where what is read most often lies. */
  #indexOf(tick: number): number {
    return Math.max(
      this.#blocks.findLastIndex(({ startTick }) => startTick <= tick),
      0,
    );
  }
}

function endOf({ startTick, filled, format }: Block): number {
  return startTick + bytesToTicks(filled, format);
}
