import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Vad } from '../contract.ts';
import { gated } from './gate.ts';
import { modelPath } from './model-file.ts';
import { createNetwork, type Network } from './network.ts';
import { onnxruntimeNetwork } from './onnxruntime.ts';
import { createVadSession } from './vad-session.ts';

/** What the Silero network is computed with, and when. */
export interface SileroOptions {
  /**
   * Leave out what is plainly silent: nothing louder than the noise for 192 ms. Default true; false hears every window
   * and gives what the model says, which costs more and in noise finds ends later.
   */
  readonly gate?: boolean;
  /** Compute with onnxruntime-node if it is installed. Default true; false always computes with our own code. */
  readonly onnxruntime?: boolean;
}

/**
 * Hears speech with the Silero model, version 6, in windows of 32 ms. Takes every rate of which 32 ms are whole samples,
 * such as 8, 16, 24 and 48 kHz; throws a RangeError for others. The model is read when the first session listens, in
 * some 30 ms, and shared by all of this thread.
 */
export function createSileroVad({ gate = true, onnxruntime = true }: SileroOptions = {}): Vad {
  return (sampleRate) => {
    const session = createVadSession(onnxruntime ? installedNetwork() : ownNetwork(), sampleRate);
    return gate ? gated(session, sampleRate) : session;
  };
}

/** The Silero model with the default options. */
export const sileroVad: Vad = createSileroVad();

const ownNetwork = once(() => createNetwork(readFileSync(modelPath())));

const installedNetwork = once(() => onnxruntimeNetwork(createRequire(import.meta.url), modelPath()) ?? ownNetwork());

function once(make: () => Network): () => Network {
  let made: Network | null = null;
  return () => {
    made ??= make();
    return made;
  };
}
