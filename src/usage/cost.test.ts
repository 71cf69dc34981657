import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf, type Prices } from './cost.ts';
import { addResponseUsage, addTranscriptionUsage, noUsage, type Usage } from './usage.ts';

const prices: Prices = {
  input: { text: 4, audio: 32, image: 5 },
  cached: { text: 0.4, audio: 0.4, image: 0.5 },
  output: { text: 16, audio: 64 },
  transcription: { input: { text: 2.5, audio: 6 }, output: 10, minute: 0.006 },
};

const million = 1_000_000;
const counts = (text = 0, audio = 0, image = 0, other = 0) => ({ text, audio, image, other });
const used = (more: Partial<Usage>): Usage => ({ ...noUsage, ...more });

describe('cost', () => {
  it('is so much for a million tokens of each kind, and less for cached ones', () => {
    const usage = used({
      input: counts(2 * million, million, million),
      cached: counts(million, 500_000),
      output: counts(million, million),
    });
    const { input, cached, output, transcription, total } = costOf(usage, prices);
    expect({ input, output, transcription }).toEqual({ input: 4 + 16 + 5, output: 16 + 64, transcription: 0 });
    expect(cached).toBeCloseTo(0.4 + 0.2);
    expect(total).toBeCloseTo(25 + 80 + 0.6);
  });

  it('has a part for transcription, by token or by minute', () => {
    const usage = used({ transcription: { input: counts(0, million), output: million, seconds: 600 } });
    expect(costOf(usage, prices).transcription).toBeCloseTo(6 + 10 + 0.06);
    expect(costOf(usage, { input: { text: 1 }, output: { text: 1 } }).total).toBe(0);
  });

  it('takes the price of text for kinds without one, and of fresh input for cached input without one', () => {
    const usage = used({ input: counts(0, million, million, million), cached: counts(0, million) });
    expect(costOf(usage, { input: { text: 1 }, output: { text: 1 } })).toMatchObject({ input: 2, cached: 1, total: 3 });
  });

  it('never charges a token twice where only one of the sums is split up', () => {
    const usage = addResponseUsage(noUsage, {
      input_tokens: 100,
      output_tokens: 0,
      input_token_details: { text_tokens: 60, audio_tokens: 40, cached_tokens: 70 },
    });
    const flat: Prices = { input: { text: million }, output: { text: 0 } };
    expect(costOf(usage, flat).total).toBeCloseTo(100);
  });

  it('is the price times the tokens where all cost the same, however they are split', () => {
    const n = fc.nat(10_000);
    const usage = fc.record({ input: fc.tuple(n, n, n, n), cached: fc.tuple(n, n, n, n) });
    fc.assert(
      fc.property(usage, ({ input, cached }) => {
        const all = input.reduce((sum, each) => sum + each, 0);
        const kept = cached.reduce((sum, each) => sum + each, 0);
        fc.pre(kept <= all);
        const flat: Prices = { input: { text: million }, output: { text: 0 } };
        expect(costOf(used({ input: counts(...input), cached: counts(...cached) }), flat).total).toBeCloseTo(all);
      }),
    );
  });

  it('is nothing for nothing', () => {
    expect(costOf(addTranscriptionUsage(noUsage, null), prices).total).toBe(0);
  });
});
