import type { ApiError } from '../../protocol/types.ts';

/** The errors that only a translation session knows; `event_id` is filled in when the error is sent. */
export const translationMistakes = {
  finishing: (): ApiError => ({
    type: 'invalid_request_error',
    code: 'session_closing',
    message: 'The session is closing: nothing is accepted after session.close.',
    param: null,
    event_id: null,
  }),
  modelFixed: (): ApiError => ({
    type: 'invalid_request_error',
    code: 'unknown_parameter',
    message: "Unknown parameter: 'session.model'. The model of a running translation session cannot be changed.",
    param: 'session.model',
    event_id: null,
  }),
  bufferFull: (maxMs: number): ApiError => ({
    type: 'invalid_request_error',
    code: 'input_audio_buffer_full',
    message: `At most ${maxMs}ms of audio may wait to be translated. This append was dropped; send audio no faster than it is spoken.`,
    param: 'audio',
    event_id: null,
  }),
  translatorFailed: (): ApiError => ({
    type: 'server_error',
    code: 'internal_error',
    message: 'The model failed to translate what was said. The session goes on.',
    param: null,
    event_id: null,
  }),
} as const;
