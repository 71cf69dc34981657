import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeats } from '../../test/setup/scale.ts';
import { readWav, writeWav } from './wav.ts';
import { wavHeader } from './wav-header.ts';
import { createWavReader } from './wav-stream.ts';

const samples = Int16Array.from({ length: 60 }, (_, i) => 500 * i - 15_000);

function pushed(reader: ReturnType<typeof createWavReader>, bytes: Uint8Array, sizes: readonly number[]): number[] {
  const heard: number[] = [];
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    heard.push(...reader.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return heard;
}

describe('a WAV file that comes bit by bit', () => {
  it('gives the same samples however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 10 }),
        fc.constantFrom(1, 2, 3),
        (sizes, channels) => {
          const reader = createWavReader();
          const file = writeWav(samples, { sampleRate: 22_050, channels });
          expect(pushed(reader, file, sizes)).toEqual([...samples]);
          expect(reader.head).toMatchObject({
            state: 'ready',
            format: { encoding: 'pcm16', channels, sampleRate: 22_050 },
          });
        },
      ),
    );
  });

  it('gives samples before the file ends, in whole frames', () => {
    const reader = createWavReader();
    const file = writeWav(samples, { sampleRate: 22_050, channels: 2 });
    expect(reader.push(file.subarray(0, 40))).toHaveLength(0);
    expect(reader.head).toEqual({ state: 'partial' });
    expect(reader.push(file.subarray(40, 51))).toEqual(samples.subarray(0, 2));
    expect(reader.push(file.subarray(51, 52))).toEqual(samples.subarray(2, 4));
  });

  it('goes on to its end where no length is stated', () => {
    const reader = createWavReader();
    reader.push(wavHeader({ sampleRate: 22_050, dataBytes: 0 }));
    expect(reader.push(Buffer.of(1, 0))).toEqual(Int16Array.of(1));
    expect(reader.push(Buffer.of(2, 0))).toEqual(Int16Array.of(2));
  });

  it('takes what follows the stated length for something else', () => {
    const reader = createWavReader();
    const file = Buffer.concat([
      wavHeader({ sampleRate: 8_000, dataBytes: 5 }),
      Buffer.of(1, 0, 2, 0, 3),
      Buffer.from('LIST'),
    ]);
    expect(pushed(reader, file, [46, 3])).toEqual([1, 2]);
    expect(reader.push(Buffer.alloc(10))).toHaveLength(0);
  });

  it('does not keep hold of the chunks it was given', () => {
    const reader = createWavReader();
    const file = writeWav(samples, { sampleRate: 8_000 });
    for (const [start, end] of [
      [0, 20],
      [20, 45],
    ] as const) {
      const chunk = Uint8Array.from(file.subarray(start, end));
      reader.push(chunk);
      chunk.fill(0);
    }
    expect(reader.push(file.subarray(45))).toEqual(samples);
  });

  it('says so when it is something else, and gives nothing', () => {
    const reader = createWavReader();
    expect(reader.push(Buffer.from('usage: speak'))).toHaveLength(0);
    expect(reader.head).toEqual({ state: 'bad', problem: 'not_wav' });
    expect(reader.push(writeWav(samples, { sampleRate: 8_000 }))).toHaveLength(0);
  });

  it('may not keep its samples back for ever', () => {
    const reader = createWavReader();
    const header = Buffer.from(wavHeader({ sampleRate: 8_000 }));
    header.writeUInt32LE(0xffff_fff0, 16);
    reader.push(header);
    for (let i = 0; i < 70 && reader.head.state === 'partial'; i++) reader.push(new Uint8Array(1024));
    expect(reader.head).toEqual({ state: 'bad', problem: 'long_header' });
  });

  it('never throws, and agrees with the reader of whole files', () => {
    const file = writeWav(samples, { sampleRate: 8_000, channels: 2 });
    const patch = fc.array(fc.tuple(fc.nat(47), fc.nat(255)), { maxLength: 3 });
    fc.assert(
      fc.property(patch, fc.array(fc.nat(70), { maxLength: 6 }), (changes, sizes) => {
        const bytes = Uint8Array.from(file);
        for (const [at, value] of changes) bytes[at] = value;
        const reader = createWavReader();
        const heard = pushed(reader, bytes, sizes);
        const reading = readWav(bytes);
        expect(heard).toEqual(reading.ok ? [...reading.samples] : []);
      }),
      { numRuns: repeats(10_000) },
    );
  });
});
