import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeats } from '../../test/setup/scale.ts';
import { readWav, writeWav } from './wav.ts';
import { wavHeader } from './wav-header.ts';

const chunk = (id: string, body: Uint8Array) => {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length);
  return Buffer.concat([Buffer.from(id), size, body, Buffer.alloc(body.length % 2)]);
};
const file = (...chunks: readonly Uint8Array[]) => Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), ...chunks]);
const fmt = (tag: number, bits: number, more: Uint8Array = Buffer.alloc(0)) => {
  const body = Buffer.alloc(16);
  body.writeUInt16LE(tag, 0);
  body.writeUInt16LE(1, 2);
  body.writeUInt32LE(8_000, 4);
  body.writeUInt16LE(bits, 14);
  return chunk('fmt ', Buffer.concat([body, more]));
};
const bytesOf = (numbers: Float32Array | Float64Array | Int32Array) => Buffer.from(numbers.buffer);

describe('a WAV file', () => {
  it('gives back the samples that were written', () => {
    fc.assert(
      fc.property(fc.int16Array(), fc.constantFrom(8_000, 22_050, 24_000), (samples, sampleRate) => {
        expect(readWav(writeWav(samples, { sampleRate }))).toEqual({
          ok: true,
          format: { encoding: 'pcm16', channels: 1, sampleRate },
          samples,
        });
      }),
    );
  });

  it('keeps channels interleaved', () => {
    const reading = readWav(writeWav(Int16Array.of(1, 2, 3, 4), { sampleRate: 48_000, channels: 2 }));
    expect(reading).toMatchObject({ format: { channels: 2 }, samples: Int16Array.of(1, 2, 3, 4) });
  });

  it.each([
    ['pcm8', 1, 8, Buffer.of(0, 128, 255), [-32_768, 0, 32_512]],
    ['pcm16', 1, 16, Buffer.of(1, 0, 0, 128, 255, 127), [1, -32_768, 32_767]],
    ['pcm24', 1, 24, Buffer.of(0, 0, 0x80, 0x7f, 1, 0, 0x80, 1, 0, 0xff, 0xff, 0x7f), [-32_768, 1, 2, 32_767]],
    ['pcm32', 1, 32, bytesOf(Int32Array.of(-(2 ** 31), 0x1_7fff, 0x1_8000, 2 ** 31 - 1)), [-32_768, 1, 2, 32_767]],
    ['float32', 3, 32, bytesOf(Float32Array.of(-1, 0.5, 1, 2, NaN)), [-32_768, 16_384, 32_767, 32_767, 0]],
    ['float64', 3, 64, bytesOf(Float64Array.of(-1, 0.5, 1)), [-32_768, 16_384, 32_767]],
    ['ulaw', 7, 8, Buffer.of(0, 0xff, 0x80), [-32_124, 0, 32_124]],
    ['alaw', 6, 8, Buffer.of(0x2a, 0xd5, 0xaa), [-32_256, 8, 32_256]],
  ] as const)('of %s is read', (encoding, tag, bits, data, samples) => {
    const expected = {
      ok: true,
      format: { encoding, channels: 1, sampleRate: 8_000 },
      samples: Int16Array.from(samples),
    };
    expect(readWav(file(fmt(tag, bits), chunk('data', data)))).toEqual(expected);
    const guid = Buffer.from([tag, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]);
    const extension = Buffer.concat([Buffer.of(22, 0, bits, 0, 4, 0, 0, 0), guid]);
    expect(readWav(file(fmt(0xfffe, bits, extension), chunk('data', data)))).toEqual(expected);
  });

  it('may hold other chunks before and between, of odd length too', () => {
    const reading = readWav(
      file(
        chunk('LIST', Buffer.from('abc')),
        fmt(1, 16),
        chunk('fact', Buffer.alloc(4)),
        chunk('data', Buffer.of(5, 0)),
        chunk('id3 ', Buffer.alloc(9)),
      ),
    );
    expect(reading).toMatchObject({ ok: true, samples: Int16Array.of(5) });
  });

  it.each([0, 0x7fff_f000, 0xffff_ffff])('from a pipe, with a stated length of %i, is read to its end', (dataBytes) => {
    const reading = readWav(Buffer.concat([wavHeader({ sampleRate: 22_050, dataBytes }), Buffer.of(1, 0, 2, 0, 3)]));
    expect(reading).toMatchObject({ ok: true, samples: Int16Array.of(1, 2) });
  });

  it('may lie anywhere in memory', () => {
    const shifted = new Uint8Array([0, ...writeWav(Int16Array.of(7, 8), { sampleRate: 8_000 })]).subarray(1);
    expect(readWav(shifted)).toMatchObject({ ok: true, samples: Int16Array.of(7, 8) });
  });

  it('that is something else or too short is refused in words', () => {
    expect(readWav(Buffer.from('ID3\x04'))).toEqual({ ok: false, problem: 'not_wav' });
    expect(readWav(new Uint8Array(0))).toEqual({ ok: false, problem: 'truncated' });
    expect(readWav(writeWav(Int16Array.of(1), { sampleRate: 8_000 }).subarray(0, 43))).toEqual({
      ok: false,
      problem: 'truncated',
    });
    expect(readWav(file(fmt(2, 4), chunk('data', Buffer.alloc(9))))).toEqual({
      ok: false,
      problem: 'unknown_encoding',
    });
  });

  it('cut anywhere gives whole samples or a problem', () => {
    const full = writeWav(Int16Array.of(1, 2, 3, 4, 5, 6), { sampleRate: 8_000, channels: 2 });
    for (let length = 44; length <= full.length; length++) {
      const reading = readWav(full.subarray(0, length));
      expect(reading).toMatchObject({
        ok: true,
        samples: Int16Array.of(1, 2, 3, 4, 5, 6).subarray(0, 2 * Math.floor((length - 44) / 4)),
      });
    }
  });

  it('never makes the reader throw, whatever its bytes', () => {
    const full = file(
      chunk('LIST', Buffer.from('abc')),
      fmt(0xfffe, 16, Buffer.alloc(24, 1)),
      fmt(3, 32),
      chunk('data', Buffer.alloc(40, 63)),
    );
    const changes = fc.array(fc.tuple(fc.nat(full.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(0, 255))), {
      minLength: 1,
      maxLength: 4,
    });
    const seen = new Set<string>();
    fc.assert(
      fc.property(changes, fc.nat(full.length), (patch, length) => {
        const bytes = Uint8Array.from(full);
        for (const [at, value] of patch) bytes[at] = value;
        const reading = readWav(bytes.subarray(0, length % 3 === 0 ? length : full.length));
        seen.add(reading.ok ? 'ok' : reading.problem);
      }),
      { numRuns: repeats(200_000) },
    );
    expect(seen).toEqual(new Set(['ok', 'not_wav', 'truncated', 'bad_format', 'unknown_encoding']));
  });
});
