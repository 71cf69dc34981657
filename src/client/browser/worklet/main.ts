/**
 * The module that an audio worklet loads: both processors. The build puts it, with all that it imports, into one
 * script, since a worklet can't be relied on to find modules beside a file that a bundler has moved.
 */
import { CaptureRun } from './capture-processor.ts';
import { type CaptureSettings, captureName, type PlaybackSettings, playbackName } from './messages.ts';
import { PlaybackRun } from './playback-processor.ts';

/** What the worklet's global scope has, as far as it is used here: the DOM's own types leave it out. */
declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new (options: never) => AudioWorkletProcessor): void;

class CaptureProcessor extends AudioWorkletProcessor {
  readonly #run: CaptureRun;

  constructor({ processorOptions }: { readonly processorOptions: CaptureSettings }) {
    super();
    this.#run = new CaptureRun(processorOptions, sampleRate, this.port);
  }

  process([input = []]: readonly Float32Array[][], [output = []]: readonly Float32Array[][]): boolean {
    this.#run.hear(input, output[0]?.length ?? 0);
    return this.#run.isOn;
  }
}

class PlaybackProcessor extends AudioWorkletProcessor {
  readonly #run: PlaybackRun;

  constructor({ processorOptions }: { readonly processorOptions: PlaybackSettings }) {
    super();
    this.#run = new PlaybackRun(processorOptions, sampleRate, this.port);
  }

  process(_inputs: readonly Float32Array[][], [output = []]: readonly Float32Array[][]): boolean {
    const [first] = output;
    if (first !== undefined) this.#run.fill(first);
    return this.#run.isOn;
  }
}

registerProcessor(captureName, CaptureProcessor);
registerProcessor(playbackName, PlaybackProcessor);
