import { describe, expect, it } from 'vitest';
import { digits, idAt, idSource } from './ids.ts';

describe('ids', () => {
  it('carry their prefix and 21 base-62 digits', () => {
    const source = idSource(1);
    expect(idAt(source, 'item', 0)).toMatch(/^item_[0-9A-Za-z]{21}$/);
    expect(idAt(source, 'event', 5)).toMatch(/^event_[0-9A-Za-z]{21}$/);
    expect(digits(source, 'obfuscation', 0, 7)).toHaveLength(7);
  });

  it('are the same for the same seed and differ for another', () => {
    expect(idAt(idSource(42), 'resp', 3)).toBe(idAt(idSource(42), 'resp', 3));
    expect(idAt(idSource(42), 'resp', 3)).not.toBe(idAt(idSource(43), 'resp', 3));
    expect(idAt(idSource([1, 2, 3, 4]), 'resp', 3)).not.toBe(idAt(idSource([1, 2, 3, 5]), 'resp', 3));
  });

  it('never repeat within a session of 200,000 events', () => {
    const source = idSource(7);
    const seen = new Set(Array.from({ length: 200_000 }, (_, count) => idAt(source, 'event', count)));
    expect(seen.size).toBe(200_000);
  });

  it('use every digit about equally often', () => {
    const source = idSource(9);
    const counts = new Map<string, number>();
    const text = Array.from({ length: 5000 }, (_, count) => digits(source, 'event', count, 20)).join('');
    for (const digit of text) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    const expected = text.length / 62;
    expect(counts.size).toBe(62);
    for (const count of counts.values()) expect(Math.abs(count - expected) / expected).toBeLessThan(0.15);
  });
});
