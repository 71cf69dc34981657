import { type Phrase, record } from './espeak-recording.ts';
import { pinkNoise, rmsOf } from './noise.ts';
import type { Span } from './turn-rule.ts';

/** What happens on a track, in order: silence, or a phrase. */
export type Scene = { readonly pauseMs: number } | Phrase;

/** A recording whose speech is known. */
export interface Track {
  readonly samples: Int16Array;
  readonly sampleRate: number;
  readonly turns: readonly Span[];
}

/** Puts scenes one after the other. Phrases less than `silenceMs` apart are one turn. */
export function makeTrack(scenes: readonly Scene[], sampleRate: number, silenceMs: number): Track {
  const parts = scenes.map((scene) =>
    'pauseMs' in scene ? new Int16Array((scene.pauseMs * sampleRate) / 1000) : record(scene, sampleRate),
  );
  const samples = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return { samples, sampleRate, turns: speechIn(samples, sampleRate, silenceMs) };
}

/** The track in pink noise: so many dB between the speech, where there is any, and the noise. */
export function inPinkNoise(track: Track, snrDb: number, seed: number): Track {
  const voiced = track.turns.map(({ startMs, endMs }) =>
    track.samples.subarray((startMs * track.sampleRate) / 1000, (endMs * track.sampleRate) / 1000),
  );
  const speechRms = Math.sqrt(
    voiced.reduce((sum, part) => sum + rmsOf(part) ** 2 * part.length, 0) /
      voiced.reduce((sum, part) => sum + part.length, 0),
  );
  const noise = pinkNoise(track.samples.length, speechRms / 10 ** (snrDb / 20), seed);
  const samples = track.samples.map((sample, i) => clip(sample + (noise[i] ?? 0)));
  return { ...track, samples };
}

/** The same track so many dB louder or, below 0, softer. */
export function amplified(track: Track, gainDb: number): Track {
  return { ...track, samples: track.samples.map((sample) => clip(sample * 10 ** (gainDb / 20))) };
}

const sliceMs = 10;

/** Less than this below the loudest slice of all is speech. */
const audibleDb = 40;

/** The turns of a clean track, from its samples alone. */
function speechIn(samples: Int16Array, sampleRate: number, silenceMs: number): readonly Span[] {
  const slice = (sampleRate * sliceMs) / 1000;
  const levels = Array.from({ length: Math.floor(samples.length / slice) }, (_, i) =>
    rmsOf(samples.subarray(i * slice, (i + 1) * slice)),
  );
  const audible = Math.max(...levels) / 10 ** (audibleDb / 20);
  const turns: Span[] = [];
  for (const [i, level] of levels.entries()) {
    if (level < audible) continue;
    const [startMs, endMs] = [i * sliceMs, (i + 1) * sliceMs];
    const last = turns.at(-1);
    if (last !== undefined && startMs - last.endMs < silenceMs) turns[turns.length - 1] = { ...last, endMs };
    else turns.push({ startMs, endMs });
  }
  return turns;
}

function clip(value: number): number {
  return Math.round(Math.max(-32768, Math.min(32767, value)));
}
