/** Cuts a stream of samples into frames of one length. */
export interface Framer {
  /** Takes the next samples and gives the frames that are whole by now, each in memory of its own. */
  push(samples: Int16Array): Int16Array[];
  /** Ends the stream: gives the samples that fill no frame, none if it came out even. The next `push` begins anew. */
  flush(): Int16Array;
}

/** Makes a framer. Throws a RangeError unless `frameSamples` is whole and positive. */
export function createFramer(frameSamples: number): Framer {
  if (!Number.isSafeInteger(frameSamples) || frameSamples <= 0)
    throw new RangeError(`A frame can't hold ${frameSamples} samples.`);
  let frame = new Int16Array(frameSamples);
  let held = 0;
  return {
    push(samples) {
      const frames: Int16Array[] = [];
      for (let taken = 0; taken < samples.length; ) {
        const piece = samples.subarray(taken, taken + frameSamples - held);
        frame.set(piece, held);
        held += piece.length;
        taken += piece.length;
        if (held < frameSamples) break;
        frames.push(frame);
        frame = new Int16Array(frameSamples);
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
