import { nowhere, type PlayheadSource, type PlayPosition } from './source.ts';

/** A speaker that reports what it played: an audio worklet, or any player that counts. */
export interface ReportSource extends PlayheadSource {
  /** So many milliseconds of this part have been played in all. Reports may be late, twice or out of order. */
  played(itemId: string, contentIndex: number, ms: number): void;
  /** The same where the speaker knows of no items: so many milliseconds of all it was given since it was last cleared. */
  playedTotal(ms: number): void;
}

/** A source for players that tell of their own accord how far they have played. */
export function reportSource(): ReportSource {
  let position: PlayPosition = nowhere;
  return {
    isMedia: false,
    attach(given) {
      position = given;
    },
    queued() {},
    settle() {},
    cleared() {},
    played: (itemId, contentIndex, ms) => position.playedOf(itemId, contentIndex, ms),
    playedTotal: (ms) => position.advanceTo(ms),
  };
}
