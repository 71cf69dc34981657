import { describe, expect, it } from 'vitest';
import { serverEventTypes } from '../event-types.ts';
import { checkServerEvent } from '../parse.ts';
import { serverEventFromBeta, serverEventToBeta } from './server-event.ts';

const address = { event_id: 'evt_1', response_id: 'resp_1', item_id: 'item_1', output_index: 0, content_index: 0 };
const spoken = (type: string, status = 'completed') => ({
  id: 'item_1',
  object: 'realtime.item',
  type: 'message',
  role: 'assistant',
  status,
  content: [{ type, transcript: 'Hi' }],
});

describe('events with another name in the beta', () => {
  it.each([
    ['response.text.delta', 'response.output_text.delta'],
    ['response.text.done', 'response.output_text.done'],
    ['response.audio.delta', 'response.output_audio.delta'],
    ['response.audio.done', 'response.output_audio.done'],
    ['response.audio_transcript.delta', 'response.output_audio_transcript.delta'],
    ['response.audio_transcript.done', 'response.output_audio_transcript.done'],
  ])('%s is %s', (beta, ga) => {
    expect(serverEventToBeta({ type: ga, ...address, delta: 'a' })).toStrictEqual([
      { type: beta, ...address, delta: 'a' },
    ]);
    expect(serverEventFromBeta({ type: beta, ...address, delta: 'a' })).toStrictEqual([
      { type: ga, ...address, delta: 'a' },
    ]);
  });

  it.each(['created', 'updated'])('session.%s of a transcription session is one of transcription_session', (verb) => {
    const session = { id: 'sess_1', audio: { input: { format: { type: 'audio/pcm', rate: 24_000 } } } };
    const ga = { type: `session.${verb}`, event_id: 'evt_1', session: { type: 'transcription', ...session } };
    const flat = { id: 'sess_1', input_audio_format: 'pcm16' };
    const beta = { type: `transcription_session.${verb}`, event_id: 'evt_1', session: flat };
    expect(serverEventToBeta(ga)).toStrictEqual([beta]);
    expect(serverEventFromBeta(beta)).toStrictEqual([ga]);
  });
});

describe('events with another shape in the beta', () => {
  it.each(['session.created', 'session.updated'])('%s carries a flat session', (type) => {
    const beta = { type, event_id: 'evt_1', session: { id: 'sess_1', voice: 'ash', modalities: ['text', 'audio'] } };
    const session = {
      type: 'realtime',
      id: 'sess_1',
      output_modalities: ['audio'],
      audio: { output: { voice: 'ash' } },
    };
    expect(serverEventToBeta({ type, event_id: 'evt_1', session })).toStrictEqual([beta]);
    expect(serverEventFromBeta(beta)).toStrictEqual([{ type, event_id: 'evt_1', session }]);
  });

  it.each(['response.created', 'response.done'])('%s carries a flat response', (type) => {
    const shared = {
      id: 'resp_1',
      object: 'realtime.response',
      status: 'completed',
      max_output_tokens: 'inf',
      usage: null,
    };
    const ga = {
      type,
      event_id: 'evt_1',
      response: {
        ...shared,
        output_modalities: ['audio'],
        audio: { output: { format: { type: 'audio/pcmu' }, voice: 'ash' } },
        output: [spoken('output_audio')],
      },
    };
    const beta = {
      type,
      event_id: 'evt_1',
      response: {
        ...shared,
        modalities: ['text', 'audio'],
        output_audio_format: 'g711_ulaw',
        voice: 'ash',
        output: [spoken('audio')],
      },
    };
    expect(checkServerEvent(ga)).toMatchObject({ ok: true, known: true });
    expect(serverEventToBeta(ga)).toStrictEqual([beta]);
    expect(serverEventFromBeta({ ...beta, response: { ...beta.response, temperature: 0.8 } })).toStrictEqual([ga]);
  });

  it.each(['conversation.item.retrieved', 'response.output_item.added', 'response.output_item.done'])(
    '%s carries an item with other parts',
    (type) => {
      const ga = { type, event_id: 'evt_1', item: spoken('output_audio') };
      const beta = { type, event_id: 'evt_1', item: spoken('audio') };
      expect(serverEventToBeta(ga)).toStrictEqual([beta]);
      expect(serverEventFromBeta(beta)).toStrictEqual([ga]);
    },
  );
});

