import { beforeAll, describe, expect, it } from 'vitest';
import { energyVad, espeakHint, findEspeak } from '../../src/engines/index.ts';
import { rmsOf } from './noise.ts';
import { amplified, makeTrack, type Scene, type Track } from './track.ts';
import { turnsHeard } from './turn-rule.ts';

const rule = { threshold: 0.5, silenceMs: 500 };
const fullScale = 32_768;

const phrases = ['What is the weather in Paris tomorrow?', 'Yes.', 'How are you doing today, my friend?'];
const scenes: readonly Scene[] = [
  { pauseMs: 1000 },
  ...phrases.flatMap((text): Scene[] => [{ text, voice: 'en-us', wordsPerMinute: 175 }, { pauseMs: 1300 }]),
];

/** The level of the speech itself, in dB of full scale. */
function levelDb({ samples, sampleRate, turns }: Track): number {
  const spoken = turns.flatMap(({ startMs, endMs }) => [
    ...samples.subarray((startMs * sampleRate) / 1000, (endMs * sampleRate) / 1000),
  ]);
  return 20 * Math.log10(rmsOf(Int16Array.from(spoken)) / fullScale);
}

function atLevel(track: Track, db: number): Track {
  return amplified(track, db - levelDb(track));
}

/** The track on a line that is off centre by this share of full scale, from its first sample on. */
function offCentre(track: Track, share: number): Track {
  const shifted = track.samples.map((sample) =>
    Math.max(-fullScale, Math.min(fullScale - 1, sample + share * fullScale)),
  );
  return { ...track, samples: shifted };
}

/** How far each turn begins and ends from the truth, in milliseconds; null where turns are missing or invented. */
function distances(track: Track): readonly (readonly [onsetMs: number, offsetMs: number])[] | null {
  const heard = turnsHeard(energyVad(track.sampleRate), track.samples, track.sampleRate, rule);
  if (heard.length !== track.turns.length) return null;
  return track.turns.map(({ startMs, endMs }, turn) => [
    Math.abs((heard[turn]?.startMs ?? NaN) - startMs),
    Math.abs((heard[turn]?.endMs ?? NaN) - endMs),
  ]);
}

beforeAll(() => {
  if (findEspeak() === null) throw new Error(`this test needs espeak-ng: ${espeakHint}`);
});

describe.each([24_000, 8000])('turns at %i Hz', (sampleRate) => {
  it.each<[name: string, change: (track: Track) => Track]>([
    ['on a line that is off centre by a fifth of full scale', (track) => offCentre(track, 0.2)],
    ['on a line that is off centre the other way', (track) => offCentre(track, -0.2)],
    ['of very quiet speech, at -40 dB of full scale', (track) => atLevel(track, -40)],
    ['of very quiet speech on a line that is off centre', (track) => offCentre(atLevel(track, -40), 0.2)],
    ['of speech that is clipped, 20 dB too loud', (track) => amplified(track, 20)],
  ])('are found where they are, none missed and none invented: %s', (_, change) => {
    const track = change(makeTrack(scenes, sampleRate, rule.silenceMs));
    expect(track.turns.length).toBe(3);
    const found = distances(track);
    expect(found).not.toBeNull();
    expect(Math.max(...(found ?? []).map(([onsetMs]) => onsetMs))).toBeLessThanOrEqual(150);
    expect(Math.max(...(found ?? []).map(([, offsetMs]) => offsetMs))).toBeLessThanOrEqual(250);
  });
});
