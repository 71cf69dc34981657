import { describe, expect, it } from 'vitest';
import { isDeeperThan, isLongerThan, opensDeeperThan, utf8Length } from './limits.ts';

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

describe('opensDeeperThan', () => {
  const filler = `"${'a\\"['.repeat(20_000)}"`;

  it('finds brackets in each other, whatever lies between them', () => {
    expect(opensDeeperThan('[ '.repeat(40_000), 64)).toBe(true);
    expect(opensDeeperThan(`${'{"a":'.repeat(65)}${filler}`, 64)).toBe(true);
    expect(opensDeeperThan(`[${filler},${'['.repeat(64)}`, 64)).toBe(true);
  });

  it('counts neither brackets in strings nor those that closed again', () => {
    expect(opensDeeperThan(filler, 1)).toBe(false);
    expect(opensDeeperThan(`[${'[],'.repeat(40_000)}[]]`, 2)).toBe(false);
    expect(opensDeeperThan(`{"a\\\\":${filler},"b\\"[[[":[1]}`, 2)).toBe(false);
  });

  it('leaves short texts and unclosed strings alone', () => {
    expect(opensDeeperThan('['.repeat(1000), 64)).toBe(false);
    expect(opensDeeperThan(`"${'['.repeat(70_000)}`, 1)).toBe(false);
  });
});
