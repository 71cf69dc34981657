import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closedObject } from './closed-object.ts';

function isWhole(pieces: readonly string[]): boolean {
  const object = closedObject();
  for (const piece of pieces) {
    object.push(piece);
    object.isWhole();
  }
  return object.isWhole();
}

/** What it means, by the whole text. */
function isObject(text: string): boolean {
  try {
    JSON.parse(text);
    return text.trimEnd().endsWith('}');
  } catch {
    return false;
  }
}

describe('closedObject', () => {
  it.each(['{}', ' {"a": "}"} ', '{"a":{"b":"\\\\"}}', '{"a":"\\"}"}'])('knows %j for whole', (text) => {
    expect(isWhole(text.split(''))).toBe(true);
  });

  it.each(['', '{', '{"a":"}', '{"a":1}}', '{"a":1}{"b":1}', '[{}', '[{}]', '}', '{"a":}'])(
    'knows %j for not',
    (text) => {
      expect(isWhole(text.split(''))).toBe(false);
    },
  );

  it('says of a whole object that it is, and of its beginnings that they are not, however it is cut', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.integer({ min: 1, max: 7 }), (value, size) => {
        const text = JSON.stringify(value);
        const object = closedObject();
        for (let from = 0; from < text.length; from += size) {
          object.push(text.slice(from, from + size));
          expect(object.isWhole()).toBe(isObject(object.text));
        }
      }),
    );
  });
});
