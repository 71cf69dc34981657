import { beforeAll, describe, expect, it } from 'vitest';
import { energyVad, espeakHint, findEspeak } from '../../src/engines/index.ts';
import { pinkNoise, whiteNoise } from './noise.ts';
import { amplified, inPinkNoise, makeTrack, type Scene, type Track } from './track.ts';
import { type Span, turnsHeard } from './turn-rule.ts';

const rule = { threshold: 0.5, silenceMs: 500 };
const rates = [24_000, 8_000];
const voices = ['en-us', 'en-us+f3', 'en-gb+m3', 'de'];
const speeds = [140, 175, 240];

const latestOnsetMs = 150;
const latestOffsetMs = 250;

/** Sound before the onset that a turn holds by default: a later onset would cut the beginning off. */
const prefixPaddingMs = 300;

/** They begin with a voice. */
const plainPhrases = [
  'What is the weather in Paris tomorrow?',
  'Yes.',
  'Please book a table for four people at half past seven this evening.',
  'How are you doing today, my friend?',
  'Hmm, okay.',
];

/** They begin with a hiss, or with a weak word and a stop: in loud noise their beginning cannot be heard. */
const hardPhrases = [
  'She sells sea shells on the sea shore.',
  'Stop.',
  'The quick brown fox jumps over the lazy dog while five wizards quickly jinx the gnomes before they vaporise.',
];

function sayEach(texts: readonly string[], voice: string, wordsPerMinute: number): Scene[] {
  const scenes = texts.flatMap((text): Scene[] => [{ text, voice, wordsPerMinute }, { pauseMs: 1300 }]);
  return [{ pauseMs: 1000 }, ...scenes];
}

function heardIn({ samples, sampleRate }: Track): readonly Span[] {
  return turnsHeard(energyVad(sampleRate), samples, sampleRate, rule);
}

/** What the vad made of a track: nothing missed, nothing invented, everything in its place is an empty list. */
function mistakesIn(track: Track, onsetMs: number = latestOnsetMs): readonly string[] {
  const heard = heardIn(track);
  if (heard.length !== track.turns.length) return [`${heard.length} turns in place of ${track.turns.length}`];
  return track.turns.flatMap(({ startMs, endMs }, i) => {
    const onset = (heard[i]?.startMs ?? NaN) - startMs;
    const offset = (heard[i]?.endMs ?? NaN) - endMs;
    const inPlace = Math.abs(onset) <= onsetMs && Math.abs(offset) <= latestOffsetMs;
    return inPlace ? [] : [`turn ${i} begins ${onset} ms and ends ${offset} ms late`];
  });
}

/** A sound of ten seconds: silence for two, then what `wave` makes of a sample's index. */
function afterSilence(sampleRate: number, wave: (i: number) => number): Track {
  const samples = Int16Array.from({ length: 10 * sampleRate }, (_, i) => (i < 2 * sampleRate ? 0 : wave(i)));
  return { samples, sampleRate, turns: [] };
}

function sine(frequencyHz: number, i: number, sampleRate: number): number {
  return Math.sin((2 * Math.PI * frequencyHz * i) / sampleRate);
}

beforeAll(() => {
  if (findEspeak() === null) throw new Error(`this test needs espeak-ng: ${espeakHint}`);
});

