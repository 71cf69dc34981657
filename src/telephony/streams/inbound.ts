import { bytesPerMs } from '../sound/g711-frames.ts';
import type { StreamMedia } from './carrier.ts';

/** How a frame of 20 ms is when a carrier does not say how long another was. */
const usualMs = 20;
/** How long a piece may be missing while later ones are here, in milliseconds. */
export const reorderMs = 120;
/** Later pieces that are kept meanwhile. */
const maxHeld = 25;
/** With nothing for so long the caller is taken to be silent, in milliseconds: turns end by what is heard, not by the clock. */
export const stallMs = 1_000;
/** By so much the sound may be ahead of the clock for silence that timestamps ask for, in milliseconds. */
const maxAheadMs = 1_000;
/** By so much the timestamps of pieces that follow each other may be apart, in milliseconds: carriers' clocks tremble. */
const trembleMs = 200;
/** A piece longer than this is nobody's, in milliseconds. */
const maxPieceMs = 1_000;

/** What became of the pieces of a stream. */
export interface InboundStatistics {
  readonly received: number;
  readonly lost: number;
  readonly late: number;
  readonly duplicates: number;
}

interface Held {
  readonly piece: StreamMedia;
  readonly sinceMs: number;
}

/**
 * The caller's sound, whole: pieces in the order of their numbers, silence where some are missing or nothing comes. What
 * comes after silence has stood in for it is left out, so that the sound's time stays the wall's.
 */
export class Inbound {
  readonly #silence: number;
  /** The number that is next; null where pieces are not counted, or before the first. */
  #next: number | null = null;
  /** Where what was heard ends, in milliseconds of the stream; null where that is not known. */
  #endMs: number | null = null;
  /** Silence that was heard in place of what may still come, in milliseconds. */
  #aheadMs = 0;
  /** Of which since the last piece. */
  #filledMs = 0;
  readonly #startMs: number;
  #lastMs: number;
  #usualMs = usualMs;
  #heardMs = 0;
  readonly #held = new Map<number, Held>();
  #received = 0;
  #lost = 0;
  #late = 0;
  #duplicates = 0;

  /** `silence`: the byte of no sound. `nowMs`: when the stream began. */
  constructor(silence: number, nowMs: number) {
    this.#silence = silence;
    this.#startMs = nowMs;
    this.#lastMs = nowMs;
  }

  get statistics(): InboundStatistics {
    return { received: this.#received, lost: this.#lost, late: this.#late, duplicates: this.#duplicates };
  }

  /** A piece has come: the sound that is due by it. */
  put(piece: StreamMedia, nowMs: number): Uint8Array[] {
    if (piece.audio.length === 0 || piece.audio.length > maxPieceMs * bytesPerMs) return [];
    this.#received += 1;
    this.#lastMs = nowMs;
    const { chunk } = piece;
    if (chunk === null || this.#next === null || chunk === this.#next) return this.#inOrder(piece, nowMs);
    if (chunk < this.#next) {
      this.#late += 1;
      return [];
    }
    if (this.#held.has(chunk)) this.#duplicates += 1;
    this.#held.set(chunk, { piece, sinceMs: nowMs });
    return this.#held.size > maxHeld ? this.#giveUp(nowMs) : [];
  }

  /** Time passes: the sound that is due by it. */
  beat(nowMs: number): Uint8Array[] {
    const [oldest] = this.#held.values();
    if (oldest !== undefined && nowMs - oldest.sinceMs >= reorderMs) return this.#giveUp(nowMs);
    const awayMs = Math.floor(nowMs - this.#lastMs);
    if (awayMs < stallMs) return [];
    const dueMs = awayMs - this.#filledMs;
    this.#filledMs += dueMs;
    this.#aheadMs += dueMs;
    return this.#quiet(dueMs);
  }

  /** A piece whose turn it is, and those that waited for it. */
  #inOrder(piece: StreamMedia, nowMs: number): Uint8Array[] {
    return [...this.#accept(piece, 0, nowMs), ...this.#following(nowMs)];
  }

  #following(nowMs: number): Uint8Array[] {
    const due: Uint8Array[] = [];
    for (let held = this.#heldNext(); held !== null; held = this.#heldNext()) due.push(...this.#accept(held, 0, nowMs));
    return due;
  }

  #heldNext(): StreamMedia | null {
    if (this.#next === null) return null;
    const held = this.#held.get(this.#next);
    this.#held.delete(this.#next);
    return held?.piece ?? null;
  }

  /** The pieces before the first that is here will not come any more. */
  #giveUp(nowMs: number): Uint8Array[] {
    const first = Math.min(...this.#held.keys());
    const held = this.#held.get(first);
    if (held === undefined) return [];
    this.#held.delete(first);
    const missing = first - (this.#next ?? first);
    this.#lost += missing;
    return [...this.#accept(held.piece, missing, nowMs), ...this.#following(nowMs)];
  }

  #accept({ chunk, timestampMs, audio }: StreamMedia, missing: number, nowMs: number): Uint8Array[] {
    const gapMs = this.#gapBefore(timestampMs, missing);
    const lengthMs = audio.length / bytesPerMs;
    this.#next = chunk === null ? null : chunk + 1;
    this.#usualMs = lengthMs;
    this.#endMs = timestampMs === null ? null : timestampMs + lengthMs;
    this.#filledMs = 0;
    const silentMs = Math.max(0, gapMs - this.#aheadMs);
    // Without timestamps nobody can tell whether it is late.
    this.#aheadMs = timestampMs === null ? 0 : Math.max(0, this.#aheadMs - gapMs);
    const silence = this.#quiet(Math.min(silentMs, Math.max(0, this.#roomMs(nowMs))));
    return [...silence, ...this.#onTime(audio)];
  }

  /** What of a piece no silence has stood in for. */
  #onTime(audio: Uint8Array): Uint8Array[] {
    const cut = Math.min(Math.round(this.#aheadMs * bytesPerMs), audio.length);
    this.#aheadMs -= cut / bytesPerMs;
    if (cut > 0) this.#late += 1;
    if (cut === audio.length) return [];
    this.#heardMs += (audio.length - cut) / bytesPerMs;
    return [audio.subarray(cut)];
  }

  /** How much of the stream is missing before a piece, in milliseconds. */
  #gapBefore(timestampMs: number | null, missing: number): number {
    if (timestampMs === null || this.#endMs === null) return missing * this.#usualMs;
    const apartMs = timestampMs - this.#endMs;
    if (missing === 0 && this.#aheadMs === 0 && apartMs < trembleMs) return 0;
    return Math.max(0, apartMs);
  }

  /** How much silence there may be before the sound is too far ahead of the clock. */
  #roomMs(nowMs: number): number {
    return nowMs - this.#startMs + maxAheadMs - this.#heardMs;
  }

  #quiet(ms: number): Uint8Array[] {
    const bytes = Math.round(ms * bytesPerMs);
    this.#heardMs += bytes / bytesPerMs;
    return bytes === 0 ? [] : [new Uint8Array(bytes).fill(this.#silence)];
  }
}
