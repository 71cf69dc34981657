import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeats } from '../../../test/setup/scale.ts';
import { decodeBase64 } from '../../audio/node/base64.ts';
import { base64 } from './base64.ts';

describe('sound as text', () => {
  it('is decoded as everywhere else, and what is no base64 is none', () => {
    const texts = fc.oneof(
      fc.uint8Array().map((bytes) => base64.encode(bytes)),
      fc.string({ unit: fc.constantFrom('A', 'b', '+', '/', '=', '-', '_', ' ', '\n', 'é', 'Ł', '😀', '\u0141') }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const [ours, usual] = [base64.decode(text), decodeBase64(text)];
        expect(ours === null ? null : [...ours]).toEqual(usual === null ? null : [...usual]);
      }),
      { numRuns: repeats(100_000) },
    );
  });

  it('keeps what was decoded before', () => {
    const bytes = Array.from({ length: 400 }, (_, index) => new Uint8Array(2000).fill(index % 256));
    const decoded = bytes.map((each) => base64.decode(base64.encode(each)));
    expect(decoded.every((each, index) => each?.length === 2000 && each.every((byte) => byte === index % 256))).toBe(
      true,
    );
  });
});
