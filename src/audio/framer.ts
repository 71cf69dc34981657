/** Cuts a stream of samples into frames of one length. */
export interface Framer<Samples = Int16Array> {
  /** Takes the next samples and gives the frames that are whole by now, each in memory of its own. */
  push(samples: Samples): Samples[];
  /** Ends the stream: gives the samples that fill no frame, none if it came out even. The next `push` begins anew. */
  flush(): Samples;
}

/** A typed array, whatever a sample is in it. */
interface SampleArray<Samples> {
  readonly length: number;
  subarray(from: number, to: number): Samples;
  slice(from: number, to: number): Samples;
  set(samples: Samples, at: number): void;
}

/** Makes a framer. Throws a RangeError unless `frameSamples` is whole and positive. */
export function createFramer(frameSamples: number): Framer {
  return createFramerOf(frameSamples, (length) => new Int16Array(length));
}

/** The same for samples of any kind, of which `make` makes memory. */
export function createFramerOf<Samples extends SampleArray<Samples>>(
  frameSamples: number,
  make: (length: number) => Samples,
): Framer<Samples> {
  if (!Number.isSafeInteger(frameSamples) || frameSamples <= 0)
    throw new RangeError(`A frame can't hold ${frameSamples} samples.`);
  let frame = make(frameSamples);
  let held = 0;
  return {
    push(samples) {
      const frames: Samples[] = [];
      for (let taken = 0; taken < samples.length; ) {
        const piece = samples.subarray(taken, taken + frameSamples - held);
        frame.set(piece, held);
        held += piece.length;
        taken += piece.length;
        if (held < frameSamples) break;
        frames.push(frame);
        frame = make(frameSamples);
        held = 0;
      }
      return frames;
    },
    flush() {
      const rest = frame.slice(0, held);
      held = 0;
      return rest;
    },
  };
}
