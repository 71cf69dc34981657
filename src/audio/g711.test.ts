import { describe, expect, it } from 'vitest';
import {
  alawToSample,
  alawToSamples,
  samplesToAlaw,
  samplesToUlaw,
  sampleToAlaw,
  sampleToUlaw,
  ulawToSample,
  ulawToSamples,
} from './g711.ts';

const laws = [
  {
    law: 'µ-law',
    encode: sampleToUlaw,
    decode: ulawToSample,
    encodeAll: samplesToUlaw,
    decodeAll: ulawToSamples,
    silence: 0xff,
    loudest: 32124,
  },
  {
    law: 'A-law',
    encode: sampleToAlaw,
    decode: alawToSample,
    encodeAll: samplesToAlaw,
    decodeAll: alawToSamples,
    silence: 0xd5,
    loudest: 32256,
  },
];
const everySample = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);
const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);

describe.each(laws)('G.711 $law', ({ encode, decode, encodeAll, decodeAll, silence, loudest }) => {
  const off = (sample: number) => Math.abs(decode(encode(sample)) - sample);

  it('is off by half a step at most, a thirty-second of loud samples', () => {
    expect(everySample.filter((sample) => off(sample) > Math.max(8, (Math.abs(sample) + 132) / 32))).toHaveLength(0);
  });

  it('keeps the order of samples', () => {
    const heard = Int16Array.from(everySample, (sample) => decode(encode(sample)));
    expect(heard.toSorted()).toEqual(heard);
  });

  it('gives every byte back after decoding, but for the two zeros of µ-law', () => {
    const changed = [...everyByte].filter((byte) => encode(decode(byte)) !== byte);
    expect(changed).toEqual(silence === 0xff ? [0x7f] : []);
  });

  it('treats both signs alike', () => {
    const above = everySample.subarray(32_769);
    expect(above.filter((sample) => decode(encode(-sample)) !== -decode(encode(sample)))).toHaveLength(0);
  });

  it('knows silence and the loudest sample', () => {
    expect(encode(0)).toBe(silence);
    expect(decode(encode(32_767))).toBe(loudest);
    expect(decode(encode(-32_768))).toBe(-loudest);
  });

  it('codes arrays as it codes single samples', () => {
    expect(encodeAll(everySample)).toEqual(Uint8Array.from(everySample, encode));
    expect(decodeAll(everyByte)).toEqual(Int16Array.from(everyByte, decode));
    expect(encodeAll(new Int16Array(0))).toHaveLength(0);
  });
});
