import type { Coding } from '../../media/media.ts';

/** A piece of what the caller says. */
export interface StreamMedia {
  readonly is: 'media';
  /** Its number among those of its track; null where the carrier does not count them. */
  readonly chunk: number | null;
  /** When it begins, in milliseconds of the stream; null where the carrier does not say. */
  readonly timestampMs: number | null;
  readonly audio: Uint8Array;
}

/** The stream of a call begins. */
export interface StreamStart {
  readonly is: 'start';
  /** Names the stream in what is sent back. */
  readonly streamId: string;
  /** The carrier's own id of the call; null where it gives none. */
  readonly carrierCallId: string | null;
  /** What the answer to the webhook gave the stream to carry. */
  readonly parameters: ReadonlyMap<string, string>;
  /** How its sound is written; null for what is no telephone's. */
  readonly coding: Coding | null;
}

/** What a carrier says on a stream, whichever carrier it is. */
export type StreamMessage =
  | StreamStart
  | StreamMedia
  /** All that was sent before this mark has been played, or was cleared. */
  | { readonly is: 'mark'; readonly name: string }
  /** The caller has pressed a key. */
  | { readonly is: 'key'; readonly key: string }
  /** The call is over, or the carrier has taken it elsewhere. */
  | { readonly is: 'stop' }
  /** The carrier could not do what it was sent. */
  | { readonly is: 'error'; readonly message: string }
  /** Nothing that matters here: greetings, other tracks, and what carriers may yet come to say. */
  | { readonly is: 'other' };

/** The carriers whose streams are understood. */
export const carrierNames = ['twilio', 'telnyx'] as const;
export type CarrierName = (typeof carrierNames)[number];

/** How one carrier writes what all of them say. */
export interface Carrier {
  readonly name: CarrierName;
  /** Reads a frame; null where it is no message at all. Never throws. */
  read(frame: string): StreamMessage | null;
  /** The frames that are sent back: sound as base64, a mark behind it, and the wish to forget what waits. */
  media(streamId: string, payload: string): string;
  mark(streamId: string, name: string): string;
  clear(streamId: string): string;
}
