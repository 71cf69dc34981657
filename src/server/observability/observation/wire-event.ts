import type { ServerEventMap, TranslationServerEventMap } from '../../../protocol/types.ts';

type AnyServerEvent = ServerEventMap[keyof ServerEventMap] | TranslationServerEventMap[keyof TranslationServerEventMap];

/** Events that bring sound, with its length in bytes in its place: nothing here wants the sound, or decodes it. */
export type SoundEvent =
  | { readonly type: 'input_audio_buffer.append' | 'session.input_audio_buffer.append'; readonly bytes: number }
  | { readonly type: 'response.output_audio.delta'; readonly response_id: string; readonly bytes: number }
  | { readonly type: 'session.output_audio.delta'; readonly bytes: number };

/** What passes on the wire of a session of any kind, as far as it is of interest, in either direction. */
export type WireEvent = AnyServerEvent | SoundEvent;

/** What no event tells, and a session's core knows. Without hints an observation is the same, but for what they add. */
export type Hint =
  /** Where the silence began that may end the turn, Unix milliseconds; null while there is none. */
  | { readonly hint: 'silence'; readonly since: number | null }
  /** What a transcriber made of an item whose transcript the client did not ask for: the words, or the failure's code. */
  | {
      readonly hint: 'words';
      readonly itemId: string;
      readonly outcome: { readonly transcript: string } | { readonly code: string };
    }
  /** All that will be said of an utterance has been said. */
  | { readonly hint: 'utterance_over' };
