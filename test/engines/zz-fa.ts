import { energyDetector } from '../../src/engines/energy-ears.ts';
import { turnsHeard } from './turn-rule.ts';
import { pinkNoise, whiteNoise } from './noise.ts';
for (const rate of [24000, 8000]) { let n = 0; let maxp = 0; let over = 0, w = 0;
 for (let seed = 1; seed <= 10; seed++) {
  const s = Int16Array.from(pinkNoise(rate*60, 600, seed * 7919));
  const ears = energyDetector(rate); n += turnsHeard(ears, s, rate, {threshold:.5, silenceMs: 500}).length;
  const e2 = energyDetector(rate); for (let i = 0; i + e2.windowSamples <= s.length; i += e2.windowSamples) { const p = e2.probability(s.subarray(i, i+e2.windowSamples)); maxp = Math.max(maxp, p); w++; if (p > .35) over++; }
 }
 console.log(rate, 'false turns in 10 min', n, 'max p', maxp.toFixed(2), 'p>.35', over, 'of', w);
}
