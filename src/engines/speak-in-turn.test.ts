import { describe, expect, it } from 'vitest';
import { virtualClock } from '../testing/virtual-clock.ts';
import type { Sound, VoiceQueue } from './contract.ts';
import { speakInTurn } from './speak-in-turn.ts';
import type { Synthesizer } from './synthesizer.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const options = (signal = new AbortController().signal) => ({ signal, voice: 'marin', speed: 1 });
const second: Sound = { samples: new Int16Array(24_000), sampleRate: 24_000 };

/** A queue that lets voices in when it is told to, and counts those that speak. */
function queue() {
  const waiting: (() => void)[] = [];
  const state = { speaking: 0 };
  const voices: VoiceQueue = {
    take: (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(null), { once: true });
        waiting.push(() => {
          state.speaking++;
          resolve(() => void state.speaking--);
        });
      }),
  };
  return { voices, state, admit: () => waiting.shift()?.() };
}

/** A voice that tells how often it has begun. */
function voice(speak: (signal: AbortSignal) => AsyncIterable<Sound>) {
  const seen = { begun: 0 };
  const synthesizer: Synthesizer = {
    silenceMs: 1000,
    speak(_, { signal }) {
      seen.begun++;
      return speak(signal);
    },
  };
  return { seen, synthesizer };
}

describe('speakInTurn', () => {
  it('begins when its turn has come, and leaves as soon as all is made, however slow its reader is', async () => {
    const { voices, state, admit } = queue();
    const { seen, synthesizer } = voice(async function* () {
      yield second;
    });
    const pieces = speakInTurn(synthesizer, 'hello', options(), { voices });
    await settled();
    expect(seen.begun).toBe(0);
    admit();
    await settled();
    expect([seen.begun, state.speaking]).toEqual([1, 0]);
    const lengths: number[] = [];
    for await (const { samples } of pieces) lengths.push(samples.length);
    expect(lengths).toEqual(Array.from({ length: 10 }, () => 2400));
  });

  it('makes no more than a minute ahead of its reader', async () => {
    const { voices, state, admit } = queue();
    let made = 0;
    const { synthesizer } = voice(async function* () {
      for (;;) {
        made++;
        yield second;
      }
    });
    const stop = new AbortController();
    speakInTurn(synthesizer, 'hello', options(stop.signal), { voices });
    admit();
    for (let turns = 0; turns < 20; turns++) await settled();
    expect([made, state.speaking]).toEqual([60, 1]);
    stop.abort();
    await settled();
    expect(state.speaking).toBe(0);
  });

  it('leaves where it fails or falls silent, and the reader learns of it', async () => {
    const { voices, state, admit } = queue();
    const alarms = virtualClock();
    const { synthesizer } = voice(async function* () {
      yield second;
      await new Promise(() => {});
    });
    const pieces = speakInTurn(synthesizer, 'hello', options(), { voices, alarms });
    admit();
    await settled();
    alarms.advance(1000);
    const read = async (): Promise<void> => {
      for await (const _ of pieces);
    };
    await expect(read()).rejects.toMatchObject({ code: 'engine_timeout' });
    expect(state.speaking).toBe(0);
  });

  it('does not begin once nobody wants it', async () => {
    const { voices, state, admit } = queue();
    const { seen, synthesizer } = voice(async function* () {
      yield second;
    });
    const stop = new AbortController();
    speakInTurn(synthesizer, 'hello', options(stop.signal), { voices });
    await settled();
    stop.abort();
    await settled();
    admit();
    expect([seen.begun, state.speaking]).toEqual([0, 1]);
  });
});
