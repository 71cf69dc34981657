import type {
  TranslationClientEventMap,
  TranslationServerEventMap,
  TranslationSession,
  TranslationSessionUpdate,
} from '../types.ts';
import { isGiven, type Optional } from './given.ts';
import { ServerEvent } from './server-event.ts';

/** A client event of a translation session by its wire name; without a name, any of them. */
export type TranslationClientEvent<T extends keyof TranslationClientEventMap = keyof TranslationClientEventMap> =
  TranslationClientEventMap[T];

/** A server event of a translation session by its wire name; without a name, any of them. */
export type TranslationServerEvent<T extends keyof TranslationServerEventMap = keyof TranslationServerEventMap> =
  TranslationServerEventMap[T];

type AudioDelta = TranslationServerEvent<'session.output_audio.delta'>;

/** Makes the client events of a translation session; `withEventId` gives them an id. */
export const TranslationClientEvent = {
  sessionUpdate: (session: TranslationSessionUpdate): TranslationClientEvent<'session.update'> => ({
    type: 'session.update',
    session,
  }),

  /** Base64 of 24 kHz 16-bit mono PCM, best in pieces of 200 ms; silence included. */
  appendAudio: (audio: string): TranslationClientEvent<'session.input_audio_buffer.append'> => ({
    type: 'session.input_audio_buffer.append',
    audio,
  }),

  /** Asks for what is still to come, then for the end. */
  closeSession: (): TranslationClientEvent<'session.close'> => ({ type: 'session.close' }),
};

/**
 * Makes the server events of a translation session. Optional arguments may be undefined or null and are then left out.
 * `elapsedMs` goes in steps of 200.
 */
export const TranslationServerEvent = {
  sessionCreated: (eventId: string, session: TranslationSession): TranslationServerEvent<'session.created'> => ({
    type: 'session.created',
    event_id: eventId,
    session,
  }),

  sessionUpdated: (eventId: string, session: TranslationSession): TranslationServerEvent<'session.updated'> => ({
    type: 'session.updated',
    event_id: eventId,
    session,
  }),

  /** Answers `session.close`; the last event. */
  sessionClosed: (eventId: string): TranslationServerEvent<'session.closed'> => ({
    type: 'session.closed',
    event_id: eventId,
  }),

  inputTranscriptDelta: (
    eventId: string,
    delta: string,
    elapsedMs?: Optional<number>,
  ): TranslationServerEvent<'session.input_transcript.delta'> => ({
    type: 'session.input_transcript.delta',
    event_id: eventId,
    delta,
    ...(isGiven(elapsedMs) && { elapsed_ms: elapsedMs }),
  }),

  outputTranscriptDelta: (
    eventId: string,
    delta: string,
    elapsedMs?: Optional<number>,
  ): TranslationServerEvent<'session.output_transcript.delta'> => ({
    type: 'session.output_transcript.delta',
    event_id: eventId,
    delta,
    ...(isGiven(elapsedMs) && { elapsed_ms: elapsedMs }),
  }),

  /** `delta`: base64. `channels` is 1 and `sampleRate` 24000 (Hz) where they are left out; `format` is `pcm16`. */
  outputAudioDelta: (
    eventId: string,
    delta: string,
    elapsedMs?: Optional<number>,
    sampleRate?: Optional<number>,
    channels?: Optional<number>,
    format?: Optional<AudioDelta['format']>,
  ): AudioDelta => ({
    type: 'session.output_audio.delta',
    event_id: eventId,
    delta,
    ...(isGiven(elapsedMs) && { elapsed_ms: elapsedMs }),
    ...(isGiven(sampleRate) && { sample_rate: sampleRate }),
    ...(isGiven(channels) && { channels }),
    ...(isGiven(format) && { format }),
  }),

  errorEvent: ServerEvent.errorEvent,
};
