import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AudioFormatName, audioFormats } from '../../src/audio/node/index.ts';
import { createSileroVad, espeakHint, findEspeak, sileroVad } from '../../src/engines/index.ts';
import { eachNth } from '../setup/scale.ts';
import { pinkNoise, whiteNoise } from './noise.ts';
import { amplified, inPinkNoise, makeTrack, type Scene, type Track } from './track.ts';
import { type Span, turnsHeard } from './turn-rule.ts';
import { turnsInSession } from './turns-in-session.ts';

const silenceMs = 500;
const rule = { threshold: 0.5, silenceMs };
/** Without padding, so that what the events tell is where the speech was found. */
const settings = { threshold: 0.5, prefix_padding_ms: 0, silence_duration_ms: silenceMs };

const latestOnsetMs = 150;
const latestOffsetMs = 250;

const formats: readonly AudioFormatName[] = ['audio/pcm', 'audio/pcmu', 'audio/pcma'];
const voices = ['en-us', 'en-us+f3', 'en-gb+m3', 'de'];
const speeds = [140, 175, 240];

const phrases = [
  'What is the weather in Paris tomorrow?',
  'Yes.',
  'Please book a table for four people at half past seven this evening.',
  'How are you doing today, my friend?',
  'Hmm, okay.',
  'She sells sea shells on the sea shore.',
  'Stop.',
  'The quick brown fox jumps over the lazy dog while five wizards quickly jinx the gnomes before they vaporise.',
];

const conditions: Readonly<Record<string, (track: Track) => Track>> = {
  clean: (track) => track,
  'clean, 18 dB softer': (track) => amplified(track, -18),
  'pink noise at 10 dB': (track) => inPinkNoise(track, 10, 7),
  'the same, 15 dB softer': (track) => amplified(inPinkNoise(track, 10, 9), -15),
};

function sayEach(texts: readonly string[], voice: string, wordsPerMinute: number): Scene[] {
  const scenes = texts.flatMap((text): Scene[] => [{ text, voice, wordsPerMinute }, { pauseMs: 1300 }]);
  return [{ pauseMs: 1000 }, ...scenes];
}

/** How far from the truth each turn began and ended, by format and condition, for the table at the end. */
const distances = new Map<string, { readonly onsets: number[]; readonly offsets: number[] }>();

/** What a session made of a track: nothing missed, nothing invented, everything in its place is an empty list. */
function mistakesIn(track: Track, format: AudioFormatName, condition: string): readonly string[] {
  const told = turnsInSession(sileroVad, track.samples, format, settings);
  if (told.length !== track.turns.length) return [`${told.length} turns in place of ${track.turns.length}`];
  const name = `${format}, ${condition}`;
  const { onsets, offsets } = distances.get(name) ?? { onsets: [], offsets: [] };
  distances.set(name, { onsets, offsets });
  return track.turns.flatMap(({ startMs, endMs }, turn) => {
    const onset = (told[turn]?.startMs ?? NaN) - startMs;
    const offset = (told[turn]?.endMs ?? NaN) - silenceMs - endMs;
    onsets.push(onset);
    offsets.push(offset);
    const inPlace = Math.abs(onset) <= latestOnsetMs && Math.abs(offset) <= latestOffsetMs;
    return inPlace ? [] : [`turn ${turn} begins ${onset} ms and ends ${offset} ms late`];
  });
}

function summary(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string => String(sorted[Math.floor((sorted.length - 1) * share)]).padStart(4);
  return `${at(0)} … ${at(0.5)} … ${at(1)}`;
}

beforeAll(() => {
  if (findEspeak() === null) throw new Error(`this test needs espeak-ng: ${espeakHint}`);
});

afterAll(() => {
  console.log('sileroVad, in ms after the truth: least … median … most');
  for (const [name, { onsets, offsets }] of distances) {
    const turns = String(onsets.length).padStart(3);
    console.log(`${name.padEnd(36)} ${turns} turns   begin ${summary(onsets)}   end ${summary(offsets)}`);
  }
});

describe.each(formats)('a session that hears %s with Silero', (format) => {
  const { sampleRate } = audioFormats[format];

  describe.each(voices)('%s', (voice) => {
    it.each(speeds)('finds every turn and no other, each in its place, at %i words a minute', (wordsPerMinute) => {
      const plain = makeTrack(sayEach(phrases, voice, wordsPerMinute), sampleRate, silenceMs);
      expect(plain.turns.length).toBe(8);
      for (const [condition, change] of eachNth(Object.entries(conditions), 2)) {
        const mistakes = mistakesIn(change(plain), format, condition);
        expect({ condition, mistakes }).toEqual({ condition, mistakes: [] });
      }
    });
  });

  it('takes speech with short pauses for one turn', () => {
    const [first = '', second = ''] = phrases;
    const say = (text: string): Scene => ({ text, voice: 'en-us', wordsPerMinute: 175 });
    const scenes = [{ pauseMs: 1000 }, say(first), { pauseMs: 300 }, say(second), { pauseMs: 300 }, say(first)];
    const track = makeTrack([...scenes, { pauseMs: 1300 }], sampleRate, silenceMs);
    expect(track.turns.length).toBe(1);
    expect(mistakesIn(track, format, 'with pauses')).toEqual([]);
    expect(mistakesIn(inPinkNoise(track, 10, 5), format, 'with pauses, in pink noise')).toEqual([]);
  });

  it('hears speech that begins with the first sample', () => {
    const phrase = { text: 'Hello, what time is it in Tokyo right now?', voice: 'en-us', wordsPerMinute: 175 };
    const track = makeTrack([phrase, { pauseMs: 1000 }], sampleRate, silenceMs);
    expect(mistakesIn(track, format, 'from the first sample')).toEqual([]);
  });
});

