import { describe, expect, it } from 'vitest';
import { ServerEvent } from '../../protocol/events/index.ts';
import type { Item } from '../../protocol/types.ts';
import { memoryPair } from '../../wire/memory.ts';
import type { Utf8, Wire } from '../../wire/wire.ts';
import { Passing } from '../operators/passing.ts';
import { EventTexts } from './event-texts.ts';
import { Outlet } from './outlet.ts';
import { writeRetrieved } from './retrieved.ts';
import { textOf, type Written } from './written.ts';

/** Characters of one, two, three and four bytes, some to be escaped, and both halves of pairs alone. */
const odd = 'a "quoted"\n wörd, 語 and 🙂 \ud83d and \ude42, \u0000\u2028';
/** The borders of pieces fall on every character of it. */
const long = odd.repeat(20_000);

function said(content: object[]): Item {
  return JSON.parse(JSON.stringify({ id: 'item_1', type: 'message', role: 'user', content }));
}

function piecesOf(written: Written): Utf8 {
  if (typeof written === 'string') throw new Error('it is one text');
  return written;
}

describe('a long event', () => {
  it.each<[string, Item]>([
    ['a text', said([{ type: 'input_text', text: long }])],
    [
      'a text among others',
      said([
        { type: 'input_text', text: 'hi' },
        { type: 'input_text', text: long },
        { type: 'input_text', text: odd },
      ]),
    ],
    ['arguments', { type: 'function_call', name: odd, call_id: 'call_1', arguments: long }],
  ])('with %s is written as JSON.stringify writes it, in pieces of 64 Ki characters', (_, item) => {
    const event = ServerEvent.conversationItemAdded('event_1', null, item);
    const pieces = piecesOf(new EventTexts().of(event));
    expect(textOf(pieces) === JSON.stringify(event)).toBe(true);
    // What each character takes at most, escaped, and what had been gathered before it.
    for (const { length } of pieces) expect(length).toBeLessThanOrEqual(2 * 6 * 65_536);
    expect(pieces.length).toBeGreaterThan(5);
  });

  it('is encoded once where an item is told of twice', () => {
    const texts = new EventTexts();
    const item = said([{ type: 'input_text', text: long }]);
    const added = piecesOf(texts.of(ServerEvent.conversationItemAdded('event_1', null, item)));
    const done = piecesOf(texts.of(ServerEvent.conversationItemDone('event_2', null, item)));
    const shared = done.filter((piece) => added.includes(piece));
    expect(shared.length).toBe(done.length - 2);
  });

  it('with sound of megabytes is written in pieces, too', () => {
    const sound = Uint8Array.from({ length: 1_000_001 }, (_, index) => index * 7);
    const { text } = writeRetrieved('event_1', said([{ type: 'input_audio', transcript: odd }]), () => sound);
    const { item } = JSON.parse(textOf(text));
    expect(item.content[0].audio === Buffer.from(sound).toString('base64')).toBe(true);
    for (const { length } of piecesOf(text)) expect(length).toBeLessThanOrEqual(65_536);
  });
});

describe('a wire that takes bytes', () => {
  const longEvent = ServerEvent.conversationItemAdded('event_1', null, said([{ type: 'input_text', text: long }]));
  const written = new EventTexts().of(longEvent);

  /** A wire that notes what it is sent, and how. */
  function noting(takesBytes: boolean): { readonly wire: Wire; readonly sent: Written[] } {
    const sent: Written[] = [];
    const [plain] = memoryPair();
    const wire: Wire = { ...plain, pendingBytes: 0, send: (text) => void sent.push(text) };
    return { sent, wire: takesBytes ? { ...wire, sendUtf8: (pieces) => void sent.push(pieces) } : wire };
  }

  function outlet(wire: Wire): Outlet {
    return new Outlet({ wire, unsentBytes: 1e9, clock: { now: () => 0, after: () => () => {} }, tooSlow() {} });
  }

  it('is given the pieces as they are, and others the same text', () => {
    const [bytes, texts] = [noting(true), noting(false)];
    for (const { wire } of [bytes, texts]) outlet(wire).send(written);
    expect(bytes.sent[0]).toBe(written);
    expect(texts.sent[0] === textOf(written)).toBe(true);
  });

  it('is given long texts encoded, so that nobody looks through them to count their bytes', () => {
    const { wire, sent } = noting(true);
    outlet(wire).send('short');
    outlet(wire).send(long);
    expect(sent[0]).toBe('short');
    expect(textOf(piecesOf(sent[1] ?? '')) === Buffer.from(long).toString()).toBe(true);
  });

  it('is looked on and counted all the same', () => {
    const { wire, sent } = noting(true);
    const passing = new Passing();
    const heard: string[] = [];
    passing.listen((direction, text) => void heard.push(direction, text));
    outlet(passing.over(wire)).send(written);
    expect(sent[0]).toBe(written);
    expect(passing.bytesOut).toBe(Buffer.byteLength(JSON.stringify(longEvent)));
    expect(heard[0]).toBe('<');
    expect(heard[1] === JSON.stringify(longEvent)).toBe(true);
  });
});
