import {
  AudioDeviceError,
  createMicrophone,
  createSpeaker,
  listAudioDevices,
  type Speaker,
} from 'antiphon/client/browser';

/** Keeps every sample that comes out of a node, at the rate of its context. */
export interface Recorder {
  readonly samples: readonly number[];
}

const recorderSource = `
  registerProcessor('recorder', class extends AudioWorkletProcessor {
    process([input]) {
      if (input[0]) this.port.postMessage(input[0].slice());
      return true;
    }
  });`;

async function record(node: AudioNode): Promise<Recorder> {
  const address = URL.createObjectURL(new Blob([recorderSource], { type: 'text/javascript' }));
  await (node.context as AudioContext).audioWorklet.addModule(address);
  const recorder = new AudioWorkletNode(node.context, 'recorder');
  const samples: number[] = [];
  recorder.port.addEventListener('message', ({ data }: MessageEvent<Float32Array>) => samples.push(...data));
  recorder.port.start();
  node.connect(recorder).connect(node.context.destination);
  return { samples };
}

/** Waits for a condition, looked at after each 10 ms. */
async function until(what: string, isMet: () => boolean): Promise<void> {
  const end = performance.now() + 15_000;
  while (!isMet()) {
    if (performance.now() > end) throw new Error(`waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The pieces that tests put together in the page. */
const bench = { AudioDeviceError, createMicrophone, createSpeaker, listAudioDevices, record, until };

export type Bench = typeof bench;
export type { Speaker };

declare global {
  var bench: Bench;
}

globalThis.bench = bench;
