import { affineCode, panelOutputs } from './affine-code.ts';

/** The part of the platform's WebAssembly that is used here; Node's types leave it out. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: { readonly f: Affine } };
};

type Affine = (
  inputs: number,
  inputsEnd: number,
  weights: number,
  output: number,
  outputEnd: number,
  least: number,
) => void;

/** What a layer computes: each output is its bias and the sum of its weights times the inputs. */
export interface Weights {
  readonly inputs: number;
  readonly outputs: number;
  weight(output: number, input: number): number;
  bias(output: number): number;
}

/** Applies a layer to the inputs from `input` on, writing from `output` on, both places counted in floats. */
export type Layer = (input: number, output: number) => void;

const bytesPerFloat = 4;
const bytesPerPage = 65_536;

/** A number of outputs as it is computed: in whole panels. What is past the layer's own outputs comes out as 0. */
export function inPanels(outputs: number): number {
  return Math.ceil(outputs / panelOutputs) * panelOutputs;
}

/** Memory of the compiled code, for numbers and weights; given out piece by piece and never taken back. */
export class VectorMemory {
  readonly floats: Float32Array;
  readonly #affine: Affine;
  #given = 0;

  constructor(floats: number) {
    const memory = new WebAssembly.Memory({ initial: Math.ceil((floats * bytesPerFloat) / bytesPerPage) });
    this.floats = new Float32Array(memory.buffer);
    this.#affine = new WebAssembly.Instance(new WebAssembly.Module(affineCode), { a: { m: memory } }).exports.f;
  }

  /** The place of so many floats, which are 0. */
  take(length: number): number {
    const place = this.#given;
    this.#given += length;
    if (this.#given > this.floats.length) throw new RangeError(`There is no room for ${length} more floats.`);
    return place;
  }

  /** Lays weights out as the code reads them. `least` is the lowest that an output can be: 0 for a rectified layer. */
  layer({ inputs, outputs, weight, bias }: Weights, least = -Infinity): Layer {
    const start = this.take((inputs + 1) * inPanels(outputs));
    let at = start;
    for (let panel = 0; panel < outputs; panel += panelOutputs) {
      for (let input = -1; input < inputs; input++) {
        for (let output = panel; output < panel + panelOutputs; output++) {
          if (output < outputs) this.floats[at] = input < 0 ? bias(output) : weight(output, input);
          at += 1;
        }
      }
    }
    const affine = this.#affine;
    const [inputBytes, outputBytes] = [inputs * bytesPerFloat, inPanels(outputs) * bytesPerFloat];
    return (input, output) => {
      const [from, to] = [input * bytesPerFloat, output * bytesPerFloat];
      affine(from, from + inputBytes, start * bytesPerFloat, to, to + outputBytes, least);
    };
  }
}
