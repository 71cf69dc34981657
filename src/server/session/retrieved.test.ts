import { expect, it } from 'vitest';
import { encodeBase64 } from '../../audio/node/index.ts';
import type { Item } from '../../protocol/types.ts';
import { writeRetrieved } from './retrieved.ts';
import { textOf } from './written.ts';

const given = 'says "audio":"" and\n\\"audio\\":\\"\\"';
const sounds = [null, new Uint8Array([1, 2, 3]), new Uint8Array(), null, new Uint8Array(100_000).fill(7)];
const soundOf = (index: number): Uint8Array | null => sounds[index] ?? null;

const user: Item = {
  id: 'item_1',
  type: 'message',
  role: 'user',
  content: [
    { type: 'input_text', text: given },
    { type: 'input_audio', transcript: given },
    { type: 'input_audio', transcript: null },
    { type: 'input_audio', transcript: null },
    { type: 'input_audio' },
  ],
};
const assistant: Item = {
  type: 'message',
  role: 'assistant',
  content: [
    { type: 'output_text', text: given },
    { type: 'output_audio', transcript: given },
  ],
};

it.each<[string, Item]>([
  ['a user', user],
  ['an assistant', assistant],
])('the sound of %s stands in its parts, and everything else as it was', (_, item) => {
  const { event, text } = writeRetrieved('event_1', item, soundOf);
  const content = item.type === 'message' ? item.content : [];
  const withSound = content.map((part, index) => {
    const sound = soundOf(index);
    return sound === null ? part : { ...part, audio: encodeBase64(sound) };
  });
  const whole = { event_id: 'event_1', type: 'conversation.item.retrieved', item: { ...item, content: withSound } };
  expect(JSON.parse(textOf(text))).toEqual(whole);
  expect(JSON.stringify(event).length).toBeLessThan(1_000);
});

it('an item without sound is written as it is', () => {
  const call: Item = { type: 'function_call', name: 'f', arguments: '{"audio":""}', call_id: '"audio":""' };
  const { event, text } = writeRetrieved('event_1', call, soundOf);
  expect(text).toBe(JSON.stringify(event));
  expect(event.item).toBe(call);
});

it('a long item without sound is written in pieces', () => {
  const item: Item = {
    type: 'message',
    role: 'user',
    content: [{ type: 'input_text', text: 'a "quoted" wörd '.repeat(20_000) }],
  };
  const { event, text } = writeRetrieved('event_1', item, () => null);
  expect(typeof text).toBe('object');
  expect(textOf(text)).toBe(JSON.stringify(event));
});
