import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientEventTypes, serverEventTypes } from '../../src/protocol/event-types.ts';
import { Frame } from '../../src/server/relay/frame.ts';
import { repeats } from '../setup/scale.ts';

const frame = (text: string): Frame => new Frame(Buffer.from(text), false);

/** Keys that look like the one that is sought, in front of it and behind. */
const key = fc.oneof(fc.constantFrom('type', 'Type', 'typ', 'types', 'item', 'session', '"type"', '\\'), fc.string());
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>(null, true, 0, -1.5e-7, '', 'type', '"type":"no"', '{"type":"no"', '\\', '\\"', '}],{'),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3 }),
  ),
}));
const type = fc.oneof(fc.constantFrom<unknown>(...clientEventTypes, ...serverEventTypes), fc.string(), value);

/** Fields in any order, the type once, never, or several times; written with escapes and blanks, as serialisers may. */
const event = fc
  .tuple(
    fc.array(fc.tuple(fc.oneof(key, fc.constant('type')), value), { maxLength: 4 }),
    fc.array(type, { maxLength: 2 }),
    fc.array(fc.tuple(key, value), { maxLength: 2 }),
    fc.constantFrom('', ' ', '\n\t', '\r\n '),
    fc.nat(7),
  )
  .map(([before, types, behind, blank, escapes]) => {
    const fields = [...before, ...types.map((each): [string, unknown] => ['type', each]), ...behind];
    const text = (name: string): string => escaped(JSON.stringify(name), escapes);
    const written = fields.map(([name, each]) => `${text(name)}${blank}:${blank}${json(each, escapes)}`);
    return `${blank}{${blank}${written.join(`${blank},${blank}`)}${blank}}${blank}`;
  });

function json(each: unknown, escapes: number): string {
  return typeof each === 'string' ? escaped(JSON.stringify(each), escapes) : JSON.stringify(each, null, escapes % 3);
}

/** Every so many characters of a text that need no escape with one all the same. */
function escaped(text: string, every: number): string {
  if (every < 2) return text;
  return text.replaceAll(/[a-z.]/g, (letter, at: number) =>
    at % every === 0 && text[at - 1] !== '\\' && !/\\u[0-9a-f]{0,3}$/.test(text.slice(0, at))
      ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
      : letter,
  );
}

describe('the type of a frame', () => {
  it('is what JSON.parse finds, whatever the order of keys, the escapes and what lies around it', () => {
    fc.assert(
      fc.property(event, (text) => {
        const parsed: unknown = JSON.parse(text)['type'];
        expect(frame(text).type).toBe(typeof parsed === 'string' ? parsed : null);
      }),
      { numRuns: repeats(1_000_000) },
    );
  });

  it('of any bytes is looked for without harm', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.string().map((text) => Buffer.from(`{${text}`)),
        ),
        (bytes) => {
          const any = new Frame(Buffer.from(bytes), true);
          expect([any.isClear, any.length('type')]).toEqual([expect.any(Boolean), expect.any(Number)]);
        },
      ),
      { numRuns: repeats(50_000) },
    );
  });
});
