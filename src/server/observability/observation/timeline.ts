import type { AudioFormatName } from '../../../audio/format.ts';

/** When a response of the session began, and what has come of it since. */
export interface ResponseTimes {
  readonly id: string;
  readonly startedAt: number;
  /** When the user fell silent whom it answers; null where it answers no speech. */
  readonly speechEndAt: number | null;
  /** How its sound is written. */
  readonly format: AudioFormatName;
  readonly hasToken: boolean;
  readonly hasAudio: boolean;
}

/** What has to be remembered of a session to tell how long things took. All times are Unix milliseconds. Plain data. */
export interface Timeline {
  /** When the first silent window after speech began; null while someone speaks, or nobody has. */
  readonly silentSince: number | null;
  /** The last speech that was committed and not answered yet. */
  readonly turn: { readonly itemId: string; readonly speechEndAt: number } | null;
  /** The last silence that the idle timeout made an item of. */
  readonly idleItemId: string | null;
  readonly responses: readonly ResponseTimes[];
  /** How the client's sound is written. */
  readonly inputFormat: AudioFormatName;
  /** What the utterance under way has told the client so far, in a translation session. */
  readonly utterance: { readonly heard: string; readonly said: string };
}

/** No utterance is under way. */
export const noUtterance: Timeline['utterance'] = { heard: '', said: '' };

/** Nothing has happened yet. */
export const emptyTimeline: Timeline = {
  silentSince: null,
  turn: null,
  idleItemId: null,
  responses: [],
  inputFormat: 'audio/pcm',
  utterance: noUtterance,
};
