import type { VadSession } from '../contract.ts';
import { createQuiet } from './quiet.ts';

/** So many windows no louder than the noise are silence: 192 ms. The soft end of a word, or a stop in it, is shorter. */
const quietWindows = 6;

/** Unless the model is as sure as this of speech: then what was taken for noise is not. */
const sure = 0.9;

/** The model has come to rest: it need not hear more of the silence. */
const atRest = 0.1;

/** It hears the first second in any case, to get to know the noise. */
const firstWindows = 31;

/**
 * Leaves out what is plainly silent. After speech in noise the model goes on believing in it for 200 ms and more;
 * when nothing louder than the noise has come for 192 ms, that is over. Once the model agrees it is not asked any more,
 * until something louder comes; it keeps what it remembers.
 */
export function gated(session: VadSession, sampleRate: number): VadSession {
  const before = new Int16Array(session.windowSamples);
  let quiet = createQuiet(sampleRate);
  let heard = 0;
  let last = 1;
  let skipped = false;

  function listen(window: Int16Array): number {
    // First the end of the silence, so that what breaks it does not come out of nowhere.
    if (skipped) session.probability(before);
    skipped = false;
    heard += 1;
    last = session.probability(window);
    return last;
  }

  return {
    windowSamples: session.windowSamples,
    probability(window) {
      const silent = quiet.follow(window) >= quietWindows;
      if (silent && last < atRest && heard >= firstWindows) {
        before.set(window);
        skipped = true;
        return 0;
      }
      const probability = listen(window);
      return silent && probability < sure ? 0 : probability;
    },
    reset() {
      session.reset();
      quiet = createQuiet(sampleRate);
      heard = 0;
      last = 1;
      skipped = false;
    },
  };
}
