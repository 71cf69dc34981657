import { isBase64 } from '../audio/base64.ts';

/** Whether a field is what it must be. */
export type Check = (value: unknown) => boolean;

/** Fields by name. A name with a `?` may be missing or null, and is left out where it is something else. */
export interface Shape {
  readonly [field: string]: Check | Shape;
}

export function isObject(value: unknown): value is { [name: string]: unknown } {
  return typeof value === 'object' && value !== null;
}

export const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const areObjects: Check = (value) => Array.isArray(value) && value.every(isObject);

const audio: Shape = { 'format?': { 'type?': isText }, 'turn_detection?': isObject };
const aboutItem: Shape = { 'item_id?': isText };
const aboutResponse: Shape = { ...aboutItem, 'response_id?': isText };
const written: Shape = { ...aboutResponse, delta: isText };

const session: Shape = {
  session: {
    'id?': isText,
    'expires_at?': isNumber,
    'tools?': areObjects,
    'audio?': { 'input?': audio, 'output?': audio },
  },
};

const item: Shape = {
  'previous_item_id?': isText,
  ...aboutResponse,
  item: { 'id?': isText, 'call_id?': isText, 'content?': areObjects },
};

const response: Shape = {
  response: {
    id: isText,
    'output?': areObjects,
    'metadata?': isObject,
    'status_details?': { 'error?': isObject },
    'audio?': { 'output?': audio },
  },
};

/** Of the events that the client reads, the fields that it reads; everything else comes as it is. */
export const shapes: ReadonlyMap<string, Shape> = new Map(
  Object.entries({
    error: { error: { 'message?': isText, 'code?': isText, 'event_id?': isText } },
    'session.created': session,
    'session.updated': session,
    'input_audio_buffer.speech_started': aboutItem,
    'input_audio_buffer.speech_stopped': aboutItem,
    'input_audio_buffer.timeout_triggered': aboutItem,
    'input_audio_buffer.committed': aboutItem,
    'conversation.item.added': item,
    'conversation.item.created': item,
    'conversation.item.done': item,
    'conversation.item.retrieved': item,
    'conversation.item.deleted': { item_id: isText },
    'conversation.item.truncated': { item_id: isText, audio_end_ms: isNumber },
    'conversation.item.input_audio_transcription.completed': { item_id: isText, transcript: isText },
    'response.created': response,
    'response.done': response,
    'response.output_item.added': item,
    'response.output_item.done': item,
    'response.output_text.delta': written,
    'response.output_audio_transcript.delta': written,
    'response.output_audio.delta': { ...aboutResponse, delta: isBase64 },
  }),
);
