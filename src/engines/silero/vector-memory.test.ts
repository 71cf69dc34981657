import { describe, expect, it } from 'vitest';
import { inPanels, VectorMemory, type Weights } from './vector-memory.ts';

function weightsOf(inputs: number, outputs: number): Weights {
  return {
    inputs,
    outputs,
    weight: (output, input) => ((output * 7 + input * 3) % 11) - 5,
    bias: (output) => (output % 5) - 2,
  };
}

/** A layer's outputs, computed as plainly as possible. */
function sums({ inputs, outputs, weight, bias }: Weights, values: readonly number[]): number[] {
  return Array.from({ length: outputs }, (_, output) =>
    Array.from({ length: inputs }, (__, input) => weight(output, input) * (values[input] ?? 0)).reduce(
      (sum, product) => sum + product,
      bias(output),
    ),
  );
}

function apply(weights: Weights, values: readonly number[], least?: number): number[] {
  const memory = new VectorMemory(100_000);
  const layer = memory.layer(weights, least);
  const input = memory.take(values.length);
  const output = memory.take(inPanels(weights.outputs));
  memory.floats.set(values, input);
  layer(input, output);
  return [...memory.floats.subarray(output, output + inPanels(weights.outputs))];
}

describe('VectorMemory', () => {
  it.each([
    [1, 1],
    [3, 32],
    [129, 64],
    [256, 258],
    [5, 33],
  ])('computes a layer of %i inputs and %i outputs', (inputs, outputs) => {
    const weights = weightsOf(inputs, outputs);
    const values = Array.from({ length: inputs }, (_, i) => (i % 9) / 4 - 1);
    const padding = Array<number>(inPanels(outputs) - outputs).fill(0);
    expect(apply(weights, values)).toEqual([...sums(weights, values), ...padding]);
  });

  it('cuts outputs off at the least that they may be', () => {
    const weights = weightsOf(4, 32);
    const values = [1, -2, 3, -4];
    const expected = sums(weights, values);
    expect(expected.some((value) => value < 0) && expected.some((value) => value > 0)).toBe(true);
    expect(apply(weights, values, 0)).toEqual(expected.map((value) => Math.max(0, value)));
  });

  it('keeps several layers apart', () => {
    const memory = new VectorMemory(100_000);
    const [first, second] = [weightsOf(8, 32), weightsOf(2, 64)];
    const layers = [memory.layer(first), memory.layer(second)];
    const input = memory.take(8);
    const outputs = [memory.take(32), memory.take(64)];
    const values = [1, 2, 3, 4, 5, 6, 7, 8];
    memory.floats.set(values, input);
    for (const [i, layer] of layers.entries()) layer(input, outputs[i] ?? 0);
    const at = outputs[0] ?? 0;
    expect([...memory.floats.subarray(at, at + 96)]).toEqual([...sums(first, values), ...sums(second, values)]);
  });

  it('gives out no more than it has', () => {
    const memory = new VectorMemory(10);
    expect(memory.take(memory.floats.length)).toBe(0);
    expect(() => memory.take(1)).toThrow('no room');
  });
});
