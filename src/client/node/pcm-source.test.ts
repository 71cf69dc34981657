import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { samplesToAlaw, samplesToUlaw, ulawToSamples } from '../../audio/g711.ts';
import { samplesToBytes } from '../../audio/pcm16.ts';
import { createResampler } from '../../audio/resample.ts';
import { writeWav } from '../../audio/wav.ts';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { type PcmSourceOptions, pcmSource } from './pcm-source.ts';

const wave = (samples: number): Int16Array =>
  Int16Array.from({ length: samples }, (_, i) => Math.round(9000 * Math.sin(i / 9)));

/** Bytes in pieces of an odd size. */
async function* pieces(bytes: Uint8Array, size = 333): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function framesOf(bytes: AsyncIterable<Uint8Array>, options?: PcmSourceOptions): Promise<Int16Array[]> {
  const frames: Int16Array[] = [];
  for await (const frame of pcmSource(bytes, options)) frames.push(frame);
  return frames;
}

const joined = (frames: readonly Int16Array[]): number[] => frames.flatMap((frame) => [...frame]);

describe('a source of PCM', () => {
  it('gives frames of 20 ms and the rest at the end', async () => {
    const samples = wave(1000);
    const frames = await framesOf(pieces(samplesToBytes(samples)));
    expect(frames.map(({ length }) => length)).toEqual([480, 480, 40]);
    expect(joined(frames)).toEqual([...samples]);
  });

  it('reads any stream of Node, and one that is empty', async () => {
    const bytes = samplesToBytes(wave(500));
    expect(joined(await framesOf(Readable.from([Buffer.from(bytes)])))).toEqual([...wave(500)]);
    expect(await framesOf(Readable.from([]))).toEqual([]);
  });

  it.each([
    ['audio/pcmu', samplesToUlaw],
    ['audio/pcma', samplesToAlaw],
  ] as const)('takes %s at 8 kHz and gives it at 24 kHz', async (format, encode) => {
    const frames = await framesOf(pieces(encode(wave(800))), { format });
    expect(joined(frames)).toHaveLength(2400);
    expect(joined(await framesOf(pieces(encode(wave(800))), { format, sampleRate: 8000 }))).toHaveLength(800);
  });

  it('takes PCM of another rate', async () => {
    const resampler = createResampler(44_100, 24_000);
    const expected = [...resampler.push(wave(4410)), ...resampler.flush()];
    expect(joined(await framesOf(pieces(samplesToBytes(wave(4410))), { inputRate: 44_100 }))).toEqual(expected);
  });
});

describe('a source that begins like a WAV file', () => {
  it.each([1, 5, 333, 5000])('is read as one, in pieces of %i bytes', async (size) => {
    const stereo = Int16Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? 1000 : 3000));
    const frames = await framesOf(pieces(writeWav(stereo, { sampleRate: 24_000, channels: 2 }), size));
    expect(joined(frames)).toEqual(Array.from({ length: 1000 }, () => 2000));
  });

  it('is resampled from the rate that the file says', async () => {
    const frames = await framesOf(pieces(writeWav(wave(1600), { sampleRate: 16_000 })));
    expect(joined(frames)).toHaveLength(2400);
  });

  it('is raw sound where that is said', async () => {
    const file = writeWav(wave(100), { sampleRate: 24_000 });
    expect(joined(await framesOf(pieces(file), { container: 'raw' }))).toHaveLength(file.length / 2);
  });

  it('is an error with a code where the file makes no sense, or ends before its sound', async () => {
    const file = writeWav(wave(100), { sampleRate: 24_000 });
    await expect(framesOf(pieces(file.slice(0, 30)))).rejects.toMatchObject({ name: 'WavError', code: 'truncated' });
    const odd = file.slice();
    odd[20] = 99;
    await expect(framesOf(pieces(odd))).rejects.toMatchObject({ code: 'unknown_encoding' });
  });

  it('is raw sound where it is too short to tell', async () => {
    expect(joined(await framesOf(pieces(Uint8Array.of(1, 0, 2, 0))))).toEqual([1, 2]);
  });
});

describe('the pace', () => {
  it('is that of the sound where it is asked for', async () => {
    const clock = virtualClock();
    const start = clock.now();
    const frames = pcmSource(pieces(samplesToBytes(wave(2400))), { paced: true, clock });
    const at: number[] = [];
    const reading = (async () => {
      for await (const frame of frames) at.push(frame.length > 0 ? clock.now() - start : -1);
    })();
    while (at.length < 5) {
      await new Promise(setImmediate);
      if (clock.waiting > 0) clock.advance(1);
    }
    await reading;
    expect(at).toEqual([0, 20, 40, 60, 80]);
  });

  it('is never a burst after sound that came late', async () => {
    const clock = virtualClock();
    const start = clock.now();
    async function* late(): AsyncGenerator<Uint8Array> {
      yield samplesToBytes(wave(480));
      clock.advance(1000);
      yield samplesToBytes(wave(1440));
    }
    const at: number[] = [];
    const reading = (async () => {
      for await (const frame of pcmSource(late(), { paced: true, clock })) at.push(frame.length && clock.now() - start);
    })();
    while (at.length < 4) {
      await new Promise(setImmediate);
      if (clock.waiting > 0) clock.advance(1);
    }
    await reading;
    expect(at).toEqual([0, 1000, 1000, 1020]);
  });

  it('is the reader’s otherwise: nothing is read ahead', async () => {
    let taken = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for (;;) {
        taken += 1;
        yield samplesToBytes(wave(480));
      }
    }
    const frames = pcmSource(counted());
    for (let i = 0; i < 3; i++) await frames.next();
    expect(taken).toBe(3);
    await frames.return();
  });

  it('ends when it is aborted, though it waits', async () => {
    const clock = virtualClock();
    const abort = new AbortController();
    const frames = pcmSource(pieces(samplesToBytes(wave(4800))), { paced: true, clock, signal: abort.signal });
    await frames.next();
    const next = frames.next();
    await new Promise(setImmediate);
    abort.abort();
    expect((await next).done).toBe(true);
    expect(clock.waiting).toBe(0);
  });
});

describe('µ-law', () => {
  it('stays what it was where no rate is changed', async () => {
    const bytes = samplesToUlaw(wave(160));
    const frames = await framesOf(pieces(bytes), { format: 'audio/pcmu', sampleRate: 8000 });
    expect(joined(frames)).toEqual([...ulawToSamples(bytes)]);
  });
});
