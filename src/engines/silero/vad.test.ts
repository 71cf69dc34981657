import { describe, expect, it } from 'vitest';
import { createSileroVad, sileroVad } from './vad.ts';

describe('sileroVad', () => {
  it.each([24_000, 8_000])('takes windows of 32 ms at %i Hz', (rate) => {
    expect(sileroVad(rate).windowSamples).toBe(rate * 0.032);
  });

  it('gives 0 for silence once it knows it, and without its gate what the model says', () => {
    const silence = new Int16Array(768);
    const [session, plain] = [sileroVad(24_000), createSileroVad({ gate: false })(24_000)];
    const heard = Array.from({ length: 60 }, () => [session.probability(silence), plain.probability(silence)]);
    expect(heard.at(-1)?.[0]).toBe(0);
    expect(heard.at(-1)?.[1]).toBeGreaterThan(0);
    expect(heard.at(-1)?.[1]).toBeLessThan(0.05);
  });

  it('keeps sessions apart', () => {
    const loud = Int16Array.from({ length: 768 }, (_, i) => Math.round(9000 * Math.sin(i / 6)));
    const judge = (session: ReturnType<typeof sileroVad>): number => session.probability(loud);
    const alone = sileroVad(24_000);
    const expected = Array.from({ length: 20 }, () => judge(alone));
    const [one, other] = [sileroVad(24_000), sileroVad(24_000)];
    const heard = expected.map((_, i) => {
      other.probability(new Int16Array(768).fill(i * 100));
      return judge(one);
    });
    expect(heard).toEqual(expected);
  });
});
