import { describe, expect, it } from 'vitest';
import { cutReason, maxReasonBytes, utf8Bytes } from './close-reason.ts';

describe('the reason of a close frame', () => {
  it('stays whole when it fits', () => {
    const reason = 'x'.repeat(maxReasonBytes);
    expect(cutReason(reason)).toBe(reason);
  });

  it('is cut to the bytes that a close frame holds', () => {
    expect(cutReason('x'.repeat(200))).toBe('x'.repeat(maxReasonBytes));
  });

  it('is never cut inside a character', () => {
    const cut = cutReason(`${'x'.repeat(121)}😀 and more`);
    expect(cut).toBe('x'.repeat(121));
    expect(cutReason('é'.repeat(100))).toBe('é'.repeat(61));
  });

  it.each(['', 'plain', 'é', '語', '😀', 'a\ud800b'])('is measured in the bytes of UTF-8: %j', (text) => {
    expect(utf8Bytes(text)).toBe(new TextEncoder().encode(text).length);
  });
});
