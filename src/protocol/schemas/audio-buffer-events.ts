import * as z from 'zod';
import { milliseconds, unixSeconds } from './quantity.ts';
import { serverEventId } from './server-event.ts';

/** What a server says of the audio on its way in and out. Positions count all audio sent since the session began. */
export const audioBufferEvents = {
  /** The input audio buffer became a user message, because the client committed it or a turn ended. The item's events follow. */
  'input_audio_buffer.committed': z.object({
    type: z.literal('input_audio_buffer.committed'),
    ...serverEventId,
    item_id: z.string(),
    /** The item before it; null for the first of a conversation. */
    previous_item_id: z.string().nullable().exactOptional(),
  }),

  /** Answers `input_audio_buffer.clear`. */
  'input_audio_buffer.cleared': z.object({ type: z.literal('input_audio_buffer.cleared'), ...serverEventId }),

  /** The user began to speak. `item_id` is the id that the user message will have. */
  'input_audio_buffer.speech_started': z.object({
    type: z.literal('input_audio_buffer.speech_started'),
    ...serverEventId,
    item_id: z.string(),
    /** Where the turn begins, in milliseconds, its prefix padding included. */
    audio_start_ms: milliseconds,
  }),

  /** The user's turn ended. */
  'input_audio_buffer.speech_stopped': z.object({
    type: z.literal('input_audio_buffer.speech_stopped'),
    ...serverEventId,
    item_id: z.string(),
    /** Where the turn ends, in milliseconds, the silence that ended it included. */
    audio_end_ms: milliseconds,
  }),

  /** The user was silent for `idle_timeout_ms`. The silence is committed and answered. */
  'input_audio_buffer.timeout_triggered': z.object({
    type: z.literal('input_audio_buffer.timeout_triggered'),
    ...serverEventId,
    item_id: z.string(),
    /** Where the playback of the last response had ended, in milliseconds. */
    audio_start_ms: milliseconds,
    /** Where the time was over, in milliseconds. */
    audio_end_ms: milliseconds,
  }),

  /** The caller pressed a key. SIP only. This is the only server event without `event_id`. */
  'input_audio_buffer.dtmf_event_received': z.object({
    type: z.literal('input_audio_buffer.dtmf_event_received'),
    /** The key: 0 to 9, `*`, `#`, A to D. */
    event: z.string(),
    received_at: unixSeconds,
  }),

  /** The response begins to play. WebRTC and SIP only. */
  'output_audio_buffer.started': z.object({
    type: z.literal('output_audio_buffer.started'),
    ...serverEventId,
    response_id: z.string(),
  }),

  /** The whole response has been played. WebRTC and SIP only. It comes after `response.done`. */
  'output_audio_buffer.stopped': z.object({
    type: z.literal('output_audio_buffer.stopped'),
    ...serverEventId,
    response_id: z.string(),
  }),

  /**
   * The sound of the response was cut off, because the user spoke or because of `output_audio_buffer.clear`. WebRTC and SIP
   * only.
   */
  'output_audio_buffer.cleared': z.object({
    type: z.literal('output_audio_buffer.cleared'),
    ...serverEventId,
    response_id: z.string(),
  }),
};
