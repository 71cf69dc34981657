import { contextSamples, type Network, networkRate, windowSamples } from './network.ts';

/** What is used of onnxruntime-node: its tensors, and the library beneath its promises. */
interface Runtime {
  readonly Tensor: new (type: string, data: Float32Array | BigInt64Array, shape: readonly number[]) => Tensor;
}

interface Tensor {
  readonly data: Float32Array;
}

interface Binding {
  readonly binding: { readonly InferenceSession: new () => Session };
  initOrt(): void;
}

interface Session {
  loadModel(path: string, options: object): void;
  run(inputs: Readonly<Record<string, Tensor>>, outputs: Readonly<Record<string, null>>, options: object): Outputs;
}

interface Outputs {
  readonly output: Tensor;
  readonly stateN: Tensor;
}

/** One thread: a window is too small to be shared out, and threads that wait for work would keep the processor busy. */
const options = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' };

/**
 * The network as onnxruntime-node computes it; null if that cannot be loaded. `load` is `require`, or stands for it.
 *
 * A vad has to answer at once, and the package's own API gives promises. Its work is synchronous all the same: it
 * calls its native library on a later turn of the event loop. So that library is called here, through the file of the
 * package that opens it. A version that has no such file, or one that does not give a probability, counts as none.
 */
export function onnxruntimeNetwork(load: (name: string) => unknown, path: string): Network | null {
  try {
    const { Tensor } = load('onnxruntime-node') as Runtime;
    const { binding, initOrt } = load('onnxruntime-node/dist/binding.js') as Binding;
    initOrt();
    const session = new binding.InferenceSession();
    session.loadModel(path, options);
    const network = networkOf(session, Tensor);
    const silence = network(new Float32Array(contextSamples + windowSamples), new Float32Array(256));
    return silence >= 0 && silence <= 1 ? network : null;
  } catch {
    return null;
  }
}

function networkOf(session: Session, Tensor: Runtime['Tensor']): Network {
  const rate = new Tensor('int64', BigInt64Array.of(BigInt(networkRate)), []);
  return (audio, state) => {
    const input = new Tensor('float32', audio, [1, audio.length]);
    const inputs = { input, state: new Tensor('float32', state, [2, 1, state.length / 2]), sr: rate };
    const { output, stateN } = session.run(inputs, { output: null, stateN: null }, {});
    state.set(stateN.data);
    return output.data[0] ?? Number.NaN;
  };
}
