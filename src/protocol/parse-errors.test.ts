import { describe, expect, it } from 'vitest';
import { checkClientEvent, checkServerEvent, type ParsedClientEvent } from './parse.ts';
import type { ApiError } from './types.ts';

/** What is wrong with the event, its code, the field at fault, and the start of what is said. */
type Row = [event: object, code: string, param: string, message: string];

const update = (session: unknown) => ({ type: 'session.update', session });
const realtime = (settings: object) => update({ type: 'realtime', ...settings });
const input = (audioInput: object) => realtime({ audio: { input: audioInput } });
const create = (item: unknown, rest = {}) => ({ type: 'conversation.item.create', item, ...rest });
const message = (role: string, ...content: unknown[]) => create({ type: 'message', role, content });
const respond = (response: unknown) => ({ type: 'response.create', response });
const tool = (settings: object) => realtime({ tools: [{ type: 'mcp', server_label: 'x', ...settings }] });
const metadata = (given: object) => respond({ metadata: given });
const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`key${at}`, '']));
const seventeen = pairs(17);
const parts = (count: number, type: string) => Array.from({ length: count }, () => ({ type, text: '' }));

// biome-ignore format: a row is a line
const missing: Row[] = [
  [{ type: 'session.update' }, 'missing_required_parameter', 'session', "Missing required parameter: 'session'."],
  [update({}), 'missing_required_parameter', 'session.type', "Missing required parameter: 'session.type'."],
  [update({ voice: 'x' }), 'missing_required_parameter', 'session.type', "Missing required parameter: 'session.type'."],
  [{ type: 'input_audio_buffer.append' }, 'missing_required_parameter', 'audio', 'Missing required'],
  [create({}), 'missing_required_parameter', 'item.type', 'Missing required'],
  [create({ type: 'message', x: 1 }), 'missing_required_parameter', 'item.role', 'Missing required'],
  [create({ type: 'message', role: 'user' }), 'missing_required_parameter', 'item.content', 'Missing required'],
  [create({ type: 'function_call_output' }), 'missing_required_parameter', 'item.call_id', 'Missing required'],
  [tool({ server_label: undefined }), 'missing_required_parameter', 'session.tools[0].server_label', 'Missing'],
  [input({ turn_detection: {} }), 'missing_required_parameter', 'session.audio.input.turn_detection.type', 'Missing'],
  [realtime({ truncation: {} }), 'missing_required_parameter', 'session.truncation.type', 'Missing'],
  [realtime({ tool_choice: {} }), 'missing_required_parameter', 'session.tool_choice.type', 'Missing'],
  [respond({ input: [{ type: 'item_reference' }] }), 'missing_required_parameter', 'response.input[0].id', 'Missing'],
];

