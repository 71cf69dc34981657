import { createResampler, writeWav } from '../../src/audio/index.ts';
import { recognise } from '../engines/openai/pocketsphinx.ts';
import { placeIn } from './likeness.ts';

/** Of the sounds here, in samples a second. */
const sampleRate = 24_000;

/** Sample by sample, what is heard and no silence. */
const isHeard = (sample: number): boolean => Math.abs(sample) > 300;

/** Two answers, which the longest silence stands between: the second question is asked meanwhile. */
export function answersIn(sound: Int16Array): readonly [Int16Array, Int16Array] {
  const [from, to] = [sound.findIndex(isHeard), sound.findLastIndex(isHeard) + 1];
  let [last, end, longest] = [from, from, 0];
  for (let at = from; at < to; at++) {
    if (!isHeard(sound[at] ?? 0)) continue;
    if (at - last > longest) [end, longest] = [last + 1, at - last];
    last = at;
  }
  return [sound.subarray(from, end), sound.subarray(end + longest - 1, to)];
}

/**
 * How far into a whole sound the listener came who heard this much of it, in milliseconds: where its last moments stand. A
 * moment before is as good where a busy machine has stretched the very last.
 */
export function heardOf(whole: Int16Array, heard: Int16Array): { readonly ms: number; readonly likeness: number } {
  const places = [0, 60, 120, 180, 240].map((beforeMs) => {
    const to = heard.length - beforeMs * 24;
    const { at, likeness } = placeIn(whole, heard.subarray(Math.max(0, to - 300 * 24), to));
    return { ms: at / 24 + 300 + beforeMs, likeness };
  });
  return places.reduce((best, place) => (place.likeness > best.likeness ? place : best));
}

/** The words in it, out of what a grammar allows. */
export function wordsIn(sound: Int16Array, grammar: readonly string[]): Promise<string> {
  const resampler = createResampler(sampleRate, 16_000);
  const silence = new Int16Array(sampleRate / 4);
  const parts = [silence, sound, silence].map((part) => resampler.push(part));
  const samples = Int16Array.from([...parts, resampler.flush()].flatMap((part) => [...part]));
  return recognise(writeWav(samples, { sampleRate: 16_000 }), grammar);
}
