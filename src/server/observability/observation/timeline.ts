/** When a response of the session began, and what has come of it since. */
export interface ResponseTimes {
  readonly id: string;
  readonly startedAt: number;
  /** When the user fell silent whom it answers; null where it answers no speech. */
  readonly speechEndAt: number | null;
  readonly hasToken: boolean;
  readonly hasAudio: boolean;
}

/** What has to be remembered of a session to tell how long things took. All times are Unix milliseconds. Plain data. */
export interface Timeline {
  /** When the first silent window after speech began; null while someone speaks, or nobody has. */
  readonly silentSince: number | null;
  /** The last speech that was committed and not answered yet. */
  readonly turn: { readonly itemId: string; readonly speechEndAt: number } | null;
  readonly responses: readonly ResponseTimes[];
}

/** Nothing has happened yet. */
export const emptyTimeline: Timeline = { silentSince: null, turn: null, responses: [] };
