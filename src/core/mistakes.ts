import { shortened } from '../protocol/check/problem.ts';
import { namedClientEventTypes } from '../protocol/event-types.ts';
import type { ApiError } from '../protocol/types.ts';
import { minimumCommitMs } from './defaults.ts';
import type { Limit } from './response/allowance.ts';
import type { SessionRules } from './session.ts';

/**
 * Every mistake that only the session can see, as the wire names it (behaviour §8). The checks of a single event's shape
 * are the protocol's. `event_id` is filled in when the error is sent.
 */
export const mistakes = {
  commitEmpty: (bufferedMs: number) =>
    invalid(
      'input_audio_buffer_commit_empty',
      null,
      `Error committing input audio buffer: buffer too small. Expected at least ${minimumCommitMs}ms of audio, but buffer only has ${bufferedMs.toFixed(2)}ms of audio.`,
    ),
  bufferFull: (maxMs: number) =>
    invalid(
      'input_audio_buffer_full',
      'audio',
      `The input audio buffer holds at most ${maxMs}ms of audio. Commit or clear it first; this append was dropped.`,
    ),
  appendBesideTrack: () =>
    invalid(
      'invalid_event_for_transport',
      'type',
      "Invalid event: 'input_audio_buffer.append' is not taken in a call, whose sound comes by its audio track.",
    ),
  conversationFull: ({ maxItems, maxBytes }: Pick<SessionRules, 'maxItems' | 'maxBytes'>) =>
    invalid(
      'conversation_limit_reached',
      null,
      `The conversation would have more than ${maxItems} items or ${maxBytes} bytes. Delete items first, or begin another session.`,
    ),
  memoryFull: () =>
    invalid(
      'conversation_limit_reached',
      null,
      'All sessions of the server together hold as much as they may. Delete items, or try again later.',
    ),
  itemExists: (id: string) =>
    invalid(
      'item_create_duplicate_item_id',
      null,
      `Error adding item: an item with id '${shortened(id)}' already exists.`,
    ),
  itemIdReserved: (id: string) =>
    invalid(
      'invalid_value',
      'item.id',
      `Invalid value: '${shortened(id)}'. As a previous_item_id it means a place, not an item.`,
    ),
  previousItemUnknown: (id: string) =>
    invalid(
      'item_create_invalid_previous_item_id',
      null,
      `Error adding item: previous item with id '${shortened(id)}' does not exist.`,
    ),
  assistantAudio: (index: number) =>
    invalid(
      'invalid_value',
      `item.content[${index}].type`,
      "Invalid value: 'output_audio'. Supported values are: 'output_text'.",
    ),
  notAnImage: (part: string, url: string | undefined) =>
    url === undefined
      ? invalid('missing_required_parameter', `${part}.image_url`, `Missing required parameter: '${part}.image_url'.`)
      : invalid(
          'invalid_value',
          `${part}.image_url`,
          `Invalid '${part}.image_url': expected a data URI of a PNG or JPEG image.`,
        ),
  callUnknown: (callId: string) =>
    invalid(
      'invalid_tool_call_id',
      'item.call_id',
      `Tool call id '${shortened(callId)}' was not found in the conversation.`,
    ),
  approvalUnknown: (id: string) =>
    invalid(
      'invalid_value',
      'item.approval_request_id',
      `Invalid value: '${shortened(id)}'. There is no pending approval request with this id in the conversation.`,
    ),
  deleteUnknown: (id: string) =>
    invalid(
      'item_delete_invalid_item_id',
      null,
      `Error deleting item: the item with id '${shortened(id)}' does not exist.`,
    ),
  retrieveUnknown: (id: string) =>
    invalid(
      'item_retrieve_invalid_item_id',
      null,
      `Error retrieving item: the item with id '${shortened(id)}' does not exist.`,
    ),
  truncateUnknown: (id: string) =>
    invalid('item_truncate_invalid_item_id', null, `Item with item_id not found: ${shortened(id)}`),
  truncateWrongKind: () =>
    invalid('unsupported_content_type', null, 'Only model output audio messages can be truncated.'),
  truncatePastEnd: (heldMs: number, askedMs: number) =>
    invalid('invalid_value', 'audio_end_ms', `Audio content of ${heldMs}ms is already shorter than ${askedMs}ms`),
  responseActive: (id: string) =>
    invalid(
      'conversation_already_has_active_response',
      null,
      `Conversation already has an active response in progress: ${id}. Wait until the response is finished before creating a new one.`,
    ),
  tooManyResponses: (most: number) =>
    invalid(
      'response_limit_reached',
      null,
      `This session has as many responses in progress as it may have: ${most}. Wait until one of them is finished.`,
    ),
  nothingToCancel: () => invalid('response_cancel_not_active', null, 'Cancellation failed: no active response found'),
  inputItemUnknown: (id: string) =>
    invalid('item_not_found', 'response.input', `Item with id '${shortened(id)}' not found in the conversation.`),
  conversationUnknown: (name: string) =>
    invalid(
      'invalid_value',
      'response.conversation',
      `Invalid value: '${shortened(name)}'. Supported values are: 'auto', 'none'.`,
    ),
  noResponses: () =>
    invalid('invalid_value', 'type', "Invalid value: 'response.create'. A transcription session makes no responses."),
  noOutputBuffer: () =>
    invalid(
      'invalid_value',
      'type',
      `Invalid value: 'output_audio_buffer.clear'. Supported values are: ${namedClientEventTypes.map((type) => `'${type}'`).join(', ')}.`,
    ),
  typeSwitch: (from: string, to: string) =>
    invalid(
      'invalid_parameter',
      'session.type',
      `Passing a ${to} session update event to a ${from} session is not allowed.`,
    ),
  modelFixed: (model: string) =>
    invalid(
      'invalid_value',
      'session.model',
      `Invalid value: '${shortened(model)}'. The model of a running session cannot be changed.`,
    ),
  functionTwice: (path: string, name: string) =>
    invalid(
      'invalid_value',
      `${path}.name`,
      `Duplicate function name: '${name}'. Each function needs a name of its own.`,
    ),
  voiceFixed: () =>
    invalid('cannot_update_voice', null, "Cannot update a conversation's voice if assistant audio is present."),
  tracingFixed: () =>
    invalid(
      'invalid_value',
      'session.tracing',
      'Tracing was already enabled for this session and can no longer be changed.',
    ),
  turnDetectionUnsupported: (model: string) =>
    invalid(
      'invalid_value',
      'session.audio.input.turn_detection',
      `Turn detection is not supported for the transcription model '${shortened(model)}'.`,
    ),
  notReasoning: (param: string, model: string) =>
    invalid(
      'invalid_value',
      param,
      `'${param}' is not supported by the model '${shortened(model)}', which does not reason.`,
    ),
  instructionsTooLong: (param: string, tokens: number, most: number) =>
    invalid(
      'invalid_value',
      param,
      `Invalid '${param}': instructions and tools have about ${tokens} tokens together, and may have ${most}.`,
    ),
  promptTooLong: (bytes: number, most: number) => tooLong('session.prompt', bytes, most),
  tracingTooLong: (bytes: number, most: number) => tooLong('session.tracing.metadata', bytes, most),
  limitReached: (limit: Limit, seconds: number): ApiError => ({
    type: 'rate_limit_error',
    code: 'rate_limit_exceeded',
    message: `Rate limit reached for ${limitNames[limit]}. Please try again in ${seconds}s.`,
    param: null,
    event_id: null,
  }),
  quotaUsedUp: (): ApiError => ({
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    message: 'What this API key, or this session, may spend is used up.',
    param: null,
    event_id: null,
  }),
  draining: (): ApiError => ({
    type: 'server_error',
    code: 'server_draining',
    message: 'The server is shutting down and takes no new work.',
    param: null,
    event_id: null,
  }),
  eventTooLong: (type: string, bytes: number, most: number): ApiError => ({
    type: 'server_error',
    code: 'event_too_long',
    message: `An event of type '${type}' is not sent here: it has ${bytes} bytes, and the data channel takes ${most}. A sideband of the call gets it.`,
    param: null,
    event_id: null,
  }),
  slowReader: () =>
    invalid('slow_consumer', null, 'The connection was closed because too much was waiting to be read. Read faster.'),
  expired: (minutes: number) =>
    invalid('session_expired', null, `Your session hit the maximum duration of ${minutes} minutes.`),
} as const;

const limitNames: Readonly<Record<Limit, string>> = {
  requests: 'requests per minute',
  tokens: 'tokens per minute',
  audio: 'seconds of audio per minute',
  budget: 'the budget, of which running responses have set aside the rest',
  session: 'this session, whose running responses have set aside the rest',
};

function tooLong(param: string, bytes: number, most: number): ApiError {
  return invalid(
    'string_above_max_length',
    param,
    `Invalid '${param}': string too long. Expected at most ${most} bytes of JSON, but got about ${bytes} instead.`,
  );
}

function invalid(code: string, param: string | null, message: string): ApiError {
  return { type: 'invalid_request_error', code, message, param, event_id: null };
}