// biome-ignore format: a row is a line
const wrongType: Row[] = [
  [update([]), 'invalid_type', 'session', "Invalid type for 'session': expected an object, but got an array instead."],
  [realtime({ instructions: 5 }), 'invalid_type', 'session.instructions', "Invalid type for 'session.instructions': expected a string, but got an integer instead."],
  [realtime({ tools: {} }), 'invalid_type', 'session.tools', "Invalid type for 'session.tools': expected an array, but got an object instead."],
  [realtime({ tool_choice: 5 }), 'invalid_type', 'session.tool_choice', "Invalid type for 'session.tool_choice': expected one of a string or an object, but got an integer"],
  [realtime({ parallel_tool_calls: 'yes' }), 'invalid_type', 'session.parallel_tool_calls', "Invalid type for 'session.parallel_tool_calls': expected a boolean, but got a string"],
  [realtime({ max_output_tokens: 1.5 }), 'invalid_type', 'session.max_output_tokens', "Invalid type for 'session.max_output_tokens': expected an integer, but got a decimal"],
  [update(null), 'invalid_type', 'session', "Invalid type for 'session': expected an object, but got null"],
  [update({ type: null }), 'invalid_type', 'session.type', "Invalid type for 'session.type': expected a string, but got null"],
  [input({ turn_detection: { type: null } }), 'invalid_type', 'session.audio.input.turn_detection.type', "Invalid type for 'session.audio.input.turn_detection.type': expected a string, but got null"],
  [realtime({ truncation: { type: 'retention_ratio', retention_ratio: null } }), 'invalid_type', 'session.truncation.retention_ratio', 'Invalid type'],
  [realtime({ audio: { output: { speed: '1' } } }), 'invalid_type', 'session.audio.output.speed', "Invalid type for 'session.audio.output.speed': expected a number, but got a string"],
  [input({ format: { rate: '24000' } }), 'invalid_type', 'session.audio.input.format.rate', 'Invalid type'],
  [{ type: 'input_audio_buffer.append', audio: null }, 'invalid_type', 'audio', "Invalid type for 'audio': expected a string, but got null"],
  [create(null), 'invalid_type', 'item', "Invalid type for 'item': expected an object, but got null"],
  [message('user', null), 'invalid_type', 'item.content[0]', "Invalid type for 'item.content[0]': expected an object, but got null"],
  [message('user', 'hello'), 'invalid_type', 'item.content[0]', "Invalid type for 'item.content[0]': expected an object, but got a string"],
  [message('user', { type: 'input_text' }, { type: 5 }), 'invalid_type', 'item.content[1].type', "Invalid type for 'item.content[1].type': expected a string, but got an integer"],
  [{ type: 'conversation.item.truncate', item_id: 'x', content_index: 0, audio_end_ms: null }, 'invalid_type', 'audio_end_ms', "Invalid type for 'audio_end_ms': expected an integer, but got null"],
  [metadata({ a: null }), 'invalid_type', 'response.metadata.a', "Invalid type for 'response.metadata.a': expected a string, but got null"],
  [metadata({ a: 5 }), 'invalid_type', 'response.metadata.a', "Invalid type for 'response.metadata.a': expected a string, but got an integer"],
  [{ type: 'response.cancel', event_id: 5 }, 'invalid_type', 'event_id', "Invalid type for 'event_id': expected a string, but got an integer"],
];