function heardIn(samples: Int16Array, sampleRate: number, gate = true): readonly Span[] {
  return turnsHeard(createSileroVad({ gate })(sampleRate), samples, sampleRate, rule);
}

describe.each([24_000, 8_000])('sileroVad at %i Hz', (sampleRate) => {
  const silence = 2 * sampleRate;
  const afterSilence = (wave: (i: number) => number): Int16Array =>
    Int16Array.from({ length: 10 * sampleRate }, (_, i) => (i < silence ? 0 : Math.round(wave(i))));
  const sine = (hertz: number, i: number): number => Math.sin((2 * Math.PI * hertz * i) / sampleRate);

  it('misses and invents no turn in noise as loud as the speech', () => {
    for (const voice of voices) {
      const track = inPinkNoise(makeTrack(sayEach(phrases, voice, 175), sampleRate, silenceMs), 0, 5);
      expect([voice, heardIn(track.samples, sampleRate).length]).toEqual([voice, track.turns.length]);
    }
  });

  it('finds ends in noise later without its gate, and beginnings no earlier than 32 ms before', () => {
    const track = inPinkNoise(makeTrack(sayEach(phrases, 'en-us', 240), sampleRate, silenceMs), 10, 7);
    const [gated, plain] = [heardIn(track.samples, sampleRate), heardIn(track.samples, sampleRate, false)];
    expect(plain.length).toBe(gated.length);
    const sum = (spans: readonly Span[], edge: keyof Span): number =>
      spans.reduce((total, span) => total + span[edge], 0) / spans.length;
    expect(sum(gated, 'endMs')).toBeLessThan(sum(plain, 'endMs') + 1);
    expect(sum(gated, 'startMs')).toBeLessThan(sum(plain, 'startMs') + 32);
  });

  it('hears the same again after a reset', () => {
    const { samples } = inPinkNoise(makeTrack(sayEach(phrases.slice(0, 3), 'en-us', 175), sampleRate, 500), 10, 3);
    const session = sileroVad(sampleRate);
    const judge = (): readonly number[] =>
      Array.from({ length: Math.floor(samples.length / session.windowSamples) }, (_, window) =>
        session.probability(samples.subarray(window * session.windowSamples, (window + 1) * session.windowSamples)),
      );
    const first = judge();
    session.reset();
    expect(judge()).toEqual(first);
  });

  it('is not put off by a line that is off centre', () => {
    const track = makeTrack(sayEach(phrases.slice(0, 5), 'en-us', 175), sampleRate, silenceMs);
    const shifted = track.samples.map((sample) => Math.min(32_767, sample + 3000));
    expect(heardIn(shifted, sampleRate).length).toBe(track.turns.length);
  });

  it('hears nothing in five minutes of pink noise', () => {
    expect(heardIn(Int16Array.from(pinkNoise(300 * sampleRate, 600, 17)), sampleRate)).toEqual([]);
  });

  it.each([
    ['a loud hum', (i: number) => 8000 * sine(50, i) + 4000 * sine(100, i)],
    ['a loud buzz', (i: number) => 6000 * sine(300, i) + 3000 * sine(600, i)],
    ['beeps', (i: number) => (i % sampleRate < sampleRate / 4 ? 8000 * sine(1000, i) : 0)],
    [
      'telephone keys',
      (i: number) => (i % (sampleRate / 2) < sampleRate / 8 ? 5000 * (sine(770, i) + sine(1336, i)) : 0),
    ],
  ])('does not take %s for speech', (_, wave) => {
    expect(heardIn(afterSilence(wave), sampleRate)).toEqual([]);
  });

  it('does not take a noise that sets in, or a keyboard, for speech', () => {
    const noise = pinkNoise(10 * sampleRate, 600, 23);
    expect(
      heardIn(
        afterSilence((i) => noise[i] ?? 0),
        sampleRate,
      ),
    ).toEqual([]);
    const white = whiteNoise(29);
    const click = 0.005 * sampleRate;
    const typing = afterSilence((i) => (i % (sampleRate / 8) < click ? 25_000 * white() : 0));
    expect(heardIn(typing, sampleRate)).toEqual([]);
  });
});
