import { describe, expect, it } from 'vitest';
import { clockSource } from '../playhead/clock-source.ts';
import { createPlayhead } from '../playhead/playhead.ts';
import { SpokenParts } from '../playhead/spoken-parts.ts';
import { emptyFloor, foldFloor } from '../responses/floor.ts';
import { ConversationRecord } from '../restore/record.ts';
import { emptyView } from '../view/state.ts';
import { foldAll } from '../view/view.ts';
import { grown, keepNewest, mostCharacters } from './bounded.ts';
import { Replay } from './replay.ts';
import type { AnyServerEvent } from './server-event.ts';

type Told = { readonly type: string; readonly [field: string]: unknown };
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const begins = (id: string, conversation_id: string | null = 'c'): Told => ({
  type: 'response.created',
  response: { id, conversation_id },
});
const item = (id: string) => ({ id, type: 'message', role: 'assistant', status: 'in_progress', content: [] });
const delta = (type: string, words: string): Told => ({
  type: `response.${type}.delta`,
  response_id: 'r',
  item_id: 'a',
  content_index: 0,
  delta: words,
});
const long = 'x'.repeat(mostCharacters / 2);

describe('what never ends', () => {
  it('lets the newest be kept', () => {
    const kept = new Map(many(10, (at) => [at, at]));
    keepNewest(kept, 3);
    expect([...kept.keys()]).toEqual([7, 8, 9]);
    expect(grown('ab', 'cd')).toBe('abcd');
    expect(grown(long + long, 'more')).toHaveLength(mostCharacters);
  });

  it('does not fill a view: items and responses of any kind, and what is said of them', () => {
    const options = { maxItems: 20, maxResponses: 5, keepAudio: true };
    const items = many(100, (at): Told => ({ type: 'conversation.item.added', item: item(`i${at}`) }));
    expect(foldAll(emptyView(options), items).items.map(({ id }) => id)).toEqual(many(20, (at) => `i${at + 80}`));
    const responses = foldAll(
      emptyView(options),
      many(50, (at) => begins(`r${at}`)),
    ).responses;
    expect(responses.map(({ id }) => id)).toEqual(many(5, (at) => `r${at + 45}`));
    const outputs = many(
      100,
      (at): Told => ({ type: 'response.output_item.added', response_id: 'r', item: item(`o${at}`) }),
    );
    for (const conversation of ['c', null]) {
      const [response] = foldAll(emptyView(options), [begins('r', conversation), ...outputs]).responses;
      expect(response?.itemIds).toHaveLength(20);
      expect(response?.items).toHaveLength(conversation === null ? 20 : 0);
    }
  });

  it('does not fill a view: deltas', () => {
    const begun = [begins('r'), { type: 'response.output_item.added', response_id: 'r', item: item('a') }];
    for (const type of ['output_text', 'output_audio_transcript']) {
      const view = foldAll(emptyView(), [...begun, ...many(5, () => delta(type, long))]);
      expect(JSON.stringify(view).length).toBeLessThan(mostCharacters * 1.01);
    }
    const heard = 'conversation.item.input_audio_transcription';
    const early = foldAll(
      emptyView(),
      many(5, () => ({ type: `${heard}.delta`, item_id: 'u', delta: long })),
    );
    expect(early.early[0]?.part.transcript).toHaveLength(mostCharacters);
    const segments = many(1_500, (at) => ({ type: `${heard}.segment`, item_id: 'u', id: `${at}`, text: 'x' }));
    expect(foldAll(emptyView(), segments).early[0]?.part.segments).toHaveLength(1_000);
  });

  it('does not fill what a reconnection would tell', () => {
    const record = new ConversationRecord();
    const take = (event: Told) => record.take(event as AnyServerEvent);
    take({ type: 'conversation.item.added', item: item('a') });
    for (let times = 0; times < 5; times++) take(delta('output_text', long));
    for (let times = 0; times < 5; times++) take(delta('output_audio_transcript', long));
    expect(record.items[0]?.text).toHaveLength(mostCharacters);
    expect(record.items[0]?.said?.transcript).toHaveLength(mostCharacters);
  });

  it('does not fill the pieces of a response, whose readers are told', async () => {
    const replay = new Replay<string>();
    for (let times = 0; times < 200_000; times++) replay.push('');
    let read = 0;
    const reading = (async () => {
      for await (const piece of replay) read += piece.length + 1;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'events_overflowed' });
    expect(read).toBe(125_000);
  });

  it('does not fill the turns that are about to be committed, nor what is to be played', () => {
    const stopped = (at: number) =>
      ({ type: 'input_audio_buffer.speech_stopped', item_id: `u${at}` }) as AnyServerEvent;
    expect(many(1_000, stopped).reduce(foldFloor, emptyFloor).ending.size).toBe(64);
    const parts = new SpokenParts(false);
    for (let at = 0; at < 3_000; at++) {
      parts.responseBegan(`r${at}`, { isHidden: false, format: 'audio/pcm' });
      parts.begin({ itemId: `i${at}`, contentIndex: 0, responseId: null });
    }
    expect(parts.running).toHaveLength(100);
    expect(parts.items()).toHaveLength(1_000);
  });
});

describe('sound that is damaged', () => {
  it.each([null, 7, 'AAAA%', 'AAAA\n', ['AAAA']])('as %j is neither played nor counted', (sound) => {
    const source = clockSource({ now: () => 0 });
    const playhead = createPlayhead(source);
    const event = {
      type: 'response.output_audio.delta',
      response_id: 'r',
      item_id: 'a',
      content_index: 0,
      delta: sound,
    };
    expect(playhead.read(event as AnyServerEvent).play).toBe(false);
    expect(playhead.isPlaying).toBe(false);
    const begun = [begins('r'), { type: 'response.output_item.added', response_id: 'r', item: item('a') }];
    const view = foldAll(emptyView({ keepAudio: true }), [...begun, event]);
    expect(view.items).toMatchObject([{ parts: [{ receivedBytes: 0, audio: [] }] }]);
  });
});

describe('names that objects have of themselves', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s are types and ids like any other', (name) => {
    const events: Told[] = [
      { type: name },
      {
        type: 'session.created',
        session: { id: name, output_audio_format: name, audio: { output: { format: { type: name } } } },
      },
      { ...begins(name), response: { id: name, conversation_id: 'c', output_audio_format: name } },
      { type: 'conversation.item.added', item: item(name), previous_item_id: name },
      { ...delta('output_text', 'hi'), response_id: name, item_id: name },
      { type: 'response.done', response: { id: name, status: 'completed', metadata: JSON.parse(`{"${name}":"x"}`) } },
    ];
    const view = foldAll(emptyView(), events);
    expect(view.items).toMatchObject([{ id: name, parts: [{ text: 'hi' }] }]);
    expect(view.responses).toMatchObject([{ id: name, format: 'audio/pcm', status: 'completed' }]);
    expect(Object.hasOwn(view.responses[0]?.metadata ?? {}, name)).toBe(true);
    const record = new ConversationRecord();
    for (const event of events) record.take(event as AnyServerEvent);
    record.take({ ...delta('output_audio', 'AAAA'), item_id: name } as AnyServerEvent);
    expect(record.items).toMatchObject([{ id: name, text: 'hi' }]);
    expect(record.items[0]?.said?.ticks).toBeGreaterThan(0);
  });
});
