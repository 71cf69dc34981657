/** What a source moves: how far the sound handed to the speaker has been played. */
export interface PlayPosition {
  /** Sound handed to the speaker since it was last cleared, in milliseconds. */
  readonly queuedMs: number;
  /** How much of that has been played. Never more than `queuedMs`, and never goes back but by a clear. */
  readonly playedMs: number;
  /** So much has been played since the last clear. Less than before changes nothing, more than was queued is cut off. */
  advanceTo(ms: number): void;
  /** So much of this part has been played, wherever it stands in the queue. */
  playedOf(itemId: string, contentIndex: number, ms: number): void;
  /** So much more has been played of what comes as media, on WebRTC. */
  advanceMedia(ms: number): void;
}

/** Knows what was played. Belongs to one playhead, which calls it; the app calls the other methods of the source it chose. */
export interface PlayheadSource {
  /** The sound is a media track, whose pieces nobody counts: parts have no known length. */
  readonly isMedia: boolean;
  attach(position: PlayPosition): void;
  /** Sound is about to be handed to the speaker. */
  queued(): void;
  /** Brings the position up to date. */
  settle(): void;
  /** The speaker has dropped what it had not played. */
  cleared(): void;
}

/** A position before there is one. */
export const nowhere: PlayPosition = {
  queuedMs: 0,
  playedMs: 0,
  advanceTo: () => {},
  playedOf: () => {},
  advanceMedia: () => {},
};
