import { type Capture, createCapture } from '../../../audio/capture.ts';
import { createLevelMeter } from '../../../audio/level-meter.ts';
import type { CaptureSettings, FromCapture, ToCapture } from './messages.ts';

/** What the capture processor does: it makes frames of what it hears, and gives them to a port. */
export class CaptureRun {
  readonly #port: MessagePort;
  readonly #capture: Capture;
  readonly #meter = createLevelMeter();
  #isMuted = false;
  #isOn = true;

  /** `deviceRate` is the samples per second of the scope that it runs in. */
  constructor({ sampleRate, frameSamples }: CaptureSettings, deviceRate: number, port: MessagePort) {
    this.#port = port;
    this.#capture = createCapture({ fromRate: deviceRate, toRate: sampleRate, frameSamples });
    port.addEventListener('message', ({ data }: MessageEvent<ToCapture>) => this.#obey(data));
    port.start();
  }

  /** False once it has been told to stop. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Takes the channels of one block; none while nothing is connected, which is silence of `length` samples. */
  hear(channels: readonly Float32Array[], length: number): void {
    if (!this.#isOn) return;
    const samples = this.#isMuted || channels.length === 0 ? new Float32Array(length) : mono(channels);
    this.#meter.add(samples);
    this.#tellFrames(this.#capture.push(samples));
  }

  #obey(message: ToCapture): void {
    if (message.do === 'mute') {
      this.#isMuted = message.isMuted;
    } else if (this.#isOn) {
      this.#isOn = false;
      this.#tellFrames(this.#capture.flush());
      this.#tell({ tell: 'stopped' });
    }
  }

  #tellFrames(frames: readonly Int16Array[]): void {
    if (frames.length === 0) return;
    const level = this.#meter.take();
    for (const frame of frames) {
      const samples = new Int16Array(frame);
      this.#tell({ tell: 'frame', samples, level }, [samples.buffer]);
    }
  }

  #tell(message: FromCapture, memory: Transferable[] = []): void {
    this.#port.postMessage(message, memory);
  }
}

function mono(channels: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(0)] = channels;
  if (channels.length === 1) return first;
  return first.map((_, i) => channels.reduce((sum, channel) => sum + (channel[i] ?? 0), 0) / channels.length);
}
