/** What a field must be. `string` and `number` as `typeof` says; `objects` is a list of objects; `base64` is sound. */
export type Kind = 'string' | 'number' | 'objects' | 'base64';

/** Fields by name. A name with a `?` may be missing or null, and is left out where it is something else. */
export interface Shape {
  readonly [field: string]: Kind | Shape;
}

const format: Shape = { 'format?': { 'type?': 'string' } };
const aboutItem: Shape = { 'item_id?': 'string' };
const aboutResponse: Shape = { ...aboutItem, 'response_id?': 'string' };
const written: Shape = { ...aboutResponse, delta: 'string' };

const session: Shape = {
  session: {
    'id?': 'string',
    'expires_at?': 'number',
    'tools?': 'objects',
    'audio?': { 'input?': { ...format, 'turn_detection?': {} }, 'output?': format },
  },
};

const item: Shape = {
  'previous_item_id?': 'string',
  ...aboutResponse,
  item: { 'id?': 'string', 'call_id?': 'string', 'content?': 'objects' },
};

const response: Shape = {
  response: {
    id: 'string',
    'output?': 'objects',
    'metadata?': {},
    'status_details?': { 'error?': {} },
    'audio?': { 'output?': format },
  },
};

const inputBuffer = 'input_audio_buffer.';
const conversationItem = 'conversation.item.';

/** Of the events that the client reads, the fields that it reads; everything else comes as it is. */
export const shapes: ReadonlyMap<string, Shape> = new Map([
  ['error', { error: { 'message?': 'string', 'code?': 'string', 'event_id?': 'string' } }],
  ['session.created', session],
  ['session.updated', session],
  [`${inputBuffer}speech_started`, aboutItem],
  [`${inputBuffer}speech_stopped`, aboutItem],
  [`${inputBuffer}timeout_triggered`, aboutItem],
  [`${inputBuffer}committed`, aboutItem],
  [`${conversationItem}added`, item],
  [`${conversationItem}created`, item],
  [`${conversationItem}done`, item],
  [`${conversationItem}retrieved`, item],
  [`${conversationItem}deleted`, { item_id: 'string' }],
  [`${conversationItem}truncated`, { item_id: 'string', audio_end_ms: 'number' }],
  [`${conversationItem}input_audio_transcription.completed`, { item_id: 'string', transcript: 'string' }],
  ['response.created', response],
  ['response.done', response],
  ['response.output_item.added', item],
  ['response.output_item.done', item],
  ['response.output_text.delta', written],
  ['response.output_audio_transcript.delta', written],
  ['response.output_audio.delta', { ...aboutResponse, delta: 'base64' }],
]);
