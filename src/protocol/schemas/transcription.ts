import * as z from 'zod';

/** How likely a token of a transcript was. */
export const logProb = z.object({
  token: z.string(),
  /** The token as UTF-8. */
  bytes: z.array(z.int()),
  /** The natural logarithm of its probability. */
  logprob: z.number(),
});

/** Why an item could not be transcribed. */
export const transcriptionError = z.object({
  type: z.string().exactOptional(),
  code: z.string().exactOptional(),
  message: z.string().exactOptional(),
  /** Null in the official example, though the official types forbid it. */
  param: z.string().nullable().exactOptional(),
});

/** A language that was detected in the user's speech, as an ISO-639-1 code. */
export const detectedLanguage = z.object({ code: z.string() });