// biome-ignore format: a row is a line
const wrongValue: Row[] = [
  [update({ type: 'translation', x: 1 }), 'invalid_value', 'session.type', "Invalid value: 'translation'. Supported values are: 'realtime', 'transcription'."],
  [realtime({ tools: [{ name: 'get weather' }] }), 'invalid_value', 'session.tools[0].name', "Invalid 'session.tools[0].name': string does not match pattern."],
  [realtime({ tools: [{ name: '' }] }), 'invalid_value', 'session.tools[0].name', "Invalid 'session.tools[0].name'"],
  [respond({ tools: [{ type: 'function', name: 'x'.repeat(65) }] }), 'invalid_value', 'response.tools[0].name', "Invalid 'response.tools[0].name'"],
  [realtime({ output_modalities: ['text', 'audio'] }), 'invalid_value', 'session.output_modalities', "Invalid value: ['text', 'audio']. Supported values are: ['text'], ['audio']."],
  [realtime({ output_modalities: [] }), 'invalid_value', 'session.output_modalities', 'Invalid value: []. Supported'],
  [realtime({ output_modalities: ['video'] }), 'invalid_value', 'session.output_modalities[0]', "Invalid value: 'video'. Supported values are: 'text', 'audio'."],
  [respond({ output_modalities: ['audio', 'text'] }), 'invalid_value', 'response.output_modalities', "Invalid value: ['audio', 'text']."],
  [input({ turn_detection: { type: 'server_vad', threshold: 1.1 } }), 'invalid_value', 'session.audio.input.turn_detection.threshold', 'Invalid value: 1.1. Supported values are: numbers from 0 to 1.'],
  [input({ turn_detection: { type: 'server_vad', threshold: -0.1 } }), 'invalid_value', 'session.audio.input.turn_detection.threshold', 'Invalid value: -0.1.'],
  [input({ turn_detection: { type: 'none' } }), 'invalid_value', 'session.audio.input.turn_detection.type', "Invalid value: 'none'. Supported values are: 'server_vad', 'semantic_vad'."],
  [input({ turn_detection: { type: 'semantic_vad', eagerness: 'max' } }), 'invalid_value', 'session.audio.input.turn_detection.eagerness', "Invalid value: 'max'. Supported values are: 'low', 'medium', 'high', 'auto'."],
  [input({ format: { type: 'pcm16' } }), 'invalid_value', 'session.audio.input.format.type', "Invalid value: 'pcm16'. Supported values are: 'audio/pcm', 'audio/pcmu', 'audio/pcma'."],
  [realtime({ tool_choice: 'get_weather' }), 'invalid_value', 'session.tool_choice', "Invalid value: 'get_weather'. Supported values are: 'none', 'auto', 'required'."],
  [realtime({ max_output_tokens: 'lots' }), 'invalid_value', 'session.max_output_tokens', "Invalid value: 'lots'. Supported values are: 'inf'."],
  [realtime({ tools: [{ type: 'web_search' }] }), 'invalid_value', 'session.tools[0].type', "Invalid value: 'web_search'. Supported values are: 'function', 'mcp'."],
  [tool({ tunnel_id: 'tunnel_1' }), 'invalid_value', 'session.tools[0].tunnel_id', "Invalid 'session.tools[0].tunnel_id': string does not match pattern."],
  [tool({ connector_id: 'connector_x' }), 'invalid_value', 'session.tools[0].connector_id', "Invalid value: 'connector_x'."],
  [create({ type: 'item_reference', id: 'x' }), 'invalid_value', 'item.type', "Invalid value: 'item_reference'. Supported values are: 'message', 'function_call', 'function_call_output',"],
  [message('developer'), 'invalid_value', 'item.role', "Invalid value: 'developer'. Supported values are: 'user', 'system', 'assistant'."],
  [message('user', { type: 'text' }), 'invalid_value', 'item.content[0].type', "Invalid value: 'text'. Supported values are: 'input_text', 'input_audio', 'input_image'."],
  [message('system', { type: 'input_audio' }), 'invalid_value', 'item.content[0].type', "Invalid value: 'input_audio'. Supported values are: 'input_text'."],
  [message('assistant', { type: 'input_text' }), 'invalid_value', 'item.content[0].type', "Invalid value: 'input_text'. Supported values are: 'output_text', 'output_audio'."],
];

// biome-ignore format: a row is a line
const unknown: Row[] = [
  [realtime({ voice: 'alloy' }), 'unknown_parameter', 'session.voice', "Unknown parameter: 'session.voice'."],
  [realtime({ modalities: ['text'], temperature: 1 }), 'unknown_parameter', 'session.modalities', 'Unknown parameter'],
  [realtime({ turn_detection: null }), 'unknown_parameter', 'session.turn_detection', 'Unknown parameter'],
  [update({ type: 'transcription', model: 'x' }), 'unknown_parameter', 'session.model', 'Unknown parameter'],
  [input({ format: { type: 'audio/pcmu', rate: 8000 } }), 'unknown_parameter', 'session.audio.input.format.rate', 'Unknown'],
  [input({ turn_detection: { type: 'semantic_vad', threshold: 0.5 } }), 'unknown_parameter', 'session.audio.input.turn_detection.threshold', 'Unknown'],
  [{ type: 'input_audio_buffer.commit', audio: '' }, 'unknown_parameter', 'audio', "Unknown parameter: 'audio'."],
  [message('system', { type: 'input_text', audio: '' }), 'unknown_parameter', 'item.content[0].audio', 'Unknown parameter'],
  [realtime({ voice: null }), 'unknown_parameter', 'session.voice', "Unknown parameter: 'session.voice'."],
  [respond({ model: 'x' }), 'unknown_parameter', 'response.model', "Unknown parameter: 'response.model'."],
  [respond({ audio: { output: { speed: 1 } } }), 'unknown_parameter', 'response.audio.output.speed', 'Unknown parameter'],
  [respond({ input: [{ type: 'item_reference', id: 'x', role: 'user' }] }), 'unknown_parameter', 'response.input[0].role', 'Unknown'],
  [tool({ require_approval: { always: { names: [] } } }), 'unknown_parameter', 'session.tools[0].require_approval.always.names', 'Unknown'],
];

