import type { InputTranscription } from '../../protocol/types.ts';

/** Speech to be put into words while it goes on. */
export interface StreamingRequest {
  /** What the user's message will be called. */
  readonly itemId: string;
  readonly model: string | null;
  readonly language: string | null;
  readonly prompt: string | null;
  /** Words that are likely, languages that are (ISO-639-1), and how long to wait for certainty; null where not asked for. */
  readonly keywords: readonly string[] | null;
  readonly languages: readonly string[] | null;
  readonly delay: InputTranscription['delay'] | null;
}

/** A committed stretch of user audio to be put into words. */
export interface TranscriptionRequest extends StreamingRequest {
  /** Length of the audio in milliseconds. */
  readonly audioMs: number;
}
