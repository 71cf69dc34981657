import { afterEach, describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64, isBase64 } from './base64.ts';

const bytes = Uint8Array.from({ length: 20_000 }, (_, index) => (index * 31) % 256);

/** As the platform is, or as one that has only `btoa` and `atob`. */
describe.each(['as it is', 'older'])('base64 on a platform %s', (platform) => {
  const given = (source: Uint8Array) => {
    const copy = Uint8Array.from(source);
    return platform === 'older' ? Object.defineProperty(copy, 'toBase64', { value: undefined }) : copy;
  };
  const older = () => {
    if (platform === 'older') Object.defineProperty(Uint8Array, 'fromBase64', { value: undefined, configurable: true });
  };
  afterEach(() => {
    if (platform === 'older') Reflect.deleteProperty(Uint8Array, 'fromBase64');
  });

  it('is what Node makes of the same bytes', () => {
    for (const length of [0, 1, 2, 3, 20_000]) {
      expect(encodeBase64(given(bytes.subarray(0, length)))).toBe(
        Buffer.from(bytes.subarray(0, length)).toString('base64'),
      );
    }
  });

  it('is read back', () => {
    older();
    expect(decodeBase64(Buffer.from(bytes).toString('base64'))).toEqual(bytes);
    expect(decodeBase64('')).toEqual(new Uint8Array());
    expect(decodeBase64('no base64!')).toEqual(new Uint8Array());
  });
});

describe('a text', () => {
  it.each(['', 'AA==', 'AAA=', 'AAAA', 'AA', 'AAA', '+/9z', 'AAAAAA=='])('%j is base64', (text) => {
    expect(isBase64(text)).toBe(true);
  });

  const damaged = ['A', 'AA=', 'AAAAA', '=', '====', 'AA==AA==', 'AA-_', 'AAA%', 'é===', 'AAA\ud800', 'null!', '"AAA'];
  const spaced = [
    ' AAA',
    'AAA ',
    'AA A',
    'AAAA ',
    'AAAA\n',
    'AAAA\n\n\n\n',
    'AA==\n\n\n\n',
    '\tAAAAAAA',
    'A\fA=',
    ' AA=',
  ];
  const others = [null, undefined, 7, true, {}, [], ['AAAA']];

  it.each([...damaged, ...spaced, ...others])('%j is none', (text) => expect(isBase64(text)).toBe(false));

  it('is base64 with any character of the alphabet, and with no other, in any place', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const wrong: string[] = [];
    for (let code = 0; code < 0x180; code++) {
      const character = String.fromCharCode(code);
      for (let place = 0; place < 7; place++) {
        const text = 'AAAAAAAA'.slice(0, place) + character + 'AAAAAAAA'.slice(place + 1);
        if (isBase64(text) !== alphabet.includes(character)) wrong.push(text);
      }
      expect(wrong).toEqual([]);
    }
  });
});
