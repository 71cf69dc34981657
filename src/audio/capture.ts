import { createFramer } from './framer.ts';
import { float32ToInt16 } from './pcm16.ts';
import { createResampler } from './resample.ts';

export interface CaptureOptions {
  /** Samples per second that come in: the rate of the device. */
  readonly fromRate: number;
  /** Samples per second that go out. */
  readonly toRate: number;
  /** Samples in each frame that goes out. */
  readonly frameSamples: number;
}

/** What stands between a microphone and a session: another rate, 16 bits, frames of one length. */
export interface Capture {
  /** Takes mono samples of −1 … 1 and gives the frames that are whole by now. */
  push(samples: Float32Array): Int16Array[];
  /**
   * Ends the stream and gives the rest; the last frame may be shorter. All frames together hold
   * round(inputs · toRate / fromRate) samples. The next `push` begins a new stream.
   */
  flush(): Int16Array[];
}

/** Throws a RangeError for rates that the resampler does not take, and for frames of no length. */
export function createCapture({ fromRate, toRate, frameSamples }: CaptureOptions): Capture {
  const resampler = createResampler(fromRate, toRate, 'float32');
  const framer = createFramer(frameSamples);
  const frames = (samples: Float32Array): Int16Array[] => framer.push(float32ToInt16(samples));
  return {
    push: (samples) => frames(resampler.push(samples)),
    flush: () => [...frames(resampler.flush()), framer.flush()].filter((frame) => frame.length > 0),
  };
}
