import { describe, expect, it } from 'vitest';
import { checkClientSecretRequest, checkTranslationClientSecretRequest } from './bodies.ts';
import { checkClientEvent, checkServerEvent, checkTranslationClientEvent, parseClientEvent } from './parse.ts';

const update = (session: object) => ({ type: 'session.update', session });
const realtime = (settings: object) => update({ type: 'realtime', ...settings });
const input = (settings: object) => realtime({ audio: { input: settings } });
const respond = (response: object) => ({ type: 'response.create', response });
const add = (item: object, rest: object = {}) => ({ type: 'conversation.item.create', item, ...rest });
const typed = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] };

describe('null in a field that may be absent and gives it no meaning is absent:', () => {
  // biome-ignore format: a row is a line
  it.each<[sent: object, taken: object]>([
    [{ type: 'response.create', response: null }, { type: 'response.create' }],
    [{ type: 'response.create', event_id: null }, { type: 'response.create' }],
    [{ type: 'response.cancel', response_id: null }, { type: 'response.cancel' }],
    [respond({ instructions: null, input: null, tools: null, audio: null }), respond({})],
    [respond({ audio: { output: { voice: null, format: { type: null, rate: null } } } }), respond({ audio: { output: { format: {} } } })],
    [respond({ conversation: null, tool_choice: null, max_output_tokens: null, output_modalities: null }), respond({})],
    [add(typed, { previous_item_id: null }), add(typed)],
    [add({ ...typed, id: null, status: null, object: null }), add(typed)],
    [add({ ...typed, content: [{ type: 'input_text', text: 'Hi', image_url: null, detail: null }] }), add(typed)],
    [realtime({ instructions: null, tools: null, model: null, audio: { output: null } }), realtime({ audio: {} })],
    [realtime({ tools: [{ type: null, name: 'f', description: null, parameters: null }] }), realtime({ tools: [{ name: 'f' }] })],
    [realtime({ tools: [{ type: 'mcp', server_label: 'x', server_url: null }] }), realtime({ tools: [{ type: 'mcp', server_label: 'x' }] })],
    [realtime({ tracing: { workflow_name: null, metadata: null } }), realtime({ tracing: {} })],
    [realtime({ id: null, object: null, expires_at: null, resumption: null }), realtime({})],
    [input({ format: null, transcription: { model: 'm', language: null, prompt: null } }), input({ transcription: { model: 'm' } })],
    [input({ turn_detection: { type: 'server_vad', threshold: null, create_response: null } }), input({ turn_detection: { type: 'server_vad' } })],
    [input({ turn_detection: { type: 'semantic_vad', eagerness: null } }), input({ turn_detection: { type: 'semantic_vad' } })],
    [update({ type: 'transcription', audio: null }), update({ type: 'transcription' })],
  ])('%j passes as %j', (sent, taken) => {
    const before = structuredClone(sent);
    expect(checkClientEvent(sent)).toEqual({ ok: true, known: true, event: taken });
    expect(parseClientEvent(JSON.stringify(sent))).toEqual({ ok: true, known: true, event: taken });
    expect(sent).toEqual(before);
  });

  it('in translation sessions', () => {
    const audio = { input: { noise_reduction: { type: 'near_field' } } };
    const sent = update({
      model: null,
      audio: { output: null, input: { noise_reduction: { type: 'near_field', strength: null } } },
    });
    expect(checkTranslationClientEvent(sent)).toEqual({ ok: true, known: true, event: update({ audio }) });
  });

  it('in the bodies of client secrets', () => {
    expect(checkClientSecretRequest({ session: null, expires_after: { seconds: null } })).toEqual({
      ok: true,
      value: { expires_after: {} },
    });
    expect(checkTranslationClientSecretRequest({ session: { model: 'm', audio: null } })).toEqual({
      ok: true,
      value: { session: { model: 'm' } },
    });
  });
});

describe('null where it has a meaning', () => {
  it.each([
    [input({ turn_detection: null, transcription: null, noise_reduction: null })],
    [input({ turn_detection: { type: 'server_vad', idle_timeout_ms: null } })],
    [realtime({ tracing: null, prompt: null, include: null, truncation: null })],
    [respond({ prompt: null, metadata: null })],
    [realtime({ tools: [{ type: 'mcp', server_label: 'x', server_url: 'https://x.test', allowed_tools: null }] })],
    [add({ ...typed, content: [{ type: 'input_audio', audio: null, transcript: null }] })],
  ])('stays: %j', (event) => {
    expect(checkClientEvent(event)).toEqual({ ok: true, known: true, event });
  });

  it('stays inside free JSON', () => {
    const event = realtime({ tools: [{ name: 'f', parameters: { default: null, enum: [null] } }] });
    expect(checkClientEvent(event)).toEqual({ ok: true, known: true, event });
  });
});

describe('null from a server', () => {
  it('is taken only where the schema has it', () => {
    const event = (response: object) => ({ type: 'response.created', event_id: 'e', response });
    expect(checkServerEvent(event({ usage: null }))).toEqual({ ok: true, known: true, event: event({ usage: null }) });
    expect(checkServerEvent(event({ output: null }))).toMatchObject({ error: { code: 'invalid_type' } });
  });
});
