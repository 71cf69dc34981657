import { describe, expect, it } from 'vitest';
import { newSessionId } from './session-id.ts';

describe('the id of a session', () => {
  it('is 21 digits of base 62, all of which come', () => {
    const ids = Array.from({ length: 1_000 }, newSessionId);
    for (const id of ids) expect(id).toMatch(/^sess_[0-9A-Za-z]{21}$/);
    expect(new Set(ids.flatMap((id) => Array.from(id.slice(5)))).size).toBe(62);
  });

  it('is never the same twice', () => {
    const ids = Array.from({ length: 10_000 }, newSessionId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
