import { describe, expect, it } from 'vitest';
import { defaultLimits, isDeeperThan, isLongerThan, oversteps, utf8Length } from './limits.ts';

describe('the length of a text', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['é', 2],
    ['€', 3],
    ['😀', 4],
    ['a😀é', 7],
    ['\ud800', 3],
    ['\udc00\ud800', 6],
    ['\ud800a', 4],
  ])('%j takes as many bytes as UTF-8 needs', (text, bytes) => {
    expect(utf8Length(text)).toBe(bytes);
    expect(utf8Length(text)).toBe(Buffer.byteLength(text));
    expect(isLongerThan(text, bytes)).toBe(false);
    expect(isLongerThan(text, bytes - 1)).toBe(true);
  });
});

describe('the length of a text that is long', () => {
  const odd = ['a', 'é', '€', '😀', '\ud800', '\udc00'];

  it.each(odd)('counts %j as in a short one, wherever it stands', (unit) => {
    for (const before of [0, 1, 2, 3]) {
      const text = 'x'.repeat(before) + unit.repeat(40_000);
      expect(utf8Length(text)).toBe(Buffer.byteLength(text));
    }
  });

  it('counts all of them in a row', () => {
    const text = odd.join('').repeat(20_000);
    expect(utf8Length(text)).toBe(Buffer.byteLength(text));
  });
});

describe('the depth of a value', () => {
  it.each<[unknown, number]>([
    [null, 0],
    ['text', 0],
    [{}, 1],
    [[], 1],
    [{ a: 1, b: null }, 1],
    [{ a: [1, { b: 1 }] }, 3],
    [[[1], [[2]]], 3],
  ])('%j counts every object and array around the innermost', (value, depth) => {
    expect(isDeeperThan(value, depth)).toBe(false);
    expect(isDeeperThan(value, depth - 1)).toBe(depth > 0);
  });

  it('is found without looking to the bottom', () => {
    const round: unknown[] = [];
    round.push(round);
    expect(isDeeperThan(round, 64)).toBe(true);
  });
});

describe('a long text', () => {
  const filler = `"${'a\\"[,'.repeat(20_000)}"`;
  const limits = (maxDepth: number, maxValues = 50_000) => ({ ...defaultLimits, maxDepth, maxValues });

  it('oversteps by brackets in each other, whatever lies between them', () => {
    expect(oversteps('[ '.repeat(40_000), limits(64))).toBe('depth');
    expect(oversteps(`${'{"a":'.repeat(65)}${filler}`, limits(64))).toBe('depth');
    expect(oversteps(`[${filler},${'['.repeat(64)}`, limits(64))).toBe('depth');
  });

  it('does not by brackets and commas in strings, nor by brackets that closed again', () => {
    expect(oversteps(filler, limits(1, 1))).toBeNull();
    expect(oversteps(`[${'[],'.repeat(40_000)}[]]`, limits(2))).toBeNull();
    expect(oversteps(`{"a\\\\":${filler},"b\\"[[[":[1]}`, limits(2, 4))).toBeNull();
  });

  it('oversteps by one value more than there may be, keys not counted', () => {
    const padding = ' '.repeat(70_000);
    for (const [text, values] of [
      ['1', 1],
      ['[]', 1],
      ['{ }', 1],
      ['[ [ ] , { } ]', 3],
      ['{"a":1,"b":[1,"x,y",null],"c":{}}', 7],
      ['[1,[2,[3]]]', 6],
      ['{"":"","":""}', 3],
    ] as const) {
      expect(oversteps(padding + text, limits(64, values))).toBeNull();
      expect(oversteps(padding + text, limits(64, values - 1))).toBe('values');
    }
  });

  it('is left alone where it is short, and where a string does not close', () => {
    expect(oversteps('['.repeat(1000), limits(64))).toBeNull();
    expect(oversteps(`[${'1,'.repeat(30_000)}1]`, limits(64, 40_000))).toBeNull();
    expect(oversteps(`"${'['.repeat(70_000)}`, limits(1))).toBeNull();
  });
});
