import { describe, expect, it } from 'vitest';
import { createLevelMeter, silence } from './level-meter.ts';

describe('a level meter', () => {
  it('tells the loudness since the last look', () => {
    const meter = createLevelMeter();
    meter.add(Float32Array.of(0.5, -0.5));
    meter.add(Float32Array.of(1, -1));
    const { rmsDb, peakDb } = meter.take();
    expect(peakDb).toBe(0);
    expect(rmsDb).toBeCloseTo(10 * Math.log10(0.625), 6);
    meter.add(Float32Array.of(0.1, 0.1));
    expect(meter.take().peakDb).toBeCloseTo(-20, 5);
  });

  it('tells silence of nothing and of zeros', () => {
    const meter = createLevelMeter();
    expect(meter.take()).toEqual(silence);
    meter.add(new Float32Array(10));
    expect(meter.take()).toEqual(silence);
  });
});
