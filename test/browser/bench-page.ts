import {
  AudioDeviceError,
  createMicrophone,
  createSpeaker,
  listAudioDevices,
  type Speaker,
} from 'antiphon/client/browser';
import { hangMs } from '../setup/hang.ts';

/** Keeps every sample that comes out of a node, at the rate of its context. */
export interface Recorder {
  readonly samples: readonly number[];
  /** Resolves when the thread of the sound has taken what it was sent before. */
  settle(): Promise<void>;
}

const recorderSource = `
  registerProcessor('recorder', class extends AudioWorkletProcessor {
    constructor() {
      super();
      this.port.onmessage = () => this.port.postMessage(null);
    }
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
  let settled = 0;
  recorder.port.addEventListener('message', ({ data }: MessageEvent<Float32Array | null>) => {
    if (data === null) settled += 1;
    else samples.push(...data);
  });
  recorder.port.start();
  node.connect(recorder).connect(node.context.destination);
  async function settle(): Promise<void> {
    const before = settled;
    recorder.port.postMessage(null, []);
    await until('the thread of the sound', () => settled > before);
  }
  return { samples, settle };
}

/** Gives a speaker sound while its clock stands still, so that none of it comes late, however busy the machine is. */
async function feed({ context }: Speaker, recorder: Recorder, give: () => void): Promise<void> {
  await context.suspend();
  give();
  await recorder.settle();
  await context.resume();
}

/** Waits for a condition, looked at after each 10 ms. */
async function until(what: string, isMet: () => boolean): Promise<void> {
  const end = performance.now() + hangMs;
  while (!isMet()) {
    if (performance.now() > end) throw new Error(`waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The pieces that tests put together in the page. */
export const bench = { AudioDeviceError, createMicrophone, createSpeaker, feed, listAudioDevices, record, until };

export type Bench = typeof bench;
export type { Speaker };

declare global {
  var bench: Bench;
}

globalThis.bench = bench;
