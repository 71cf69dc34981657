import type { AudioFormatName } from '../../audio/format.ts';
import { keepNewest } from '../events/bounded.ts';
import type { SpokenPart } from './spoken-part.ts';

/** A response that is being made. */
interface RunningResponse {
  readonly isHidden: boolean;
  readonly format: AudioFormatName;
  /** The listener has interrupted it: nothing more of it is played. */
  isCut: boolean;
}

/** Names a part and says what is known of it from its first event. */
export interface PartName {
  readonly itemId: string;
  readonly contentIndex: number;
  readonly responseId: string | null;
  readonly format?: AudioFormatName;
}

/** Parts that are over and remembered, so that what was heard of them can be asked and late sound is known as such. */
const mostOver = 200;

/** Responses that are remembered as being made, and parts that are open, however many never end. */
const mostRunning = 100;
const mostParts = 1_000;

/** Everything that is or was said aloud lately, and the responses that say it. */
export class SpokenParts {
  readonly #isMedia: boolean;
  /** By item and content index, in the order in which they began. */
  readonly #parts = new Map<string, SpokenPart>();
  readonly #responses = new Map<string, RunningResponse>();
  /** The response whose sound the server plays now, on WebRTC. */
  #airing: string | null = null;
  /** The session's output format. */
  format: AudioFormatName = 'audio/pcm';

  constructor(isMedia: boolean) {
    this.#isMedia = isMedia;
  }

  get running(): readonly string[] {
    return [...this.#responses].flatMap(([id, { isHidden }]) => (isHidden ? [] : [id]));
  }

  /** On WebRTC: the part that the server plays now. Nobody can tell where one item ends and the next begins: null for several. */
  get onAir(): SpokenPart | null {
    if (this.#airing === null) return null;
    const [part, ...others] = this.#ofResponse(this.#airing);
    return part === undefined || others.length > 0 ? null : part;
  }

  find(itemId: string, contentIndex: number): SpokenPart | null {
    return this.#parts.get(keyOf(itemId, contentIndex)) ?? null;
  }

  /** The part of this name, begun where it is new. */
  begin({ itemId, contentIndex, responseId, format }: PartName): SpokenPart {
    const held = this.find(itemId, contentIndex);
    if (held !== null) return held;
    const response = responseId === null ? undefined : this.#responses.get(responseId);
    const part: SpokenPart = {
      itemId,
      contentIndex,
      responseId,
      format: format ?? response?.format ?? this.format,
      isHidden: response?.isHidden ?? false,
      isMedia: this.#isMedia,
      state: 'open',
      isEnded: false,
      receivedBytes: 0,
      playedMs: 0,
    };
    this.#parts.set(keyOf(itemId, contentIndex), part);
    this.#forget();
    return part;
  }

  /** Parts by item. */
  items(): readonly (readonly SpokenPart[])[] {
    const items = new Map<string, SpokenPart[]>();
    for (const part of this.#parts.values()) {
      const known = items.get(part.itemId);
      if (known === undefined) items.set(part.itemId, [part]);
      else known.push(part);
    }
    return [...items.values()];
  }

  ofItem(itemId: string): readonly SpokenPart[] {
    return [...this.#parts.values()].filter((part) => part.itemId === itemId);
  }

  isCut(responseId: string | null): boolean {
    return responseId !== null && this.#responses.get(responseId)?.isCut === true;
  }

  responseBegan(id: string, response: Omit<RunningResponse, 'isCut'>): void {
    this.#responses.set(id, { ...response, isCut: false });
    keepNewest(this.#responses, mostRunning);
  }

  responseEnded(id: string): void {
    this.#responses.delete(id);
    for (const part of this.#ofResponse(id)) part.isEnded = true;
  }

  /** The server begins, or ends, to play a response. */
  aired(responseId: string | null): void {
    this.#airing = responseId;
  }

  /** What is open is over, and nothing more of the running responses will be played. */
  interrupt(): void {
    for (const part of this.#parts.values()) part.state = 'over';
    this.#airing = null;
    for (const response of this.#responses.values()) response.isCut = true;
  }

  /** Another connection: the server knows nothing of what was said. */
  restart(): void {
    this.#parts.clear();
    this.#responses.clear();
    this.#airing = null;
  }

  #ofResponse(id: string): readonly SpokenPart[] {
    return [...this.#parts.values()].filter((part) => part.responseId === id);
  }

  #forget(): void {
    if (this.#parts.size <= mostOver) return;
    for (const [key, part] of this.#parts) {
      if (part.state === 'open' && !isPast(part)) continue;
      this.#parts.delete(key);
      return;
    }
    keepNewest(this.#parts, mostParts);
  }
}

/** All of it was played. */
function isPast({ isEnded, playedMs, receivedBytes }: SpokenPart): boolean {
  return isEnded && (playedMs > 0 || receivedBytes === 0);
}

function keyOf(itemId: string, contentIndex: number): string {
  return `${contentIndex} ${itemId}`;
}