describe.each(rates)('energyVad at %i Hz, on speech by espeak-ng', (sampleRate) => {
  describe.each(voices)('%s', (voice) => {
    it.each(speeds)('finds every turn of clean speech and no other, at %i words a minute', (wordsPerMinute) => {
      const track = makeTrack(sayEach([...plainPhrases, ...hardPhrases], voice, wordsPerMinute), sampleRate, 500);
      expect(track.turns.length).toBe(8);
      expect(mistakesIn(track)).toEqual([]);
      expect(mistakesIn(amplified(track, -18))).toEqual([]);
    });

    it.each(speeds)('finds every turn in pink noise, at %i words a minute', (wordsPerMinute) => {
      const plain = makeTrack(sayEach(plainPhrases, voice, wordsPerMinute), sampleRate, 500);
      expect(mistakesIn(inPinkNoise(plain, 10, 7))).toEqual([]);
      expect(mistakesIn(amplified(inPinkNoise(plain, 10, 9), -15))).toEqual([]);
      const hard = makeTrack(sayEach(hardPhrases, voice, wordsPerMinute), sampleRate, 500);
      expect(mistakesIn(inPinkNoise(hard, 10, 11), prefixPaddingMs)).toEqual([]);
      expect(mistakesIn(inPinkNoise(hard, 20, 13))).toEqual([]);
    });

    it('takes speech with short pauses for one turn', () => {
      const [first, second] = plainPhrases.map((text) => ({ text, voice, wordsPerMinute: 175 }));
      if (first === undefined || second === undefined) throw new Error('two phrases');
      const pauses = [{ pauseMs: 1000 }, first, { pauseMs: 300 }, second, { pauseMs: 300 }, first, { pauseMs: 1300 }];
      const track = makeTrack(pauses, sampleRate, 500);
      expect(track.turns.length).toBe(1);
      expect(mistakesIn(track)).toEqual([]);
      expect(mistakesIn(inPinkNoise(track, 10, 5))).toEqual([]);
    });
  });

  it('hears speech that begins with the first sample', () => {
    const phrase = { text: 'Hello, what time is it in Tokyo right now?', voice: 'en-us', wordsPerMinute: 175 };
    expect(mistakesIn(makeTrack([phrase, { pauseMs: 1000 }], sampleRate, 500))).toEqual([]);
  });

  it('hears the same again after a reset', () => {
    const track = makeTrack(sayEach(plainPhrases, 'en-us', 175), sampleRate, 500);
    const session = energyVad(sampleRate);
    const first = turnsHeard(session, track.samples, sampleRate, rule);
    session.reset();
    expect(turnsHeard(session, track.samples, sampleRate, rule)).toEqual(first);
  });
});

describe.each(rates)('energyVad at %i Hz, on what is no speech', (sampleRate) => {
  it('takes windows of 20 ms', () => {
    expect(energyVad(sampleRate).windowSamples).toBe(sampleRate / 50);
  });

  it('gives 0 for digital silence', () => {
    const session = energyVad(sampleRate);
    const window = new Int16Array(session.windowSamples);
    for (let i = 0; i < 100; i++) expect(session.probability(window)).toBe(0);
  });

  it('gives 0 for a line that is off centre', () => {
    const session = energyVad(sampleRate);
    const window = new Int16Array(session.windowSamples).fill(9000);
    const heard = Array.from({ length: 100 }, () => session.probability(window));
    expect(Math.max(...heard.slice(2))).toBe(0);
  });

  it('hears nothing in five minutes of pink noise', () => {
    const samples = Int16Array.from(pinkNoise(300 * sampleRate, 600, 17));
    expect(heardIn({ samples, sampleRate, turns: [] })).toEqual([]);
  });

  it('hears nothing in a soft mains hum', () => {
    expect(heardIn(afterSilence(sampleRate, (i) => Math.round(300 * sine(50, i, sampleRate))))).toEqual([]);
  });

  it.each([
    ['a loud hum', (i: number, rate: number) => 8000 * sine(50, i, rate) + 4000 * sine(100, i, rate)],
    ['a loud buzz', (i: number, rate: number) => 6000 * sine(300, i, rate) + 3000 * sine(600, i, rate)],
  ])('takes %s for speech for two seconds at most', (_, wave) => {
    const heard = heardIn(afterSilence(sampleRate, (i) => Math.round(wave(i, sampleRate))));
    expect(heard.length).toBeLessThanOrEqual(1);
    expect((heard[0]?.endMs ?? 2000) - 2000).toBeLessThanOrEqual(2000);
  });

  it('gets used to a noise that was not there before', () => {
    const noise = pinkNoise(10 * sampleRate, 600, 23);
    const heard = heardIn(afterSilence(sampleRate, (i) => noise[i] ?? 0));
    expect(heard.length).toBeLessThanOrEqual(1);
    expect((heard[0]?.endMs ?? 2000) - 2000).toBeLessThanOrEqual(2500);
  });

  it('does not hold a keyboard: clicks of 5 ms, even eight a second', () => {
    const white = whiteNoise(29);
    const click = 0.005 * sampleRate;
    const typing = afterSilence(sampleRate, (i) => (i % (sampleRate / 8) < click ? Math.round(25_000 * white()) : 0));
    const session = energyVad(sampleRate);
    for (let from = 0; from < typing.samples.length; from += session.windowSamples) {
      expect(session.probability(typing.samples.subarray(from, from + session.windowSamples))).toBeLessThan(0.5);
    }
  });
});
