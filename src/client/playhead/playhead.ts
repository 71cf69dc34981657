import type { AnyServerEvent } from '../events/server-event.ts';
import { type Cut, cutsOf } from './cut.ts';
import { PlayQueue } from './play-queue.ts';
import type { ReceivedSound } from './reader.ts';
import { PlayheadReader, type Reading } from './reader.ts';
import type { PlayheadSource } from './source.ts';
import { heardMs } from './spoken-part.ts';
import { SpokenParts } from './spoken-parts.ts';

/** What counts as heard, and whether cuts are sent over WebRTC as well. */
export interface PlayheadOptions {
  /** A finished part of which less than this was not heard counts as heard, in milliseconds. Default 20. */
  readonly toleranceMs?: number;
  /**
   * On WebRTC: also cut what was interrupted. Default false, since servers that send media know what was heard and
   * truncate by themselves (behaviour §2.6).
   */
  readonly cutsMedia?: boolean;
}

/**
 * Knows what the listener has heard, and alone says what to cut when the listener interrupts. It sends nothing and plays
 * nothing: `drivePlayhead` ties it to a session and a speaker.
 */
export interface Playhead {
  /** The sound comes as media, and the server has the buffer. */
  readonly isMedia: boolean;
  /** Responses of the conversation that are being made. */
  readonly running: readonly string[];
  /** Whether anything waits to be played, or plays. */
  readonly isPlaying: boolean;
  /**
   * Takes the next event of the session, each exactly once. For a piece of sound it says whether to play it: what was
   * interrupted is not. `cuts` are rare: an item of an interrupted response that began too late to be heard.
   */
  read(event: AnyServerEvent): Reading;
  /** Sound is handed to the speaker, for apps that do not use `read` for it. False: do not play it. */
  received(sound: ReceivedSound): boolean;
  /** What was heard of an item's part, in whole milliseconds. 0 for what it does not know. */
  heardMs(itemId: string, contentIndex?: number): number;
  /**
   * The listener interrupts and the speaker is cleared: what to send, in order. Empty if all was heard. Nothing that
   * was cut is ever cut again.
   */
  interrupt(): readonly Cut[];
}

/** A playhead for one session and one speaker. */
export function createPlayhead(source: PlayheadSource, options: PlayheadOptions = {}): Playhead {
  const { toleranceMs = 20, cutsMedia = false } = options;
  const parts = new SpokenParts(source.isMedia);
  const queue = new PlayQueue(
    (itemId, contentIndex) => parts.find(itemId, contentIndex),
    () => parts.onAir,
  );
  source.attach(queue);
  const reader = new PlayheadReader(parts, queue, source);

  return {
    isMedia: source.isMedia,
    get running() {
      return parts.running;
    },
    get isPlaying() {
      source.settle();
      return source.isMedia ? parts.onAir !== null : queue.playedMs < queue.queuedMs;
    },
    read: (event) => reader.read(event),
    received: (sound) => reader.received(sound).play,
    heardMs(itemId, contentIndex = 0) {
      source.settle();
      const part = parts.find(itemId, contentIndex);
      return part === null ? 0 : heardMs(part);
    },
    interrupt() {
      source.settle();
      const { onAir } = parts;
      const heard = parts.items().filter((item) => !source.isMedia || item.some((part) => part === onAir));
      const cuts = heard.flatMap((item) => cutsOf(item, { toleranceMs, cutsMedia }));
      parts.interrupt();
      queue.clear();
      source.cleared();
      return cuts;
    },
  };
}
