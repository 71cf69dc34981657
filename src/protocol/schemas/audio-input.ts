import * as z from 'zod';

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
  model: z.string().exactOptional(),
  /** The language spoken, as an ISO-639-1 code such as `en`. */
  language: z.string().exactOptional(),
  /** The languages that may be spoken, as ISO-639-1 codes; at least one. */
  languages: z.array(z.string()).min(1).exactOptional(),
  /** Guides the model's style; a list of keywords for `whisper-1`. */
  prompt: z.string().exactOptional(),
  /** Words to expect. */
  keywords: z.array(z.string()).exactOptional(),
  /** How long a streaming model may wait for context before it commits to a word. */
  delay: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).exactOptional(),
});

/** What a session may add to its events beyond the usual. */
export const include = z.array(z.literal('item.input_audio_transcription.logprobs'));
