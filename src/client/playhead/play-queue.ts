import { bytesToExactMs } from '../../audio/span.ts';
import type { PlayPosition } from './source.ts';
import { type SpokenPart } from './spoken-part.ts';

interface Chunk {
  readonly part: SpokenPart;
  leftMs: number;
}

/** Pieces that are told apart; past them a piece counts to the part of the last one. */
const mostChunks = 10_000;

/** What was handed to the speaker, in the order in which it plays it. */
export class PlayQueue implements PlayPosition {
  readonly #find: (itemId: string, contentIndex: number) => SpokenPart | null;
  readonly #media: () => SpokenPart | null;
  /** What has not been played of it. */
  #chunks: Chunk[] = [];
  #queuedMs = 0;
  #playedMs = 0;

  /** `find` looks a part up; `media` is the part that the server plays now, on WebRTC. */
  constructor(find: (itemId: string, contentIndex: number) => SpokenPart | null, media: () => SpokenPart | null) {
    this.#find = find;
    this.#media = media;
  }

  get queuedMs(): number {
    return this.#queuedMs;
  }

  get playedMs(): number {
    return this.#playedMs;
  }

  /** Sound of a part goes to the speaker. */
  add(part: SpokenPart, bytes: number): void {
    const before = bytesToExactMs(part.receivedBytes, part.format);
    part.receivedBytes += bytes;
    const ms = bytesToExactMs(part.receivedBytes, part.format) - before;
    this.#queuedMs += ms;
    const last = this.#chunks.at(-1);
    if (last !== undefined && (last.part === part || this.#chunks.length >= mostChunks)) last.leftMs += ms;
    else this.#chunks.push({ part, leftMs: ms });
  }

  advanceTo(ms: number): void {
    if (!(ms > this.#playedMs)) return;
    // At the end of the queue whole pieces count, whatever the sums of their fractions say.
    if (ms >= this.#queuedMs) return this.#playAll();
    let rest = ms - this.#playedMs;
    this.#playedMs = ms;
    for (let chunk = this.#chunks[0]; chunk !== undefined && rest > 0; chunk = this.#chunks[0]) {
      const played = Math.min(rest, chunk.leftMs);
      chunk.part.playedMs += played;
      chunk.leftMs -= played;
      rest -= played;
      if (chunk.leftMs > 0) return;
      this.#chunks.shift();
    }
  }

  #playAll(): void {
    for (const { part, leftMs } of this.#chunks) part.playedMs += leftMs;
    this.#chunks = [];
    this.#playedMs = this.#queuedMs;
  }

  playedOf(itemId: string, contentIndex: number, ms: number): void {
    const part = this.#find(itemId, contentIndex);
    if (part !== null && ms > part.playedMs)
      part.playedMs = Math.min(ms, bytesToExactMs(part.receivedBytes, part.format));
  }

  advanceMedia(ms: number): void {
    const part = this.#media();
    if (part !== null && ms > 0 && ms < Number.POSITIVE_INFINITY) part.playedMs += ms;
  }

  /** The speaker has dropped what it had not played. */
  clear(): void {
    this.#chunks = [];
    this.#queuedMs = 0;
    this.#playedMs = 0;
  }
}