// biome-ignore format: a row is a line
const outOfBounds: Row[] = [
  [input({ format: { type: 'audio/pcm', rate: 8000 } }), 'integer_below_min_value', 'session.audio.input.format.rate', "Invalid 'session.audio.input.format.rate': integer below minimum value. Expected a value >= 24000, but got 8000 instead."],
  [input({ format: { rate: 48000 } }), 'integer_above_max_value', 'session.audio.input.format.rate', "Invalid 'session.audio.input.format.rate': integer above maximum value. Expected a value <= 24000, but got 48000"],
  [realtime({ max_output_tokens: 0 }), 'integer_below_min_value', 'session.max_output_tokens', "Invalid 'session.max_output_tokens': integer below minimum value. Expected a value >= 1, but got 0"],
  [respond({ max_output_tokens: 4097 }), 'integer_above_max_value', 'response.max_output_tokens', "Invalid 'response.max_output_tokens': integer above maximum value. Expected a value <= 4096, but got 4097"],
  [realtime({ audio: { output: { speed: 0.2 } } }), 'decimal_below_min_value', 'session.audio.output.speed', "Invalid 'session.audio.output.speed': decimal below minimum value. Expected a value >= 0.25, but got 0.2"],
  [realtime({ audio: { output: { speed: 2 } } }), 'decimal_above_max_value', 'session.audio.output.speed', "Invalid 'session.audio.output.speed': decimal above maximum value. Expected a value <= 1.5, but got 2"],
  [input({ turn_detection: { type: 'server_vad', idle_timeout_ms: 4999 } }), 'integer_below_min_value', 'session.audio.input.turn_detection.idle_timeout_ms', 'Invalid'],
  [input({ turn_detection: { type: 'server_vad', idle_timeout_ms: 30_001 } }), 'integer_above_max_value', 'session.audio.input.turn_detection.idle_timeout_ms', 'Invalid'],
  [input({ transcription: { languages: [] } }), 'array_below_min_length', 'session.audio.input.transcription.languages', "Invalid 'session.audio.input.transcription.languages': array too short. Expected an array with minimum length 1, but got an array with length 0"],
  [{ type: 'conversation.item.truncate', item_id: 'x', content_index: 0, audio_end_ms: -1 }, 'integer_below_min_value', 'audio_end_ms', "Invalid 'audio_end_ms': integer below minimum value."],
  [create({ type: 'message', role: 'user', content: [], id: 'x'.repeat(33) }), 'string_above_max_length', 'item.id', "Invalid 'item.id': string too long. Expected a string with maximum length 32, but got a string with length 33 instead."],
  [{ type: 'response.cancel', event_id: 'x'.repeat(513) }, 'string_above_max_length', 'event_id', "Invalid 'event_id': string too long. Expected a string with maximum length 512, but got a string with length 513"],
  [metadata(seventeen), 'object_above_max_properties', 'response.metadata', "Invalid 'response.metadata': too many properties. Expected an object with at most 16 properties, but got an object with 17"],
  [metadata({ a: 'x'.repeat(513) }), 'string_above_max_length', 'response.metadata.a', "Invalid 'response.metadata.a': string too long. Expected a string with maximum length 512"],
  [message('user', ...parts(1001, 'input_text')), 'array_above_max_length', 'item.content', "Invalid 'item.content': array too long. Expected an array with maximum length 1000, but got an array with length 1001"],
  [message('system', ...parts(1001, 'input_text')), 'array_above_max_length', 'item.content', "Invalid 'item.content': array too long"],
  [message('assistant', ...parts(1001, 'output_text')), 'array_above_max_length', 'item.content', "Invalid 'item.content': array too long"],
  [tool({ headers: pairs(101) }), 'object_above_max_properties', 'session.tools[0].headers', "Invalid 'session.tools[0].headers': too many properties. Expected an object with at most 100 properties, but got an object with 101"],
  [tool({ headers: { ['k'.repeat(513)]: '' } }), 'string_above_max_length', 'session.tools[0].headers', "Invalid key of 'session.tools[0].headers': string too long. Expected a string with maximum length 512, but got a string with length 513"],
  [tool({ headers: { a: 'x'.repeat(16_385) } }), 'string_above_max_length', 'session.tools[0].headers.a', "Invalid 'session.tools[0].headers.a': string too long. Expected a string with maximum length 16384, but got a string with length 16385"],
  [metadata({ ['k'.repeat(65)]: '' }), 'string_above_max_length', 'response.metadata', "Invalid key of 'response.metadata': string too long. Expected a string with maximum length 64, but got a string with length 65"],
];

