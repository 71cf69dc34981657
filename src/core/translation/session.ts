import type { TranslationSession } from '../../protocol/types.ts';
import type { IdSource } from '../ids.ts';

/** What the server decides when it opens a translation session. */
export interface TranslationRules {
  /** Age at which the session ends, in milliseconds. */
  readonly maxAgeMs: number;
  /** Most input audio that may wait to be translated, in milliseconds. */
  readonly maxBufferedMs: number;
}

/** How the speaker's audio is filtered, with its strength. */
export type FullNoiseReduction = Required<
  NonNullable<NonNullable<TranslationSession['audio']['input']>['noise_reduction']>
>;

/** How the speaker's own words are written down. */
export type SourceTranscription = NonNullable<NonNullable<TranslationSession['audio']['input']>['transcription']>;

/** The whole effective configuration, in the wire's own shape: what `session.updated` carries. */
export interface TranslationConfig {
  type: 'translation';
  id: string;
  model: string;
  audio: {
    input: { transcription: SourceTranscription | null; noise_reduction: FullNoiseReduction | null };
    output: { language: string };
  };
  expires_at: number;
}

/** The input, as positions on the audio clock (ticks of 1/24000 s since the session began). */
export interface InputAudio {
  /** Audio before this is no longer kept. */
  readonly startTick: number;
  /** All audio ever appended. */
  readonly endTick: number;
  /** 1 when an odd byte waits for its other half, which the next append brings. */
  readonly spareBytes: 0 | 1;
}

export type Speech =
  /** No speech. `onsetTick`: where a run of speech too short to count began. */
  | { readonly phase: 'quiet'; readonly onsetTick: number | null }
  /** Someone speaks. `silenceTick`: where the silence began that may end the utterance. */
  | { readonly phase: 'speaking'; readonly startTick: number; readonly silenceTick: number | null };

/** A stretch of speech that is being translated, or waits for its turn. */
export interface Utterance {
  /** Counts from 0 in each session. */
  readonly id: number;
  readonly startTick: number;
  readonly endTick: number;
  /** Whether the client is told what was said: input transcription was on when the translation began. */
  readonly announcesInput: boolean;
}

/** A translation session, whole: plain data that can be written down and read back. */
export interface TranslationState {
  readonly rules: TranslationRules;
  readonly ids: IdSource;
  /** `finishing`: after `session.close`. Either way towards the end nothing more is heard. */
  readonly phase: 'open' | 'finishing' | 'draining' | 'closed';
  readonly config: TranslationConfig;
  readonly input: InputAudio;
  readonly speech: Speech;
  /** Speech was heard at least once. */
  readonly hasHeard: boolean;
  /** Utterances so far. */
  readonly uttered: number;
  /** In order; the first is being translated. */
  readonly utterances: readonly Utterance[];
}
