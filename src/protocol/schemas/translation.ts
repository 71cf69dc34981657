import * as z from 'zod';
import { name } from './bounded.ts';
import { unixSeconds } from './quantity.ts';
import { shownOfSession } from './session.ts';

/** Filtering of the speaker's audio. Unlike in a realtime session, `type` is required. */
const noiseReduction = z.object({
  type: z.enum(['near_field', 'far_field']),
  strength: z.number().exactOptional(),
});

/** How the speaker's speech is transcribed. */
const transcription = z.object({
  model: name,
  /** As an ISO-639-1 code. The official examples show it, the types lack it; null if a server shows it unset. */
  language: name.nullable().exactOptional(),
});

/** The settings of a translation's audio. */
export const translationAudio = z.object({
  input: z
    .object({
      noise_reduction: noiseReduction.nullable().exactOptional(),
      /** If it is null or absent, no `session.input_transcript.delta` comes. */
      transcription: transcription.nullable().exactOptional(),
    })
    .exactOptional(),
  output: z
    .object({
      /** The language to translate into. */
      language: name.exactOptional(),
    })
    .exactOptional(),
});

/** A translation session as a server shows it. */
export const translationSession = z.object({
  type: z.literal('translation'),
  id: z.string(),
  model: z.string(),
  audio: translationAudio,
  /** When the session ends because of its age. */
  expires_at: unixSeconds,
});

/** What a translation session that was shown says of itself: taken when it is sent back, and without effect. */
const shownOfTranslation = { type: z.literal('translation').exactOptional(), ...shownOfSession };

/** What can change in a running translation session: not its type, and not its model. */
export const translationSessionUpdate = z.object({
  audio: translationAudio.exactOptional(),
  /** It can only be the model that the session has already. */
  model: name.exactOptional(),
  ...shownOfTranslation,
});

/** The settings that a client secret for translation is made from. */
export const translationSessionCreate = z.object({
  model: name,
  audio: translationAudio.exactOptional(),
  ...shownOfTranslation,
});
