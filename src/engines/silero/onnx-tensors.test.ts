import { describe, expect, it } from 'vitest';
import { readTensors } from './onnx-tensors.ts';

const integer = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)];
const bytes = (field: number, content: readonly number[]): number[] => [
  field * 8 + 2,
  ...varint(content.length),
  ...content,
];
const text = (field: number, words: string): number[] => bytes(field, [...new TextEncoder().encode(words)]);

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

function floats(...values: number[]): number[] {
  return [...new Uint8Array(Float32Array.from(values).buffer)];
}

/** A node that gives a tensor: its type, dimensions and raw values, with fields between that are not read. */
function constant(name: string, type: number, shape: readonly number[], raw: readonly number[]): number[] {
  const dimensions = shape.flatMap((size) => integer(1, size));
  const tensor = [...dimensions, ...integer(2, type), ...text(8, 'its own name'), ...bytes(9, raw)];
  const attribute = [...text(1, 'value'), ...bytes(5, tensor), ...integer(20, 4)];
  return bytes(1, [...text(2, name), ...text(4, 'Constant'), ...bytes(5, attribute)]);
}

/** A node whose attribute is a graph. */
function branch(graph: readonly number[]): number[] {
  return bytes(1, [...text(2, 'result'), ...bytes(5, [...text(1, 'then_branch'), ...bytes(6, graph)])]);
}

const model = (graph: readonly number[]): Uint8Array => Uint8Array.from([...integer(1, 8), ...bytes(7, graph)]);

describe('readTensors', () => {
  it('finds floats by the name of what they are put into, also in a branch, with their shape', () => {
    const inner = constant('inner.weight', 1, [1, 3], floats(1, -2, 0.5));
    const tensors = readTensors(model([...constant('bias', 1, [2], floats(7, 8)), ...branch(branch(inner))]));
    expect([...tensors.keys()]).toEqual(['bias', 'inner.weight']);
    expect(tensors.get('bias')).toEqual({ shape: [2], values: Float32Array.of(7, 8) });
    expect(tensors.get('inner.weight')).toEqual({ shape: [1, 3], values: Float32Array.of(1, -2, 0.5) });
  });

  it('reads values at any place, in part of a larger buffer', () => {
    const file = model([...constant('x', 1, [1], floats(3.5))]);
    for (const shift of [1, 2, 3]) {
      const around = new Uint8Array(file.length + 8);
      around.set(file, shift);
      expect(readTensors(around.subarray(shift, shift + file.length)).get('x')?.values).toEqual(Float32Array.of(3.5));
    }
  });

  it('reads lengths of several bytes', () => {
    const many = Array.from({ length: 300 }, (_, i) => i);
    expect(readTensors(model(constant('long', 1, [300], floats(...many)))).get('long')?.values).toEqual(
      Float32Array.from(many),
    );
  });

  it('leaves out what is no float', () => {
    expect(readTensors(model(constant('index', 7, [1], [1, 0, 0, 0, 0, 0, 0, 0]))).size).toBe(0);
  });

  it('passes over fields of a fixed size', () => {
    const fixed = [3 * 8 + 1, 1, 2, 3, 4, 5, 6, 7, 8, 4 * 8 + 5, 1, 2, 3, 4];
    expect(readTensors(Uint8Array.from([...fixed, ...model(constant('x', 1, [1], floats(1)))])).size).toBe(1);
  });

  it('refuses a file that is cut off, or is none', () => {
    const file = model(constant('x', 1, [1], floats(1)));
    expect(() => readTensors(file.subarray(0, file.length - 1))).toThrow(RangeError);
    expect(() => readTensors(Uint8Array.of(0x3a, 0xff))).toThrow('ends within a number');
    expect(() => readTensors(new TextEncoder().encode('version https://'))).toThrow(RangeError);
  });
});
