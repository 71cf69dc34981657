import { describe, expect, it } from 'vitest';
import { inOrder, openTap, type Passing, pass, type Tap, type Verdict } from './tap.ts';

const frame: Passing = { type: 'a', bytes: 1, text: () => null, length: () => 0, event: () => null };
const says = (verdict: Verdict, seen: string[] = [], name = ''): Tap => ({
  client() {
    seen.push(name);
    return verdict;
  },
  server: () => pass,
  end: () => void seen.push(`${name} ended`),
});
const injection = (type: string) => ({ to: 'client', event: { type } }) as const;

describe('taps in order', () => {
  it('let pass what all of them let pass, without a word', () => {
    expect(inOrder([openTap, openTap]).client(frame)).toBe(pass);
    expect(inOrder([]).client(frame)).toBe(pass);
  });

  it('show a tap the types alone that it wants to see, and one that names none every frame', () => {
    const seen: string[] = [];
    const some = (name: string, types: string[]): Tap => ({ ...says(pass, seen, name), clientTypes: new Set(types) });
    const { client } = inOrder([some('some', ['a', 'b']), says(pass, seen, 'all'), some('none', []), some('b', ['b'])]);
    client(frame);
    client({ ...frame, type: 'b' });
    client({ ...frame, type: 'c' });
    client({ ...frame, type: null });
    expect(seen).toEqual(['some', 'all', 'some', 'all', 'b', 'all', 'all']);
  });

  it('gather what they add, and the last event in place of the frame wins', () => {
    const first = says({ pass: true, as: { type: 'b' }, after: [injection('x')] });
    const second = says({ pass: true, as: { type: 'c' }, after: [injection('y')] });
    const after = [injection('x'), injection('y')];
    expect(inOrder([first, openTap, second]).client(frame)).toEqual({ pass: true, as: { type: 'c' }, after });
  });

  it('show a frame to nobody after the one that stops it', () => {
    const seen: string[] = [];
    const taps = [says(pass, seen, 'one'), says({ pass: false }, seen, 'two'), says(pass, seen, 'three')];
    expect(inOrder(taps).client(frame)).toMatchObject({ pass: false });
    expect(seen).toEqual(['one', 'two']);
  });

  it('wait for one that holds a frame, and go on behind it', async () => {
    const seen: string[] = [];
    const held = says({ hold: Promise.resolve({ pass: true, after: [injection('x')] }) }, seen, 'one');
    const last = says({ pass: true, after: [injection('y')] }, seen, 'two');
    const verdict = inOrder([held, last]).client(frame);
    expect(seen).toEqual(['one']);
    expect('hold' in verdict && (await verdict.hold)).toEqual({ pass: true, after: [injection('x'), injection('y')] });
    expect(seen).toEqual(['one', 'two']);
  });

  it('are all told of the end', () => {
    const seen: string[] = [];
    inOrder([says(pass, seen, 'one'), says(pass, seen, 'two')]).end({ code: 1000, reason: '' });
    expect(seen).toEqual(['one ended', 'two ended']);
  });
});
