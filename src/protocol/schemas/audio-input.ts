import * as z from 'zod';
import { mostMembers, name, note } from './bounded.ts';

/** Filtering of the user's audio before it gets to voice activity detection and to the model. */
export const noiseReduction = z.object({
  /** Where the microphone is: `near_field` at the mouth (a headset), `far_field` in the room (a laptop). */
  type: z.enum(['near_field', 'far_field']).exactOptional(),
  /**
   * How strongly to filter. It is 1 when filtering is first switched on, and stays as it is if an update leaves it out. The
   * official sources state no range.
   */
  strength: z.number().exactOptional(),
});

/** How the user's audio is transcribed. The model does not need this, since it gets the audio itself. */
export const inputTranscription = z.object({
  /**
   * The transcription model, such as `gpt-4o-transcribe` or `whisper-1`. Any string is allowed, since servers have models of
   * their own.
   */
  model: name.exactOptional(),
  /** The language spoken, as an ISO-639-1 code such as `en`. */
  language: name.exactOptional(),
  /** The languages that may be spoken, as ISO-639-1 codes; at least one. */
  languages: z.array(name).min(1).max(mostMembers).exactOptional(),
  /** Guides the style of the transcription model; for `whisper-1` it is a list of keywords. */
  prompt: note.exactOptional(),
  /** Words to expect. */
  keywords: z.array(name).max(mostMembers).exactOptional(),
  /** How long a streaming model may wait for context before it commits to a word. */
  delay: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).exactOptional(),
});

/** What a session may add to its events beyond the usual. */
export const include = z.array(z.literal('item.input_audio_transcription.logprobs')).max(mostMembers);
