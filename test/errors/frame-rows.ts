import { append, create, hello, messageOf, type Row, respond, shaped } from './rows.ts';

const supported =
  "'session.update', 'session.close', 'input_audio_buffer.append', 'session.input_audio_buffer.append', 'input_audio_buffer.commit', 'input_audio_buffer.clear', 'conversation.item.create', 'conversation.item.truncate', 'conversation.item.delete', 'conversation.item.retrieve', 'response.create', 'response.cancel'";

function ofTranslation(type: string): Row {
  return {
    what: `${type}, which is for translation sessions`,
    frame: { type },
    code: 'invalid_value',
    param: 'type',
    message: shaped(/^Invalid value: '.*'\. It is for translation sessions\. Supported values here are: /),
  };
}

function unknownType(type: string): Row {
  return {
    what: `the type ${type}`,
    frame: { type },
    code: 'invalid_value',
    param: 'type',
    message: `Invalid value: '${type}'. Supported values are: ${supported}.`,
  };
}

function noObject(what: string, frame: string): Row {
  return { what, frame, code: 'invalid_event', param: null, message: shaped(/^Invalid event: /) };
}

function missing(frame: object, param: string): Row {
  const what = `an event without ${param}: ${JSON.stringify(frame)}`;
  return { what, frame, code: 'missing_required_parameter', param, message: `Missing required parameter: '${param}'.` };
}

function wrongType(frame: object, param: string, expected: string, got: string): Row {
  const message = `Invalid type for '${param}': expected ${expected}, but got ${got} instead.`;
  return { what: `${got} as ${param}`, frame, code: 'invalid_type', param, message };
}

const tooLong = 15 * 1024 * 1024 + 3;

/** Frames that are wrong whatever the session is about. */
export const frameRows: readonly Row[] = [
  {
    what: 'a text that is not JSON',
    frame: '{"type":',
    code: 'invalid_json',
    param: null,
    message: shaped(/^Invalid event: failed to parse JSON value/),
  },
  noObject('an array', '[]'),
  noObject('a string', '"response.create"'),
  noObject('a number', '5'),
  noObject('null', 'null'),
  noObject(
    'objects nested deeper than 64 levels',
    `{"type":"session.update","session":{"type":"realtime","tools":[{"type":"function","name":"f","parameters":${'{"a":'.repeat(64)}1${'}'.repeat(64)}}]}}`,
  ),
  noObject('more than 50,000 JSON values', `{"type":"response.create",${'"a":1,'.repeat(60_000)}"b":1}`),
  {
    what: 'a binary frame',
    code: 'invalid_event',
    param: null,
    message: 'Invalid event: expected a text message, binary messages are not supported.',
  },
  {
    what: 'an event without a type',
    frame: {},
    code: 'invalid_event',
    param: null,
    message: shaped(/'type' field is missing/),
  },
  unknownType('response.begin'),
  unknownType('transcription_session.update'),
  ofTranslation('session.close'),
  ofTranslation('session.input_audio_buffer.append'),
  {
    what: 'what only sessions over WebRTC take',
    frame: { type: 'output_audio_buffer.clear' },
    code: 'invalid_value',
    param: 'type',
    message: shaped(/^Invalid value: 'output_audio_buffer\.clear'\. /),
  },
  {
    what: 'sound that is appended in a call',
    opening: { isCall: true },
    frame: append(20),
    code: 'invalid_event_for_transport',
    param: 'type',
    message: shaped(/^Invalid event: 'input_audio_buffer\.append' /),
  },
  missing({ type: 'session.update' }, 'session'),
  missing({ type: 'session.update', session: {} }, 'session.type'),
  missing({ type: 'input_audio_buffer.append' }, 'audio'),
  missing({ type: 'conversation.item.create' }, 'item'),
  missing({ type: 'conversation.item.retrieve' }, 'item_id'),
  missing({ type: 'conversation.item.delete' }, 'item_id'),
  missing({ type: 'conversation.item.truncate', content_index: 0, audio_end_ms: 0 }, 'item_id'),
  missing({ type: 'conversation.item.truncate', item_id: 'x', content_index: 0 }, 'audio_end_ms'),
  missing(create({ type: 'message', content: [] }), 'item.role'),
  missing(create({ type: 'message', role: 'user' }), 'item.content'),
  missing(create({ type: 'function_call_output', output: '' }), 'item.call_id'),
  wrongType({ type: 'input_audio_buffer.append', audio: 5 }, 'audio', 'a string', 'an integer'),
  wrongType(
    { type: 'conversation.item.truncate', item_id: 'x', content_index: 0, audio_end_ms: null },
    'audio_end_ms',
    'an integer',
    'null',
  ),
  wrongType({ type: 'response.cancel', response_id: {} }, 'response_id', 'a string', 'an object'),
  wrongType(respond({ metadata: { a: 5 } }), 'response.metadata.a', 'a string', 'an integer'),
  {
    what: 'audio that is not base64',
    frame: { type: 'input_audio_buffer.append', audio: 'not base64!' },
    code: 'invalid_value',
    param: 'audio',
    message: "Invalid 'audio': expected base64-encoded audio.",
  },
  {
    what: 'audio of an item that is not base64',
    frame: create(messageOf('user', { type: 'input_audio', audio: '*' })),
    code: 'invalid_value',
    param: 'item.content[0].audio',
    message: "Invalid 'item.content[0].audio': expected base64-encoded audio.",
  },
  {
    what: 'more than 15 MiB in one append',
    frame: { type: 'input_audio_buffer.append', audio: Buffer.alloc(tooLong).toString('base64') },
    code: 'string_above_max_length',
    param: 'audio',
    message: `Invalid 'audio': audio too long. Expected at most ${15 * 1024 * 1024} bytes, but got ${tooLong} bytes instead.`,
  },
  {
    what: 'a field that no event has',
    frame: { ...append(20), sample_rate: 24_000 },
    code: 'unknown_parameter',
    param: 'sample_rate',
    message: "Unknown parameter: 'sample_rate'.",
  },
  {
    what: 'an item id of 33 characters',
    frame: create({ ...hello, id: 'x'.repeat(33) }),
    code: 'string_above_max_length',
    param: 'item.id',
    message:
      "Invalid 'item.id': string too long. Expected a string with maximum length 32, but got a string with length 33 instead.",
  },
  {
    what: 'metadata of more than 512 characters',
    frame: respond({ metadata: { a: 'x'.repeat(513) } }),
    code: 'string_above_max_length',
    param: 'response.metadata.a',
    message:
      "Invalid 'response.metadata.a': string too long. Expected a string with maximum length 512, but got a string with length 513 instead.",
  },
];
