import { describe, expect, it } from 'vitest';
import { KeyPresses } from './key-presses.ts';

/** A packet of a key that has been down for so long, in ticks. */
const packet = (event: number, duration: number, isEnd = false): Uint8Array =>
  Uint8Array.of(event, isEnd ? 0x8a : 0x0a, duration >> 8, duration & 0xff);

describe('keys in packets', () => {
  it('count once for each press, though each comes in many, the last of them three times', () => {
    const presses = new KeyPresses();
    const heard = [160, 320, 480].map((duration) => presses.put(1000, packet(5, duration), 0));
    const ends = [1, 2, 3].map(() => presses.put(1000, packet(5, 640, true), 0));
    expect([...heard, ...ends]).toEqual(['5', null, null, null, null, null]);
    expect(presses.put(4000, packet(5, 160), 0)).toBe('5');
    expect(presses.put(1000, packet(5, 640, true), 0)).toBeNull();
  });

  it('are heard by their end, where all packets before it were lost', () => {
    expect(new KeyPresses().put(1, packet(11, 800, true), 0)).toBe('#');
  });

  it('are those of telephones, and nothing else', () => {
    const presses = new KeyPresses();
    const all = Array.from({ length: 20 }, (_, event) => presses.put(event, packet(event, 160), 0));
    expect(all.join('')).toBe('0123456789*#ABCD');
    expect(presses.put(99, Uint8Array.of(1, 2, 3), 0)).toBeNull();
    expect(presses.put(99, new Uint8Array(), 0)).toBeNull();
  });

  it('are remembered for a while, and no longer', () => {
    const presses = new KeyPresses();
    for (let timestamp = 0; timestamp < 40; timestamp++) presses.put(timestamp, packet(1, 160), timestamp * 100);
    expect(presses.put(39, packet(1, 160), 4000)).toBeNull();
    expect(presses.put(0, packet(1, 160), 4000)).toBe('1');
  });

  it('are twenty a second at most, so that nobody is flooded with them', () => {
    const presses = new KeyPresses();
    const pressed = (from: number, nowMs: number): number =>
      Array.from({ length: 100 }, (_, nth) => presses.put(from + nth, packet(1, 160), nowMs)).filter(Boolean).length;
    expect([pressed(0, 0), pressed(1000, 0), pressed(2000, 500), pressed(3000, 60_000)]).toEqual([20, 0, 10, 20]);
  });
});
