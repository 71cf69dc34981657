import { describe, expect, it } from 'vitest';
import { onnxruntimeNetwork } from './onnxruntime.ts';

class Tensor {
  readonly data: unknown;
  constructor(_type: string, data: unknown) {
    this.data = data;
  }
}

/** A package of that shape whose model gives this probability. */
function packageThatGives(probability: number): (name: string) => unknown {
  class InferenceSession {
    loadModel(): void {}
    run(): object {
      return { output: { data: [probability] }, stateN: { data: new Float32Array(256).fill(probability) } };
    }
  }
  return (name) => (name.endsWith('binding.js') ? { binding: { InferenceSession }, initOrt() {} } : { Tensor });
}

describe('onnxruntimeNetwork', () => {
  it('is none where the package is not installed', () => {
    const load = (name: string): never => {
      throw new Error(`Cannot find module '${name}'`);
    };
    expect(onnxruntimeNetwork(load, 'model.onnx')).toBeNull();
  });

  it.each([
    ['has no such file', () => ({ Tensor })],
    ['gives no probability', packageThatGives(Number.NaN)],
  ])('is none where the installed version %s', (_, load) => {
    expect(onnxruntimeNetwork(load, 'model.onnx')).toBeNull();
  });

  it('gives the probability and writes the state over', () => {
    const network = onnxruntimeNetwork(packageThatGives(0.25), 'model.onnx');
    const state = new Float32Array(256);
    expect(network?.(new Float32Array(576), state)).toBe(0.25);
    expect(state[255]).toBe(0.25);
  });
});
