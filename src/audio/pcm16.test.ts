import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesToSamples,
  float32ToInt16,
  int16ToFloat32,
  readSamples,
  samplesToBytes,
  toMono,
  wholeSamples,
  writeSamples,
} from './pcm16.ts';

const bytes = Uint8Array.of(0x01, 0x00, 0xff, 0xff, 0x00, 0x80, 0xff, 0x7f, 0x34, 0x12);
const samples = Int16Array.of(1, -1, -32_768, 32_767, 0x1234);

describe('PCM bytes', () => {
  it('are samples in little-endian order', () => {
    expect(bytesToSamples(bytes)).toEqual(samples);
    expect(samplesToBytes(samples)).toEqual(bytes);
  });

  it('read and write the same by arithmetic, as a big-endian platform does', () => {
    expect(readSamples(bytes)).toEqual(samples);
    expect(writeSamples(samples)).toEqual(bytes);
    expect(readSamples(bytes.subarray(1, 4))).toEqual(Int16Array.of(-256));
  });

  it('share memory with samples when they are aligned', () => {
    const memory = new Uint8Array(bytes);
    expect(bytesToSamples(memory).buffer).toBe(memory.buffer);
    expect(bytesToSamples(memory.subarray(2)).buffer).toBe(memory.buffer);
    const aligned = new Int16Array(samples);
    expect(samplesToBytes(aligned).buffer).toBe(aligned.buffer);
    expect(samplesToBytes(aligned.subarray(1, 3))).toEqual(bytes.subarray(2, 6));
  });

  it('are copied when they begin at an odd place, also in a Buffer', () => {
    const shifted = Buffer.from([99, ...bytes]).subarray(1);
    const odd = shifted.byteOffset % 2 === 1 ? shifted : Buffer.from([99, 99, ...bytes]).subarray(2);
    expect(odd.byteOffset % 2).toBe(1);
    expect(bytesToSamples(odd)).toEqual(samples);
    expect(bytesToSamples(odd).buffer).not.toBe(odd.buffer);
  });

  it('leave a trailing odd byte out', () => {
    expect(bytesToSamples(bytes.subarray(0, 5))).toEqual(samples.subarray(0, 2));
    expect(bytesToSamples(new Uint8Array(bytes).subarray(1, 4))).toEqual(Int16Array.of(-256));
    expect(bytesToSamples(bytes.subarray(0, 1))).toHaveLength(0);
  });
});

describe('floating point', () => {
  it('scales 32768 to 1', () => {
    expect(int16ToFloat32(Int16Array.of(-32_768, 0, 16_384, 32_767))).toEqual(
      Float32Array.of(-1, 0, 0.5, 32_767 / 32_768),
    );
  });

  it('gives every sample back', () => {
    const all = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);
    expect(float32ToInt16(int16ToFloat32(all))).toEqual(all);
  });

  it('rounds to the nearest, clips, and takes NaN for silence', () => {
    const floats = Float32Array.of(0.4 / 32_768, 0.6 / 32_768, -0.6 / 32_768, 1, 1.7, -1.7, Infinity, -Infinity, NaN);
    expect(float32ToInt16(floats)).toEqual(Int16Array.of(0, 1, -1, 32_767, 32_767, -32_768, 32_767, -32_768, 0));
  });
});

describe('channels', () => {
  it('become one by their mean', () => {
    expect(toMono(Int16Array.of(100, 200, -32_768, -32_768, 32_767, 32_767), 2)).toEqual(
      Int16Array.of(150, -32_768, 32_767),
    );
    expect(toMono(Int16Array.of(1, 2, 6, 9), 3)).toEqual(Int16Array.of(3));
    expect(toMono(samples, 1)).toBe(samples);
  });
});

describe('a spare byte', () => {
  it('waits for the next chunk', () => {
    const first = wholeSamples(null, Uint8Array.of(1, 2, 3));
    expect(first).toEqual({ bytes: Uint8Array.of(1, 2), spare: 3 });
    expect(wholeSamples(first.spare, Uint8Array.of(4, 5))).toEqual({ bytes: Uint8Array.of(3, 4), spare: 5 });
    expect(wholeSamples(first.spare, Uint8Array.of(4))).toEqual({ bytes: Uint8Array.of(3, 4), spare: null });
  });

  it('survives an empty chunk', () => {
    expect(wholeSamples(0, new Uint8Array(0))).toEqual({ bytes: new Uint8Array(0), spare: 0 });
    expect(wholeSamples(null, new Uint8Array(0))).toEqual({ bytes: new Uint8Array(0), spare: null });
  });

  it('costs no copy where there is none', () => {
    expect(wholeSamples(null, bytes).bytes).toBe(bytes);
  });

  it('loses nothing however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 7 }), { maxLength: 12 }), (chunks) => {
        let spare: number | null = null;
        const out: number[] = [];
        for (const chunk of chunks) {
          const whole = wholeSamples(spare, chunk);
          expect(whole.bytes.length % 2).toBe(0);
          out.push(...whole.bytes);
          spare = whole.spare;
        }
        expect(spare === null ? out : [...out, spare]).toEqual(chunks.flatMap((chunk) => [...chunk]));
      }),
    );
  });
});
