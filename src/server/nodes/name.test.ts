import { describe, expect, it } from 'vitest';
import { newCallId } from '../calls/call-id.ts';
import { newNodeName, nodeOf, nodeShape } from './name.ts';

describe('the name of a node', () => {
  it('is six hexadecimal digits, never the same', () => {
    const names = Array.from({ length: 100 }, newNodeName);
    for (const name of names) expect(name).toMatch(nodeShape);
    expect(new Set(names).size).toBeGreaterThan(98);
  });

  it('stands in the ids of calls and sessions, and in no other text', () => {
    expect(nodeOf(newCallId('0a1b2c'))).toBe('0a1b2c');
    expect(newCallId('0a1b2c')).toMatch(/^rtc_0a1b2c[0-9a-f]{22}$/);
    expect(nodeOf('sess_0a1b2cABCDEFGHIJKLMNO')).toBe('0a1b2c');
    const others = ['', 'rtc_', 'rtc_0a1b', 'item_0a1b2c', 'sess_0A1B2C', 'rtc_0a1b2c/..', ' rtc_0a1b2c'];
    expect(others.filter((id) => nodeOf(id) !== null)).toEqual([]);
  });
});
