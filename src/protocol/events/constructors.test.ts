import { describe, expect, expectTypeOf, it } from 'vitest';
import { translationClientEventTypes, translationServerEventTypes } from '../event-types.ts';
import { checkTranslationClientEvent, checkTranslationServerEvent } from '../parse.ts';
import { ClientEvent, withEventId } from './client-event.ts';
import { ContentEventBuilder } from './content-event-builder.ts';
import { ItemEventBuilder } from './item-event-builder.ts';
import { ServerEvent } from './server-event.ts';
import { TranslationClientEvent, TranslationServerEvent } from './translation-event.ts';

describe('optional arguments are left out, whether absent, undefined or null', () => {
  it.each([[], [undefined], [null]] as const)('%j', (...absent) => {
    const [none] = absent;
    expect(ClientEvent.cancelResponse(...absent)).toStrictEqual({ type: 'response.cancel' });
    expect(ClientEvent.createResponse(...absent)).toStrictEqual({ type: 'response.create' });
    expect(ServerEvent.inputAudioTranscriptionDelta('e', 'i', none, none, none, none)).toStrictEqual({
      type: 'conversation.item.input_audio_transcription.delta',
      event_id: 'e',
      item_id: 'i',
    });
    expect(new ContentEventBuilder('r', 'i', 0, 0).outputTextDelta('e', 'd', none)).not.toHaveProperty('obfuscation');
    expect(TranslationServerEvent.outputAudioDelta('e', 'AA', none, none, none, none)).toStrictEqual({
      type: 'session.output_audio.delta',
      event_id: 'e',
      delta: 'AA',
    });
  });
});

describe('optional arguments are kept, however little they say', () => {
  it('as 0 and the empty string', () => {
    expect(ServerEvent.inputAudioTranscriptionDelta('e', 'i', 0, '', [], '')).toStrictEqual({
      type: 'conversation.item.input_audio_transcription.delta',
      event_id: 'e',
      item_id: 'i',
      content_index: 0,
      delta: '',
      logprobs: [],
      obfuscation: '',
    });
    expect(ClientEvent.cancelResponse('')).toStrictEqual({ type: 'response.cancel', response_id: '' });
    expect(TranslationServerEvent.inputTranscriptDelta('e', '', 0)).toMatchObject({ elapsed_ms: 0 });
  });
});

it('deltas of text, transcripts and arguments can be padded', () => {
  const item = new ItemEventBuilder('r', 'i', 0);
  const content = item.forContent(0);
  const padded = [
    content.outputTextDelta('e', 'd', 'zz'),
    content.outputAudioTranscriptDelta('e', 'd', 'zz'),
    item.functionCallArgumentsDelta('e', 'call_1', 'd', 'zz'),
    item.mcpCallArgumentsDelta('e', 'd', 'zz'),
    ServerEvent.inputAudioTranscriptionDelta('e', 'i', 0, 'd', null, 'zz'),
  ];
  expect(padded.map((event) => event.obfuscation)).toEqual(['zz', 'zz', 'zz', 'zz', 'zz']);
});

it('a finished transcription can name the languages it heard', () => {
  const usage = { type: 'duration' as const, seconds: 1 };
  const completed = ServerEvent.inputAudioTranscriptionCompleted('e', 'i', 0, 'oui', usage, [{ code: 'fr' }]);
  expect(completed.languages).toEqual([{ code: 'fr' }]);
  const logprobs = [{ token: 'oui', bytes: [1], logprob: -1 }];
  expect(
    ServerEvent.inputAudioTranscriptionCompletedWithLogprobs('e', 'i', 0, 'oui', usage, logprobs, [{ code: 'fr' }]),
  ).toStrictEqual({ ...completed, logprobs });
});

describe('the events of a translation session', () => {
  const session = {
    type: 'translation' as const,
    id: 'sess_1',
    model: 'gpt-realtime-translate',
    expires_at: 1,
    audio: { output: { language: 'fr' } },
  };
  const clientEvents = [
    TranslationClientEvent.sessionUpdate({ audio: { output: { language: 'fr' } } }),
    TranslationClientEvent.appendAudio('AAAA'),
    TranslationClientEvent.closeSession(),
  ];
  const serverEvents = [
    TranslationServerEvent.sessionCreated('evt_1', session),
    TranslationServerEvent.sessionUpdated('evt_2', session),
    TranslationServerEvent.sessionClosed('evt_3'),
    TranslationServerEvent.inputTranscriptDelta('evt_4', 'oui', 200),
    TranslationServerEvent.outputTranscriptDelta('evt_5', 'yes', 400),
    TranslationServerEvent.outputAudioDelta('evt_6', 'AAAA', 400, 24_000, 1, 'pcm16'),
    TranslationServerEvent.errorEvent('evt_7', { type: 'server_error', message: 'Broken' }),
  ];

  it('can all be made, and pass the check', () => {
    expect(clientEvents.map((event) => event.type)).toEqual(translationClientEventTypes);
    expect(serverEvents.map((event) => event.type)).toEqual(translationServerEventTypes);
    for (const event of clientEvents) expect(checkTranslationClientEvent(event)).toMatchObject({ ok: true });
    for (const event of serverEvents)
      expect(checkTranslationServerEvent(event)).toMatchObject({ ok: true, known: true });
  });

  it('hold what they were given', () => {
    expect(serverEvents[5]).toStrictEqual({
      type: 'session.output_audio.delta',
      event_id: 'evt_6',
      delta: 'AAAA',
      elapsed_ms: 400,
      sample_rate: 24_000,
      channels: 1,
      format: 'pcm16',
    });
    expect(withEventId(TranslationClientEvent.closeSession(), 'evt_9')).toStrictEqual({
      type: 'session.close',
      event_id: 'evt_9',
    });
  });
});

it('an event has its own type, and is one of all', () => {
  const event = withEventId(ClientEvent.deleteItem('item_1'), 'evt_1');
  expectTypeOf(event.type).toEqualTypeOf<'conversation.item.delete'>();
  expectTypeOf(event).toExtend<ClientEvent>();
  expectTypeOf(ServerEvent.responseDone).returns.toEqualTypeOf<ServerEvent<'response.done'>>();
  // @ts-expect-error: a session.update takes a session, not an item
  expect(ClientEvent.sessionUpdate({ type: 'message' })).toMatchObject({ type: 'session.update' });
});