describe('an item of GA, which does not say what it is,', () => {
  const item = { id: 'item_1', type: 'function_call', name: 'f', call_id: 'call_1', arguments: '{}' };
  const shown = { ...item, object: 'realtime.item' };

  it.each([
    'conversation.item.added',
    'conversation.item.created',
    'conversation.item.retrieved',
    'response.output_item.added',
    'response.output_item.done',
  ])('says it in the beta, by %s', (type) => {
    expect(serverEventToBeta({ type, event_id: 'evt_1', item })).toMatchObject([{ item: shown }]);
  });

  it.each(['response.created', 'response.done'])('says it in the beta, in the output of %s', (type) => {
    const [event] = serverEventToBeta({ type, event_id: 'evt_1', response: { output: [item] } });
    expect(event).toStrictEqual({ type, event_id: 'evt_1', response: { output: [shown] } });
  });
});

describe('an item that enters the conversation', () => {
  const added = {
    type: 'conversation.item.added',
    event_id: 'evt_1',
    previous_item_id: null,
    item: spoken('output_audio'),
  };
  const created = {
    type: 'conversation.item.created',
    event_id: 'evt_1',
    previous_item_id: null,
    item: spoken('audio'),
  };

  it('is told of once in the beta', () => {
    expect(serverEventToBeta(added)).toStrictEqual([created]);
    expect(serverEventToBeta({ ...added, type: 'conversation.item.done' })).toStrictEqual([]);
  });

  it('is told of twice in GA, under two ids', () => {
    const done = { ...added, type: 'conversation.item.done', event_id: 'evt_1_done' };
    expect(serverEventFromBeta(created)).toStrictEqual([added, done]);
  });

  it('is only added in GA while the model still makes it', () => {
    const item = spoken('audio', 'in_progress');
    expect(serverEventFromBeta({ ...created, item })).toStrictEqual([
      { ...added, item: spoken('output_audio', 'in_progress') },
    ]);
  });
});

describe('all the other events of GA', () => {
  const changed = new Set([
    'session.created',
    'session.updated',
    'conversation.item.created',
    'conversation.item.added',
    'conversation.item.done',
    'conversation.item.retrieved',
    'response.output_item.added',
    'response.output_item.done',
    'response.created',
    'response.done',
    'response.output_text.delta',
    'response.output_text.done',
    'response.output_audio.delta',
    'response.output_audio.done',
    'response.output_audio_transcript.delta',
    'response.output_audio_transcript.done',
  ]);
  const unheardOf = new Set([
    'conversation.item.input_audio_transcription.delta',
    'input_audio_buffer.timeout_triggered',
    'input_audio_buffer.dtmf_event_received',
  ]);

  it.each(serverEventTypes.filter((type) => !changed.has(type)))('%s stays as it is, or is left out', (type) => {
    const event = { type, event_id: 'evt_1', part: { type: 'audio' }, item_id: 'item_1' };
    expect(serverEventToBeta(event)).toStrictEqual(unheardOf.has(type) ? [] : [event]);
    expect(serverEventFromBeta(event)).toStrictEqual([event]);
  });

  it('keeps what no version knows', () => {
    for (const event of [
      { type: 'response.new_thing', a: 1 },
      { type: 7 },
      {},
      { type: 'response.done', response: 'broken' },
    ]) {
      expect(serverEventToBeta(event)).toStrictEqual([event]);
      expect(serverEventFromBeta(event)).toStrictEqual([event]);
    }
  });
});
