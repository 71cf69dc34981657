import type { TranslationServerEventMap } from '../../protocol/types.ts';
import type { FullNoiseReduction, SourceTranscription } from './session.ts';

type TranslationServerEvent = TranslationServerEventMap[keyof TranslationServerEventMap];

/** Timers that the session arms. Each fires at most once for each time it is armed. */
export type TranslationTimer = 'expiry' | 'drain';

/** An utterance to be translated, with the configuration that held when its translation began. */
export interface TranslationRequest {
  readonly utteranceId: number;
  /** The language to translate into, as the client named it. */
  readonly language: string;
  readonly transcription: SourceTranscription | null;
  readonly noiseReduction: FullNoiseReduction | null;
  /** Length of the utterance in milliseconds. */
  readonly audioMs: number;
}

/** What the session wants done. Plain data; the runner carries it out in order. Nothing here is ever dropped. */
export type TranslationEffect =
  /** Send this event. */
  | { readonly do: 'emit'; readonly event: TranslationServerEvent }
  /** Send `session.output_audio.delta` with these bytes, 24 kHz PCM16. */
  | { readonly do: 'emit-audio'; readonly eventId: string; readonly audio: Uint8Array; readonly elapsedMs: number }
  /** Put these bytes at the end of the input audio and let the vad hear them. */
  | { readonly do: 'store-input'; readonly audio: Uint8Array }
  /** The input audio between two ticks is this utterance; keep it until its translation begins. */
  | {
      readonly do: 'keep-input';
      readonly utteranceId: number;
      readonly fromTick: number;
      readonly toTick: number;
    }
  /** Input audio before this tick is no longer needed. */
  | { readonly do: 'release-input'; readonly beforeTick: number }
  /** Start the translator on this utterance. */
  | { readonly do: 'translate'; readonly request: TranslationRequest }
  /** Stop the translator of this utterance at once: the session is over. */
  | { readonly do: 'abort'; readonly utteranceId: number }
  | { readonly do: 'arm'; readonly timer: TranslationTimer; readonly afterMs: number }
  | { readonly do: 'disarm'; readonly timer: TranslationTimer }
  /** Close the wire after what was emitted before. */
  | { readonly do: 'close'; readonly code: number; readonly reason: string };
