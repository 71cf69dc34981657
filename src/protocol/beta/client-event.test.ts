import { describe, expect, it } from 'vitest';
import { checkClientEvent } from '../parse.ts';
import { clientEventFromBeta, clientEventToBeta } from './client-event.ts';

const gaMessage = (content: readonly object[]) => ({ type: 'message', role: 'assistant', content });

describe('client events that differ go to GA and back', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'session.update',
      { type: 'session.update', event_id: 'e', session: { modalities: ['text'], voice: 'ash' } },
      {
        type: 'session.update',
        event_id: 'e',
        session: { type: 'realtime', output_modalities: ['text'], audio: { output: { voice: 'ash' } } },
      },
    ],
    [
      'transcription_session.update',
      { type: 'transcription_session.update', session: { input_audio_format: 'g711_alaw', turn_detection: null } },
      {
        type: 'session.update',
        session: { type: 'transcription', audio: { input: { format: { type: 'audio/pcma' }, turn_detection: null } } },
      },
    ],
    [
      'conversation.item.create',
      {
        type: 'conversation.item.create',
        previous_item_id: 'root',
        item: gaMessage([{ type: 'text', text: 'Hi' }]),
      },
      {
        type: 'conversation.item.create',
        previous_item_id: 'root',
        item: gaMessage([{ type: 'output_text', text: 'Hi' }]),
      },
    ],
    [
      'response.create',
      {
        type: 'response.create',
        response: {
          modalities: ['text', 'audio'],
          instructions: 'Go',
          voice: 'ash',
          output_audio_format: 'pcm16',
          tool_choice: { type: 'function', function: { name: 'f' } },
          max_response_output_tokens: 'inf',
          conversation: 'none',
          metadata: { topic: 'x' },
          input: [{ type: 'item_reference', id: 'item_1' }, gaMessage([{ type: 'text', text: 'Hi' }])],
        },
      },
      {
        type: 'response.create',
        response: {
          output_modalities: ['audio'],
          instructions: 'Go',
          audio: { output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'ash' } },
          tool_choice: { type: 'function', name: 'f' },
          max_output_tokens: 'inf',
          conversation: 'none',
          metadata: { topic: 'x' },
          input: [{ type: 'item_reference', id: 'item_1' }, gaMessage([{ type: 'output_text', text: 'Hi' }])],
        },
      },
    ],
  ])('%s', (_name, beta, ga) => {
    expect(clientEventFromBeta(beta)).toStrictEqual(ga);
    expect(clientEventToBeta(ga)).toStrictEqual(beta);
    expect(checkClientEvent(ga)).toMatchObject({ ok: true });
  });
});

describe('client events that are the same in both shapes', () => {
  it.each([
    { type: 'input_audio_buffer.append', audio: 'AAAA' },
    { type: 'input_audio_buffer.commit' },
    { type: 'input_audio_buffer.clear' },
    { type: 'output_audio_buffer.clear' },
    { type: 'conversation.item.retrieve', item_id: 'item_1' },
    { type: 'conversation.item.truncate', item_id: 'item_1', content_index: 0, audio_end_ms: 5 },
    { type: 'conversation.item.delete', item_id: 'item_1' },
    { type: 'response.create' },
    { type: 'response.cancel', response_id: 'resp_1' },
    { type: 'not.known', anything: [1] },
    { no: 'type' },
    { type: 'session.update', session: 'broken' },
    { type: 'conversation.item.create', item: { type: 'function_call_output', call_id: 'c', output: 'o' } },
    { type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text' }] } },
    {
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'text', text: 'a' }] },
    },
    { type: 'conversation.item.create', item: { type: 'message', role: 'assistant', content: ['broken', null] } },
  ])('%j', (event) => {
    expect(clientEventFromBeta(event)).toStrictEqual(event);
    expect(clientEventToBeta(event)).toStrictEqual(event);
  });
});

describe('response.create', () => {
  const responseOf = (response: object) => clientEventFromBeta({ type: 'response.create', response })['response'];

  it('takes the limit of tokens under either of its beta names', () => {
    expect(responseOf({ max_response_output_tokens: 5 })).toStrictEqual({ max_output_tokens: 5 });
    expect(responseOf({ max_output_tokens: 5 })).toStrictEqual({ max_output_tokens: 5 });
  });

  it('loses its temperature', () => {
    expect(responseOf({ temperature: 0.7 })).toStrictEqual({});
  });

  it('turns references among the content into items of their own, in order', () => {
    const part = (text: string) => ({ type: 'input_text', text });
    const reference = (id: string) => ({ type: 'item_reference', id });
    const content = [reference('item_1'), part('a'), part('b'), reference('item_2'), part('c')];
    expect(responseOf({ input: [{ type: 'message', role: 'user', id: 'msg_1', content }] })).toStrictEqual({
      input: [
        reference('item_1'),
        { type: 'message', role: 'user', id: 'msg_1', content: [part('a'), part('b')] },
        reference('item_2'),
        { type: 'message', role: 'user', content: [part('c')] },
      ],
    });
  });
});
