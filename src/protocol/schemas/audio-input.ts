import * as z from 'zod';
import { mostMembers, name, note } from './bounded.ts';

/** Filtering of the user's audio before voice activity detection and the model hear it. */
export const noiseReduction = z.object({
  /** Where the microphone is: `near_field` at the mouth (a headset), `far_field` in the room (a laptop). */
  type: z.enum(['near_field', 'far_field']).exactOptional(),
  /** How strongly to filter; 1 when first switched on, kept when absent from an update. No source states a range. */
  strength: z.number().exactOptional(),
});

/** How the user's audio is turned into text, beside the model, which hears the audio itself. */
export const inputTranscription = z.object({
  /** The transcription model, such as `gpt-4o-transcribe` or `whisper-1`. Any string: a server has its own. */
  model: name.exactOptional(),
  /** The language spoken, as an ISO-639-1 code such as `en`. */
  language: name.exactOptional(),
  /** The languages that may be spoken, as ISO-639-1 codes; at least one. */
  languages: z.array(name).min(1).max(mostMembers).exactOptional(),
  /** Guides the model's style; a list of keywords for `whisper-1`. */
  prompt: note.exactOptional(),
  /** Words to expect. */
  keywords: z.array(name).max(mostMembers).exactOptional(),
  /** How long a streaming model may wait for context before it commits to a word. */
  delay: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).exactOptional(),
});

/** What a session may add to its events beyond the usual. */
export const include = z.array(z.literal('item.input_audio_transcription.logprobs')).max(mostMembers);
