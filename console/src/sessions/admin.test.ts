import { describe, expect, it } from 'vitest';
import { sessionIn } from './admin.ts';

describe('a session as the server lists it', () => {
  it('is read field by field', () => {
    const row = { id: 's', kind: 'realtime', model: 'echo', transport: 'webrtc', node: null, key: 'acme' };
    const figures = { age_s: 12, turns: 2, errors: 1, bytes_in: 5, bytes_out: 6, cost_usd: 0.25 };
    expect(sessionIn({ ...row, ...figures })).toEqual({
      ...row,
      ageS: 12,
      turns: 2,
      errors: 1,
      bytesIn: 5,
      bytesOut: 6,
      costUsd: 0.25,
    });
  });

  it('is shown, whatever else a server may say', () => {
    expect(sessionIn({ id: 7, cost_usd: 'free' })).toMatchObject({ id: '', model: null, ageS: 0, costUsd: null });
  });
});
