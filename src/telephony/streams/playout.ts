import { type SoundKey, soundName } from '../../audio/played-items.ts';
import type { Coding } from '../../media/media.ts';
import { bytesPerMs, frameBytes } from '../sound/g711-frames.ts';
import { PlayoutQueue } from '../sound/playout-queue.ts';

/** A mark follows at the latest after so many frames: 200 ms. */
const framesPerMark = 10;

/** Where what is played goes: frames, and marks that come back once all before them has been played. */
export interface PlayoutLine {
  /** Nothing can be taken now. */
  readonly isClogged: boolean;
  frame(audio: Uint8Array): void;
  mark(name: string): void;
  /** Forget what waits. */
  clear(): void;
}

export interface PlayoutOptions {
  readonly line: PlayoutLine;
  /** The most that waits at the carrier, in milliseconds. */
  readonly aheadMs: number;
  readonly coding: Coding;
  /** So many bytes of the part have been played in all. */
  readonly played: (key: SoundKey, bytes: number) => void;
}

interface Mark {
  readonly name: string;
  /** The bytes before it. */
  readonly at: number;
}

/** Sound of a part that was sent. */
interface Span {
  readonly key: SoundKey;
  /** Where it begins and ends, in all bytes that were sent. */
  readonly begin: number;
  readonly end: number;
  /** Bytes of the part before it. */
  readonly before: number;
}

/**
 * Sends what is played at most so far ahead of what has been heard. Where that is, marks tell that come back, and between
 * two of them the clock, which never passes a mark that is still out.
 */
export class Playout {
  readonly #options: PlayoutOptions;
  readonly #queue: PlayoutQueue;
  /** Bytes that were sent in all. */
  #sent = 0;
  /** Bytes that had been heard for certain, and when. */
  #base = { at: 0, ms: 0 };
  /** Those that are out. */
  #marks: Mark[] = [];
  #marked = 0;
  #framesSinceMark = 0;
  #spans: Span[] = [];
  /** When a mark came back last, or the first went out; null while none is. */
  #progressMs: number | null = null;

  constructor(options: PlayoutOptions) {
    this.#options = options;
    this.#queue = new PlayoutQueue(options.coding);
  }

  /** Bytes that have not been heard. */
  waiting(nowMs: number): number {
    return this.#queue.bytes + this.#sent - this.#heard(nowMs);
  }

  /** How long marks have been out without any coming back, in milliseconds. */
  owedMs(nowMs: number): number {
    return this.#progressMs === null ? 0 : nowMs - this.#progressMs;
  }

  play(key: SoundKey, audio: Uint8Array): void {
    this.#queue.add(key, audio);
  }

  /** No more of the part comes. */
  finish(key: SoundKey): void {
    this.#queue.finish(key);
  }

  /** Sends what may be sent, and tells what has been played. */
  beat(nowMs: number): void {
    this.#tellPlayed(nowMs);
    this.#send(nowMs);
  }

  /** A mark has come back. One that was cleared, or that nobody sent, tells nothing. */
  reached(name: string, nowMs: number): void {
    const index = this.#marks.findIndex((mark) => mark.name === name);
    const mark = this.#marks[index];
    if (mark === undefined) return;
    this.#marks = this.#marks.slice(index + 1);
    this.#base = { at: mark.at, ms: nowMs };
    this.#progressMs = this.#marks.length === 0 ? null : nowMs;
    this.beat(nowMs);
  }

  /** What waits is dropped, here and at the carrier, and so is what comes later of the parts known. */
  clear(nowMs: number): void {
    const heard = this.#heard(nowMs);
    this.#queue.clear();
    if (this.#sent > heard || this.#marks.length > 0) this.#options.line.clear();
    this.#sent = heard;
    this.#base = { at: heard, ms: nowMs };
    this.#marks = [];
    this.#spans = [];
    this.#framesSinceMark = 0;
    this.#progressMs = null;
  }

  /** Bytes that have been heard by now. The last frame before a mark is known to have been only once that is back. */
  #heard(nowMs: number): number {
    const [next] = this.#marks;
    const most = next === undefined ? this.#sent : next.at - frameBytes;
    const passed = Math.max(0, Math.floor((nowMs - this.#base.ms) * bytesPerMs));
    return Math.max(this.#base.at, Math.min(this.#base.at + passed, most));
  }

  #send(nowMs: number): void {
    const { line, aheadMs } = this.#options;
    // A carrier that plays whole frames may be one behind what the clock says.
    const most = aheadMs * bytesPerMs - frameBytes;
    while (!line.isClogged && this.#sent - this.#heard(nowMs) + frameBytes <= most) {
      const frame = this.#queue.frame();
      if (frame === null) break;
      // Where nothing is out a mark comes back at once, and tells when what follows begins to be played.
      if (this.#marks.length === 0 && this.#heard(nowMs) === this.#sent) this.#mark(nowMs);
      const begin = this.#sent;
      line.frame(frame.audio);
      this.#sent += frameBytes;
      this.#framesSinceMark += 1;
      for (const { key, offset, bytes, before } of frame.spans) {
        this.#spans.push({ key, begin: begin + offset, end: begin + offset + bytes, before });
      }
      if (this.#framesSinceMark >= framesPerMark) this.#mark(nowMs);
    }
    if (this.#marks.length === 0 && this.#framesSinceMark > 0) this.#mark(nowMs);
  }

  #mark(nowMs: number): void {
    this.#marked += 1;
    const name = `m${this.#marked}`;
    this.#marks.push({ name, at: this.#sent });
    this.#framesSinceMark = 0;
    this.#progressMs ??= nowMs;
    this.#options.line.mark(name);
  }

  #tellPlayed(nowMs: number): void {
    const heard = this.#heard(nowMs);
    const told = new Map<string, readonly [SoundKey, number]>();
    let over = 0;
    for (const { key, begin, end, before } of this.#spans) {
      if (begin >= heard) break;
      if (end <= heard) over += 1;
      told.set(soundName(key), [key, before + Math.min(heard, end) - begin]);
    }
    this.#spans.splice(0, over);
    for (const [key, bytes] of told.values()) this.#options.played(key, bytes);
  }
}