/** The error of an event that must not pass. */
function errorOf(result: ParsedClientEvent): ApiError {
  if (result.ok) throw new Error(`It passed: ${JSON.stringify(result.event)}`);
  return result.error;
}

describe.each([
  ['lacks a field', missing],
  ['has a field of the wrong type', wrongType],
  ['has a value that is not supported', wrongValue],
  ['has a field that the API does not name', unknown],
  ['oversteps a bound', outOfBounds],
])('a client event that %s', (_kind, rows) => {
  it.each(rows)('%j', (event, code, param, start) => {
    const error = errorOf(checkClientEvent(event));
    expect(error).toMatchObject({ type: 'invalid_request_error', code, param });
    expect(error.message.slice(0, start.length)).toBe(start);
    expect(Object.keys(error)).toEqual(['type', 'code', 'message', 'param', 'event_id']);
  });
});

describe('a client event at the edge of what is allowed', () => {
  it.each([
    [create({ type: 'message', role: 'user', content: [], id: 'x'.repeat(32) })],
    [{ type: 'response.cancel', event_id: '😀'.repeat(512) }],
    [metadata({ ['k'.repeat(64)]: 'x'.repeat(512) })],
    [metadata(pairs(16))],
    [message('user', ...parts(1000, 'input_text'))],
    [tool({ server_url: 'https://x.example', headers: pairs(100) })],
    [realtime({ max_output_tokens: 4096, audio: { output: { speed: 0.25 } } })],
    [input({ format: {}, noise_reduction: null, transcription: null, turn_detection: null })],
    [input({ format: { rate: 24_000 } })],
    [realtime({ include: null, tracing: null, prompt: null, instructions: '', tools: [] })],
    [message('assistant', { type: 'output_audio', audio: 'AAAA' })],
    [message('user', {})],
    [create({ type: 'message', role: 'user', content: [] }, { previous_item_id: '' })],
    [respond({})],
    [realtime({ tools: [{ name: 'a_function-without_1_type' }, { name: 'x'.repeat(64) }] })],
  ])('%j passes', (event) => {
    expect(checkClientEvent(event)).toEqual({ ok: true, known: true, event });
  });
});

describe('a server event', () => {
  it('of a known type is checked like any other', () => {
    expect(checkServerEvent({ type: 'response.output_text.delta', event_id: 'evt_1', delta: 5 })).toMatchObject({
      ok: false,
      error: { code: 'missing_required_parameter', param: 'response_id', event_id: 'evt_1' },
    });
    const item = { type: 'message', role: 'assistant', content: [{ type: 'text' }] };
    expect(checkServerEvent({ type: 'conversation.item.added', event_id: 'e', item })).toMatchObject({
      ok: false,
      error: { code: 'invalid_value', param: 'item.content[0].type' },
    });
  });

  it('may carry what clients may not: long ids, both modalities, fields of the future at any depth', () => {
    const event = {
      type: 'response.done',
      event_id: 'x'.repeat(600),
      response: {
        id: 'x'.repeat(600),
        output_modalities: ['text', 'audio'],
        max_output_tokens: 100_000,
        output: [{ id: 'x'.repeat(600), type: 'message', role: 'user', content: [{ mood: 1 }], future: {} }],
        future: [],
      },
    };
    expect(checkServerEvent(event)).toEqual({ ok: true, known: true, event });
  });
});
