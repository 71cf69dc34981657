import { describe, expect, it } from 'vitest';
import { ClientError } from '../errors.ts';
import { backoffOf, isPassing, isWorthAnother } from './backoff.ts';

describe('the time between attempts', () => {
  it('is none before the first, then doubles up to the longest, and is spread downwards by half', () => {
    const longest = backoffOf({ firstDelayMs: 100, maxDelayMs: 1_000, random: () => 1 });
    expect([1, 2, 3, 4, 5, 6, 7].map((attempt) => longest.delayMs(attempt))).toEqual([
      0, 100, 200, 400, 800, 1_000, 1_000,
    ]);
    const shortest = backoffOf({ firstDelayMs: 100, random: () => 0 });
    expect(shortest.delayMs(3)).toBe(100);
  });
});

describe('an end', () => {
  it.each([1001, 1005, 1006, 1011, 1012, 1013, 1014])('with %i is worth another attempt', (code) => {
    expect(isPassing({ code, reason: '' }, null)).toBe(true);
  });

  it.each([1000, 1002, 1003, 1007, 1008, 1009, 3000, 4000, 4004])('with %i is not', (code) => {
    expect(isPassing({ code, reason: '' }, null)).toBe(false);
  });

  it.each(['session_expired', 'server_draining'])('by %s is worth another attempt, whatever its code', (code) => {
    const server = { type: 'invalid_request_error', code, message: 'Over.' };
    expect(isPassing({ code: 1000, reason: '' }, server)).toBe(true);
  });
});

describe('an attempt that failed', () => {
  it.each(['unreachable', 'timeout', 'connection_lost', 'key_unavailable'] as const)(
    'as %s is followed by another',
    (code) => {
      expect(isWorthAnother(new ClientError(code))).toBe(true);
    },
  );

  it('is the last where the server refused it for good', () => {
    const server = { type: 'invalid_request_error', code: 'invalid_api_key', message: 'No.' };
    expect(isWorthAnother(new ClientError('refused', { server, close: { code: 3000, reason: '' } }))).toBe(false);
    expect(isWorthAnother(new ClientError('refused', { server, close: { code: 1013, reason: '' } }))).toBe(true);
    expect(isWorthAnother(new ClientError('invalid_options'))).toBe(false);
  });
});
