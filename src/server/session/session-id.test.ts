import { describe, expect, it } from 'vitest';
import { nodeOf } from '../nodes/name.ts';
import { newSessionId } from './session-id.ts';

describe('the id of a session', () => {
  it('is 21 digits of base 62, all of which come behind those of its node', () => {
    const ids = Array.from({ length: 1_000 }, () => newSessionId('0a1b2c'));
    for (const id of ids) expect(id).toMatch(/^sess_0a1b2c[0-9A-Za-z]{15}$/);
    expect(new Set(ids.flatMap((id) => Array.from(id.slice(11)))).size).toBe(62);
  });

  it('is never the same twice', () => {
    const ids = Array.from({ length: 10_000 }, () => newSessionId('0a1b2c'));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names its node, and one that no session has names some other', () => {
    expect(nodeOf(newSessionId('0a1b2c'))).toBe('0a1b2c');
    expect(newSessionId()).toMatch(/^sess_[0-9a-f]{6}[0-9A-Za-z]{15}$/);
    expect(newSessionId().slice(0, 11)).not.toBe(newSessionId().slice(0, 11));
  });
});
