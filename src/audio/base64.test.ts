import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeats } from '../../test/setup/scale.ts';
import * as plain from './base64.ts';
import * as node from './node/base64.ts';

const leaves = [
  { name: 'plain', ...plain },
  { name: 'node', ...node },
];

const pairs: readonly (readonly [text: string, bytes: readonly number[]])[] = [
  ['', []],
  ['Zg==', [0x66]],
  ['Zm8=', [0x66, 0x6f]],
  ['Zm9v', [0x66, 0x6f, 0x6f]],
  ['Zm9vYmFy', [0x66, 0x6f, 0x6f, 0x62, 0x61, 0x72]],
  ['AAAA', [0, 0, 0]],
  ['////', [255, 255, 255]],
  ['+/+/', [0xfb, 0xff, 0xbf]],
  ['AAAB/w==', [0, 0, 1, 255]],
];

const refused: readonly (readonly [what: string, text: string])[] = [
  ['one character', 'A'],
  ['two characters without padding', 'Zg'],
  ['three characters without padding', 'Zm8'],
  ['a whole group and a part', 'Zm9vY'],
  ['padding alone', '===='],
  ['padding that is too long', 'Z==='],
  ['one pad where two belong, for the length', 'Zg='],
  ['padding at the beginning', '=Zm9'],
  ['padding inside a group', 'Zg=g'],
  ['padding between groups', 'Zg==Zm9v'],
  ['padding between groups that pad again', 'Zm8=Zg=='],
  ['minus of the URL alphabet', 'Zm-v'],
  ['underscore of the URL alphabet', 'Zm_v'],
  ['URL alphabet in a padded group', '-_8='],
  ['a space', 'Zm 9'],
  ['a line end after a group', 'Zm9v\n'],
  ['a line end in place of a character', 'Zm9\n'],
  ['line ends that make up a group', 'Zm9v\r\n\r\n'],
  ['a control character', 'Zm9\0'],
  ['an accented character', 'Zm9é'],
  ['a wide character whose low byte is a letter', 'ŁŁŁŁ'],
  ['a wide character in a padded group', 'Zmň='],
  ['a character whose low seven bits are a letter', 'Zm9Á'],
  ['a data URI', 'data:audio/wav;base64,Zm9v'],
];

describe.each(leaves)('base64, $name', ({ decodeBase64, encodeBase64 }) => {
  it.each(pairs)('reads and writes %j', (text, bytes) => {
    expect(decodeBase64(text)).toEqual(Uint8Array.from(bytes));
    expect(encodeBase64(Uint8Array.from(bytes))).toBe(text);
  });

  it.each(refused)('refuses %s', (_, text) => {
    expect(decodeBase64(text)).toBeNull();
  });

  it.each(refused)('refuses %s at either end of a long text, and in its midst', (_, text) => {
    const long = 'Zm9v'.repeat(40_000);
    expect(decodeBase64(text + long)).toBeNull();
    expect(decodeBase64(long + text)).toBeNull();
    expect(decodeBase64(`${long.slice(0, 65_536)}${text}${long.slice(0, 65_536)}`)).toBeNull();
  });

  it.each(['', 'Zg==', 'Zm8=', 'Zm9='])('reads a long text that ends in %j', (end) => {
    const long = 'Zm9v'.repeat(2 * 16_384);
    const bytes = decodeBase64(long + end);
    expect(bytes?.byteLength).toBe(2 * 49_152 + (decodeBase64(end)?.byteLength ?? NaN));
    expect(encodeBase64(bytes ?? new Uint8Array())).toBe(long + (end === 'Zm9=' ? 'Zm8=' : end));
  });

  it('accepts any spare bits before the padding', () => {
    expect(decodeBase64('Zh==')).toEqual(Uint8Array.of(0x66));
    expect(decodeBase64('Zm9vZm9=')).toEqual(Uint8Array.of(0x66, 0x6f, 0x6f, 0x66, 0x6f));
    expect(decodeBase64('Zm9vZ===')).toBeNull();
    expect(decodeBase64('Z-9vZh==')).toBeNull();
  });

  it('reads back what it wrote, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
      }),
    );
  });

  it('carries a minute of sound', () => {
    const bytes = Uint8Array.from({ length: 60 * 48_000 }, (_, i) => (i * 31) ^ (i >> 7));
    const text = encodeBase64(bytes);
    expect(text).toBe(Buffer.from(bytes).toString('base64'));
    expect(Buffer.compare(decodeBase64(text) ?? Uint8Array.of(), bytes)).toBe(0);
  });

  it('writes a part of a larger buffer', () => {
    const part = Uint8Array.of(9, 0x66, 0x6f, 0x6f, 9).subarray(1, 4);
    expect(encodeBase64(part)).toBe('Zm9v');
  });

  it('gives plain bytes at an even offset, so that samples need no copy', () => {
    for (const text of ['Zg==', 'Zm8=', 'Zm9v', 'Zm9vYmFy']) {
      const bytes = decodeBase64(text);
      expect(bytes?.constructor).toBe(Uint8Array);
      expect((bytes?.byteOffset ?? 1) % 2).toBe(0);
    }
  });
});

describe('base64, both', () => {
  /** Texts near base64: right ones with a few characters changed, and short ones of telling characters. */
  const nearly = fc.oneof(
    fc.string({
      unit: fc.constantFrom('A', 'Z', '9', '/', '+', '=', '-', '_', ' ', '\n', 'é', 'Ł', '\ud83d'),
      maxLength: 12,
    }),
    fc
      .tuple(
        fc.base64String({ maxLength: 80 }),
        fc.nat(79),
        fc.string({ unit: 'binary', minLength: 0, maxLength: 2 }),
        fc.nat(2),
      )
      .map(([text, at, patch, cut]) => text.slice(0, at) + patch + text.slice(at + cut)),
  );

  it('agree on every text, with each other and with the rule', () => {
    const rule = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
    const numRuns = repeats(200_000);
    let accepted = 0;
    fc.assert(
      fc.property(nearly, (text) => {
        const bytes = plain.decodeBase64(text);
        expect(node.decodeBase64(text)).toEqual(bytes);
        expect(bytes !== null).toBe(rule.test(text) && !text.endsWith('\n'));
        if (bytes !== null) accepted++;
      }),
      { numRuns },
    );
    expect(accepted).toBeGreaterThan(numRuns / 20);
  });
});
