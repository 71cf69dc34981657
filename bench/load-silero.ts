import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Model, readScenario, scenarioModel, sileroVad, type Vad } from 'antiphon/engines';
import { rmsLevel } from '../src/audio/level.ts';

/** In dBFS; the bench's voice is louder, its silence softer. */
const loudDb = -40;

/** All the work of Silero, but turns by loudness: it knows that the voice of the bench is nobody's. */
const vad: Vad = (sampleRate) => {
  const session = sileroVad(sampleRate);
  return {
    ...session,
    probability(window) {
      session.probability(window);
      return rmsLevel(window) > loudDb ? 1 : 0;
    },
  };
};

/** The paced model of `load.yaml`, which hears with Silero; a scenario by itself hears with the energy vad. */
export default function load(): Model {
  const path = join(import.meta.dirname, 'load-paced.yaml');
  const model = scenarioModel(readScenario(readFileSync(path, 'utf8'), path));
  return { open: () => ({ ...model.open(), vad }) };
}
