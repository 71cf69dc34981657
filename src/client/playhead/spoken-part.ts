import type { AudioFormatName } from '../../audio/format.ts';
import { bytesToExactMs } from '../../audio/span.ts';

/** A part of an item that is said aloud, and how far it was heard. */
export interface SpokenPart {
  readonly itemId: string;
  readonly contentIndex: number;
  readonly responseId: string | null;
  readonly format: AudioFormatName;
  /** Of a response out of band: it is played like any other, but the conversation does not know it. */
  readonly isHidden: boolean;
  /** Comes as media: its length is not known before it is over. */
  readonly isMedia: boolean;
  /** `over`: nothing of it can be cut any more, because all of it was heard, it was cut, or its item is gone. */
  state: 'open' | 'over';
  /** No more of it will come. */
  isEnded: boolean;
  receivedBytes: number;
  playedMs: number;
}

/** Sums of fractions fall a little short of whole milliseconds. */
const rounding = 1e-6;

/** The length of what has come, with its fraction. */
export function receivedMs({ receivedBytes, format }: SpokenPart): number {
  return bytesToExactMs(receivedBytes, format);
}

/** What was heard of it, in whole milliseconds; never more than has come. */
export function heardMs(part: SpokenPart): number {
  const most = part.isMedia ? Number.POSITIVE_INFINITY : receivedMs(part);
  return Math.floor(Math.min(part.playedMs, most) + rounding);
}

/** All of it was heard. A rest shorter than `toleranceMs` is not missed. */
export function isHeard(part: SpokenPart, toleranceMs: number): boolean {
  if (!part.isEnded || part.isMedia) return false;
  return receivedMs(part) === 0 || (part.playedMs > 0 && part.playedMs + toleranceMs + rounding >= receivedMs(part));
}
