import { alaw, mulaw } from 'alawmulaw';
import { describe, expect, it } from 'vitest';
import { alawToSamples, samplesToAlaw, samplesToUlaw, ulawToSamples } from '../../src/audio/index.ts';

const everySample = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);
const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);

describe('G.711 against alawmulaw', () => {
  it('encodes all 65,536 samples to the same µ-law and A-law bytes', () => {
    expect(samplesToUlaw(everySample)).toEqual(mulaw.encode(everySample));
    expect(samplesToAlaw(everySample)).toEqual(alaw.encode(everySample));
  });

  it('decodes all 256 bytes of both laws to the same samples', () => {
    expect(ulawToSamples(everyByte)).toEqual(mulaw.decode(everyByte));
    expect(alawToSamples(everyByte)).toEqual(alaw.decode(everyByte));
  });
});
