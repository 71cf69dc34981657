import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { modelPath } from './model-file.ts';
import { contextSamples, createNetwork, stateLength, windowSamples } from './network.ts';

const network = createNetwork(readFileSync(modelPath()));
const silence = new Float32Array(contextSamples + windowSamples);
const tone = Float32Array.from(silence, (_, i) => Math.sin(i / 7) / 2);

/** Probabilities of one window given again and again. */
function heard(audio: Float32Array, times: number, state = new Float32Array(stateLength)): number[] {
  return Array.from({ length: times }, () => network(audio, state));
}

describe('createNetwork', () => {
  it('gives probabilities, and a small one for silence', () => {
    const probabilities = heard(silence, 20);
    for (const probability of probabilities) expect(probability).toBeGreaterThan(0);
    expect(probabilities.at(-1)).toBeLessThan(0.05);
  });

  it('remembers by the state alone, so that streams may take turns', () => {
    const alone = heard(tone, 10);
    const [one, other] = [new Float32Array(stateLength), new Float32Array(stateLength)];
    const inTurn = alone.map(() => {
      network(silence, other);
      return network(tone, one);
    });
    expect(inTurn).toEqual(alone);
    expect(new Set(alone).size).toBe(10);
  });

  it('leaves the sound as it was', () => {
    const before = tone.slice();
    heard(tone, 2);
    expect(tone).toEqual(before);
  });

  it('says what is missing in a file that holds another network', () => {
    expect(() => createNetwork(new Uint8Array())).toThrow('no weights called stft.forward_basis_buffer');
  });
});
