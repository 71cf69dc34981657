import { describe, expect, it } from 'vitest';
import { Latch } from './latch.ts';

const said = { address: '203.0.113.9', port: 4000 };
const caller = '198.51.100.1';
const at = (address: string, port = 4000) => ({ address, port });
const opened = (place = said, from = caller) => new Latch({ said: place, caller: from });

describe('where the sound of a call goes', () => {
  it('is where the other side says, until something comes', () => {
    const latch = opened();
    expect(latch.target).toEqual(said);
    expect(latch.takes(said, 0, false)).toBe(true);
    expect(latch.target).toEqual(said);
  });

  it.each([
    ['another port of its address', at('203.0.113.9', 4444)],
    ['where its signalling comes from', at(caller, 5555)],
  ])('is %s, where its sound comes from there', (_, place) => {
    const latch = opened();
    expect(latch.takes(place, 0, false)).toBe(true);
    expect(latch.target).toEqual(place);
  });

  it('is never a stranger’s, however often he knocks, before the call is heard or after', () => {
    const latch = opened();
    const stranger = at('192.0.2.66');
    for (let nth = 0; nth < 100; nth++) expect(latch.takes(stranger, nth, false)).toBe(false);
    latch.takes(said, 100, false);
    for (let nth = 0; nth < 100; nth++) expect(latch.takes(stranger, 100_000 + nth, false)).toBe(false);
    expect(latch.target).toEqual(said);
  });

  it('stays with the port that speaks, and follows its machine to another once that falls silent', () => {
    const latch = opened();
    const [one, other] = [at(caller, 5001), at(caller, 5002)];
    expect(latch.takes(one, 0, false)).toBe(true);
    expect(latch.takes(other, 999, false)).toBe(false);
    expect(latch.takes(other, 1000, false)).toBe(true);
    expect(latch.target).toEqual(other);
    expect(latch.takes(said, 1001, false)).toBe(true);
    expect(latch.target).toEqual(said);
  });

  it('may be anywhere where it says to be at a private address, once five packets in a row have come from there', () => {
    const latch = opened(at('192.168.1.5'));
    const [router, other] = [at('203.0.113.77', 9000), at('203.0.113.78', 9000)];
    const taken = [router, router, other, router, router, router, router, router].map((place) =>
      latch.takes(place, 0, false),
    );
    expect(taken).toEqual([false, false, false, false, false, false, false, true]);
    expect(latch.target).toEqual(router);
    for (let nth = 0; nth < 10; nth++) expect(latch.takes(other, 5000, false)).toBe(false);
    expect(latch.takes(at(caller, 7000), 5001, false)).toBe(true);
    expect(latch.target).toEqual(at(caller, 7000));
  });

  it.each(['10.0.0.1', '172.16.0.1', '100.64.0.1', '169.254.1.1', 'fd00::1'])('knows %s for private', (address) => {
    const latch = opened(at(address));
    const router = at('203.0.113.77');
    expect([1, 2, 3, 4, 5].map(() => latch.takes(router, 0, false)).at(-1)).toBe(true);
  });

  it('is not guessed for a neighbour who says to be at a private address: he can be reached there', () => {
    const latch = opened(at('192.168.1.5'), '192.168.1.4');
    for (let nth = 0; nth < 10; nth++) expect(latch.takes(at('203.0.113.77'), nth, false)).toBe(false);
  });

  it('is wherever packets come from that its keys vouch for', () => {
    const latch = opened();
    latch.takes(said, 0, true);
    expect(latch.takes(at('192.0.2.66'), 1, true)).toBe(true);
    expect(latch.target).toEqual(at('192.0.2.66'));
  });

  it('is found anew when the other side says that it has moved, and only then', () => {
    const latch = opened();
    latch.takes(at(caller, 5001), 0, false);
    latch.moved(said);
    expect(latch.target).toEqual(at(caller, 5001));
    latch.moved(at('203.0.113.9', 6000));
    expect(latch.target).toEqual(at('203.0.113.9', 6000));
  });
});
