import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { Seals, sealMs } from './seals.ts';

const key = new Uint8Array(32).fill(7);
const request = { method: 'POST', target: '/v1/realtime/calls/rtc_1/hangup?x=1', address: '192.0.2.1' };

function pair() {
  const clock = virtualClock();
  return { clock, from: new Seals({ name: '0a1b2c', key, clock }), to: new Seals({ name: 'ffffff', key, clock }) };
}

describe('the seal of a request that a node passes on', () => {
  it('names the node to whoever shares the key', () => {
    const { from, to } = pair();
    const seal = from.seal(request);
    expect(seal).toMatch(/^0a1b2c\.\d+\.[0-9a-f]{64}$/);
    expect(to.open(seal, request)).toBe('0a1b2c');
  });

  it('is good for its request alone', () => {
    const { from, to } = pair();
    const seal = from.seal(request);
    expect(to.open(seal, { ...request, method: 'GET' })).toBeNull();
    expect(to.open(seal, { ...request, target: '/v1/realtime/calls/rtc_2/hangup' })).toBeNull();
    expect(to.open(seal, { ...request, address: '192.0.2.2' })).toBeNull();
    expect(to.open(seal, request)).toBe('0a1b2c');
  });

  it('is good once, while others of the same moment are', () => {
    const { from, to } = pair();
    const [first, second] = [from.seal(request), from.seal(request)];
    expect(to.open(first, request)).toBe('0a1b2c');
    expect(to.open(first, request)).toBeNull();
    expect(to.open(second, request)).toBe('0a1b2c');
  });

  it('is good for half a minute, and never again after that', () => {
    const { clock, from, to } = pair();
    const seals = [from.seal(request), from.seal(request), from.seal(request)];
    clock.advance(sealMs);
    expect(to.open(seals[0] ?? '', request)).toBe('0a1b2c');
    clock.advance(3);
    expect(to.open(seals[1] ?? '', request)).toBeNull();
    // What is forgotten of seals that were taken is too old by then.
    to.open(from.seal(request), request);
    expect(to.open(seals[0] ?? '', request)).toBeNull();
  });

  it('may be a little ahead of the clock of whoever reads it, and not far', () => {
    const clock = virtualClock();
    const ahead = (ms: number): Seals => new Seals({ name: '0a1b2c', key, clock: { now: () => clock.now() + ms } });
    const to = new Seals({ name: 'ffffff', key, clock });
    expect(to.open(ahead(sealMs - 10).seal(request), request)).toBe('0a1b2c');
    expect(to.open(ahead(sealMs + 10).seal(request), request)).toBeNull();
  });

  it('is nothing from whoever has another key, nor is any other text', () => {
    const { clock, from, to } = pair();
    const other = new Seals({ name: '0a1b2c', key: new Uint8Array(32).fill(8), clock });
    const [node, at, digest = ''] = from.seal(request).split('.');
    const forged = [
      other.seal(request),
      '',
      '..',
      `${node}.${at}.`,
      `${node}.${at}.${digest.slice(2)}`,
      `${node}.${at}.${digest}0`,
      `0a1b2d.${at}.${digest}`,
      `${node}.${Number(at) + 1}.${digest}`,
    ];
    expect(forged.filter((seal) => to.open(seal, request) !== null)).toEqual([]);
    expect(to.open(`${node}.${at}.${digest}`, request)).toBe('0a1b2c');
  });
});
