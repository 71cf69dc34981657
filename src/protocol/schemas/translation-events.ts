import * as z from 'zod';
import type { TranslationClientEventType, TranslationServerEventType } from '../event-types.ts';
import { clientEventId } from './client-events.ts';
import { serverEventId } from './server-event.ts';
import { errorEvent } from './session-events.ts';
import { translationSession, translationSessionUpdate } from './translation.ts';

/** Every event that a client sends in a translation session, by its wire type. */
export const translationClientEvents = {
  /** Changes the output language, input transcription or noise reduction. Answer: `session.updated`. */
  'session.update': z.object({
    type: z.literal('session.update'),
    ...clientEventId,
    session: translationSessionUpdate,
  }),

  /** The next piece of the speaker's sound. Silence is sent, too. There is no answer. */
  'session.input_audio_buffer.append': z.object({
    type: z.literal('session.input_audio_buffer.append'),
    ...clientEventId,
    /** Base64 of 24 kHz 16-bit little-endian mono samples, of any length. */
    audio: z.string(),
  }),

  /** The speaker has finished. Answer: the rest of the translation, then `session.closed`. */
  'session.close': z.object({ type: z.literal('session.close'), ...clientEventId }),
} satisfies Record<TranslationClientEventType, z.ZodObject>;

const heardAt = {
  /** The place in the audio where this belongs, in milliseconds, in steps of 200; several events may have the same one. */
  elapsed_ms: z.int().nullable().exactOptional(),
};

/** Every event that a server sends in a translation session, by its wire type. */
export const translationServerEvents = {
  /** The first event of a connection. */
  'session.created': z.object({ type: z.literal('session.created'), ...serverEventId, session: translationSession }),

  /** Answers `session.update`. */
  'session.updated': z.object({ type: z.literal('session.updated'), ...serverEventId, session: translationSession }),

  /** Answers `session.close`. The last event. */
  'session.closed': z.object({ type: z.literal('session.closed'), ...serverEventId }),

  /** The next piece of what the speaker says, in their language. Join deltas as they are, without blanks between. */
  'session.input_transcript.delta': z.object({
    type: z.literal('session.input_transcript.delta'),
    ...serverEventId,
    delta: z.string(),
    ...heardAt,
  }),

  /** The next piece of the translation. Join deltas as they are, without blanks between. */
  'session.output_transcript.delta': z.object({
    type: z.literal('session.output_transcript.delta'),
    ...serverEventId,
    delta: z.string(),
    ...heardAt,
  }),

  /** The next piece of the translation's sound. Lengths vary. */
  'session.output_audio.delta': z.object({
    type: z.literal('session.output_audio.delta'),
    ...serverEventId,
    /** Base64. */
    delta: z.string(),
    format: z.literal('pcm16').exactOptional(),
    /** Samples per second. Default 24000. */
    sample_rate: z.int().exactOptional(),
    /** Default 1. */
    channels: z.int().exactOptional(),
    ...heardAt,
  }),

  /** Something went wrong: the same event as in any other session. */
  error: errorEvent,
} satisfies Record<TranslationServerEventType, z.ZodObject>;
