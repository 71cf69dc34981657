/** Silence that ends an utterance. The protocol has no setting for it: a translation session knows no turns. */
export const utteranceSilenceMs = 500;

/** How likely a window must hold speech to count as such; a realtime session's default. */
export const speechThreshold = 0.5;

/** Audio before the onset that belongs to the utterance, so that a soft first sound is not cut off. */
export const prefixMs = 300;

/** Speech without a pause is cut here, so that it is translated at all and memory stays flat. */
export const longestUtteranceMs = 60_000;

/** While nothing was ever heard as speech, so much of the newest audio is kept for the flush of `session.close`. */
export const unheardKeptMs = 30_000;

/** Least audio that `session.close` takes for an utterance when nothing was heard as speech. */
export const leastUnheardMs = 100;

/** Old silence is let go in steps of this length, which keeps the work of it off most windows. */
export const releaseStepMs = 1000;

/** The target language of a session that named none. The wire always shows one, and no source states the default. */
export const defaultLanguage = 'en';

/** Noise reduction that was just switched on has this strength (behaviour §5.3). */
export const defaultNoiseReductionStrength = 1;

/** `elapsed_ms` goes in steps of this length (behaviour §5.3). */
export const elapsedStepMs = 200;

/** Longest sound of one `session.output_audio.delta` (behaviour §5.3). */
export const longestDeltaMs = 400;

/** How the socket closes after `session.closed`. */
export const finishedCloseCode = 1000;
