import { createRequire } from 'node:module';
import LibSampleRate from '@alexanderolsen/libsamplerate-js';
import type * as AlawMulaw from 'alawmulaw';
import * as plain from '../src/audio/index.ts';
import * as node from '../src/audio/node/index.ts';
import { ratio } from './measure.ts';

const { ConverterType } = LibSampleRate;
/** CommonJS in which Node finds no names to import, though its types tell of some. */
const { alaw, mulaw }: typeof AlawMulaw = createRequire(import.meta.url)('alawmulaw');

/** 300 ms of PCM at 24 kHz, 14.4 kB: 19.2 kB of base64, the size of a usual append. */
const speech = Int16Array.from({ length: 7_200 }, (_, i) => ((i * 7919) % 20_000) - 10_000);
const bytes = plain.samplesToBytes(speech);
const text = node.encodeBase64(bytes);

/** Base64, G.711 and resampling as ratios to what is usually taken for them. Above 1 is faster. */
export async function run(): Promise<void> {
  ratio(
    'base64 decode, checked, against Buffer.from',
    () => node.decodeBase64(text) ?? '',
    () => Buffer.from(text, 'base64'),
  );
  ratio(
    'base64 decode, plain, against Buffer.from',
    () => plain.decodeBase64(text) ?? '',
    () => Buffer.from(text, 'base64'),
  );
  const buffer = Buffer.from(bytes);
  ratio(
    'base64 encode against toString',
    () => node.encodeBase64(bytes),
    () => buffer.toString('base64'),
  );
  ratio(
    'base64 encode, plain, against toString',
    () => plain.encodeBase64(bytes),
    () => buffer.toString('base64'),
  );

  const ulaw = plain.samplesToUlaw(speech);
  ratio(
    'µ-law encode against alawmulaw',
    () => plain.samplesToUlaw(speech),
    () => mulaw.encode(speech),
  );
  ratio(
    'µ-law decode against alawmulaw',
    () => plain.ulawToSamples(ulaw),
    () => mulaw.decode(ulaw),
  );
  ratio(
    'A-law encode against alawmulaw',
    () => plain.samplesToAlaw(speech),
    () => alaw.encode(speech),
  );
  ratio(
    'A-law decode against alawmulaw',
    () => plain.alawToSamples(ulaw),
    () => alaw.decode(ulaw),
  );

  await resampling(24_000, 16_000);
  await resampling(22_050, 24_000);
}

/**
 * Streams 100 ms at a time. Of libsamplerate's qualities the medium one has our pass band (90 % of Nyquist); the fastest
 * has 80 %, the best 96 %.
 */
async function resampling(from: number, to: number): Promise<void> {
  const { SRC_SINC_FASTEST, SRC_SINC_MEDIUM_QUALITY, SRC_SINC_BEST_QUALITY } = ConverterType;
  await resamplingAgainst('fastest', SRC_SINC_FASTEST, from, to);
  await resamplingAgainst('medium', SRC_SINC_MEDIUM_QUALITY, from, to);
  await resamplingAgainst('best', SRC_SINC_BEST_QUALITY, from, to);
}

async function resamplingAgainst(
  quality: string,
  converterType: 0 | 1 | 2 | 3 | 4,
  from: number,
  to: number,
): Promise<void> {
  const chunk = speech.subarray(0, from / 10);
  const floats = plain.int16ToFloat32(chunk);
  const ours = plain.createResampler(from, to);
  const theirs = await LibSampleRate.create(1, from, to, { converterType });
  ratio(
    `resample ${from} to ${to}, libsamplerate ${quality}`,
    () => ours.push(chunk),
    () => theirs.full(floats),
  );
  theirs.destroy();
}
