import assert from 'node:assert/strict';
import { tone } from '../../audio/node/index.ts';
import type { Sound } from '../../engines/contract.ts';

/** A second of tones and pauses: no speech, but sound. */
export function someSound(sampleRate = 24_000): Sound {
  const beep = tone({ sampleRate, ms: 200 });
  const samples = new Int16Array(sampleRate);
  for (const at of [0.1, 0.4, 0.7]) samples.set(beep, Math.round(at * sampleRate));
  return { samples, sampleRate };
}

/** The same noise always: `level` is its greatest sample. */
export function noise(count: number, level: number): Int16Array {
  let state = 1;
  return Int16Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return ((state / 0x7fffffff) * 2 - 1) * level;
  });
}

/** Sounds that come in practice and that nobody thinks of. */
export const oddSounds: readonly (readonly [what: string, sound: Sound | null])[] = [
  ['no sound', null],
  ['an empty sound', { samples: new Int16Array(0), sampleRate: 24_000 }],
  ['a single sample', { samples: Int16Array.of(-32_768), sampleRate: 24_000 }],
  ['an odd number of samples', { samples: noise(12_347, 8000), sampleRate: 8000 }],
  ['silence', { samples: new Int16Array(24_000), sampleRate: 24_000 }],
  ['the loudest noise', { samples: noise(24_000, 32_767), sampleRate: 24_000 }],
];

export function isSound({ samples, sampleRate }: Sound): void {
  assert.ok(samples instanceof Int16Array, 'samples are an Int16Array');
  assert.ok(
    Number.isInteger(sampleRate) && sampleRate > 0,
    `a sample rate is a whole number of hertz, not ${sampleRate}`,
  );
}

export function secondsOf(sounds: readonly Sound[]): number {
  return sounds.reduce((sum, { samples, sampleRate }) => sum + samples.length / sampleRate, 0);
}
