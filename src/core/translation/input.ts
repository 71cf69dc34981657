import type { ApiError, TranslationClientEventMap } from '../../protocol/types.ts';
import type { TranslationTimer } from './effect.ts';

/** A client event other than the append of audio, which comes decoded. */
export type TranslationControl = TranslationClientEventMap['session.update' | 'session.close'];

/** What a translator says of one utterance, piece by piece, in order; `end` or `failed` comes last. */
export type TranslatorOutput =
  /** What the speaker said, in their language. */
  | { readonly type: 'input_text'; readonly text: string }
  /** The translation in words. */
  | { readonly type: 'output_text'; readonly text: string }
  /** The translation in sound: 24 kHz PCM16 bytes, whole samples. */
  | { readonly type: 'audio'; readonly audio: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'failed' };

/** Everything that can happen to a translation session. `at` is Unix time in milliseconds, never going back. */
export type TranslationInput = {
  readonly at: number;
} /** `joined`: a client has, and is greeted with the session as it is now. */ & (
  | { readonly from: 'server'; readonly say: 'open' | 'joined' | 'slow_reader' | 'exhausted' }
  /** What was said has so long to be translated (default 5 s). */
  | { readonly from: 'server'; readonly say: 'drain'; readonly graceMs?: number }
  | { readonly from: 'client'; readonly event: TranslationControl }
  /** `session.input_audio_buffer.append`, decoded: 24 kHz PCM16 bytes, which may end in half a sample. */
  | { readonly from: 'microphone'; readonly audio: Uint8Array; readonly eventId: string | null }
  /** A frame that was refused before it became an event. */
  | { readonly from: 'refusal'; readonly error: ApiError }
  /** How likely the window that ends at this tick holds speech, 0 to 1. */
  | { readonly from: 'vad'; readonly endTick: number; readonly windowTicks: number; readonly probability: number }
  | { readonly from: 'translator'; readonly utteranceId: number; readonly output: TranslatorOutput }
  | { readonly from: 'timer'; readonly timer: TranslationTimer }
  /** The peer is gone. */
  | { readonly from: 'wire'; readonly say: 'closed' }
);
