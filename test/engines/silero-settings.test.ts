import { beforeAll, describe, expect, it } from 'vitest';
import { type AudioFormatName, audioFormats, decodeSamples, encodeSamples } from '../../src/audio/node/index.ts';
import { espeakHint, findEspeak, sileroVad } from '../../src/engines/index.ts';
import { amplified, inPinkNoise, makeTrack, type Scene, type Track } from './track.ts';
import { type Settings, type ToldTurn, turnsInSession } from './turns-in-session.ts';

const windowMs = 32;
const usual: Settings = { threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 500 };

function say(text: string): Scene {
  return { text, voice: 'en-us', wordsPerMinute: 175 };
}

beforeAll(() => {
  if (findEspeak() === null) throw new Error(`this test needs espeak-ng: ${espeakHint}`);
});

/** What `turn_detection` means (behaviour §2.2, §2.3), measured on speech. */
describe.each<AudioFormatName>(['audio/pcm', 'audio/pcmu', 'audio/pcma'])('turn detection of %s', (format) => {
  const { sampleRate } = audioFormats[format];
  const told = (track: Track, changed: Partial<Settings> = {}): readonly ToldTurn[] =>
    turnsInSession(sileroVad, track.samples, format, { ...usual, ...changed });
  const only = (turns: readonly ToldTurn[]): ToldTurn => {
    const [turn] = turns;
    if (turn === undefined || turns.length !== 1) throw new Error(`${turns.length} turns in place of one`);
    return turn;
  };
  const trackOf = (...scenes: readonly Scene[]): Track => makeTrack(scenes, sampleRate, usual.silence_duration_ms);
  const phrase = (): Track => trackOf({ pauseMs: 1500 }, say('How are you doing today?'), { pauseMs: 1500 });

  it('puts prefix_padding_ms of sound before the speech, and moves nothing else', () => {
    const [none, some, much] = [0, 300, 800].map((prefix_padding_ms) => only(told(phrase(), { prefix_padding_ms })));
    if (none === undefined || some === undefined || much === undefined) throw new Error('three turns');
    expect(none.startMs - some.startMs).toBe(300);
    expect(none.startMs - much.startMs).toBe(800);
    expect(some.committedMs - none.committedMs).toBeCloseTo(300, 0);
    expect(much.committedMs - none.committedMs).toBeCloseTo(800, 0);
    expect([some.endMs, much.endMs]).toEqual([none.endMs, none.endMs]);
  });

  it('has no more padding than there is sound before the speech', () => {
    const early = trackOf({ pauseMs: 200 }, say('How are you doing today?'), { pauseMs: 1500 });
    expect(only(told(early, { prefix_padding_ms: 2000 })).startMs).toBe(0);
  });

  it('ends a turn silence_duration_ms after the speech, which the item holds', () => {
    const [short, long] = [300, 900].map((silence_duration_ms) => only(told(phrase(), { silence_duration_ms })));
    if (short === undefined || long === undefined) throw new Error('two turns');
    // Silence is counted in whole windows.
    expect(Math.abs(long.endMs - short.endMs - 600)).toBeLessThanOrEqual(windowMs);
    expect(Math.abs(long.committedMs - short.committedMs - 600)).toBeLessThanOrEqual(windowMs);
    expect(long.startMs).toBe(short.startMs);
    for (const turn of [short, long]) expect(turn.committedMs).toBeCloseTo(turn.endMs - turn.startMs, -0.5);
  });

  it('goes on over a pause that is shorter than silence_duration_ms', () => {
    const paused = trackOf({ pauseMs: 1000 }, say('How are you?'), { pauseMs: 600 }, say('Hello.'), { pauseMs: 1500 });
    expect(told(paused, { silence_duration_ms: 300 }).length).toBe(2);
    expect(told(paused, { silence_duration_ms: 1000 }).length).toBe(1);
  });

  it('begins a turn where the probability has reached the threshold for two windows, and not below it', () => {
    const faint = amplified(phrase(), -38);
    const samples = decodeSamples(encodeSamples(faint.samples, format), format);
    const session = sileroVad(sampleRate);
    const heard = Array.from({ length: Math.floor(samples.length / session.windowSamples) }, (_, window) =>
      session.probability(samples.subarray(window * session.windowSamples, (window + 1) * session.windowSamples)),
    );
    const pairs = heard.slice(1).map((probability, before) => Math.min(probability, heard[before] ?? 0));
    const most = Math.max(...pairs);
    expect(most).toBeGreaterThan(0.2);
    expect(told(faint, { threshold: most + 0.01 })).toEqual([]);
    const from = pairs.findIndex((probability) => probability >= most - 0.01);
    const start = told(faint, { threshold: most - 0.01, prefix_padding_ms: 0 })[0]?.startMs;
    expect(start).toBe(from * windowMs);
  });

  it('hears less as the threshold rises: turns begin later and end sooner', () => {
    const noisy = inPinkNoise(phrase(), -3, 3);
    const turns = [0.3, 0.5, 0.7, 0.9].map((threshold) => only(told(noisy, { threshold, prefix_padding_ms: 0 })));
    const starts = turns.map(({ startMs }) => startMs);
    const ends = turns.map(({ endMs }) => endMs);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(ends).toEqual(ends.toSorted((a, b) => b - a));
    const lengths = turns.map(({ startMs, endMs }) => endMs - startMs);
    expect(lengths.at(-1)).toBeLessThan(lengths[0] ?? 0);
  });
});
