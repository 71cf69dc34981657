import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Model, readScenario, scenarioModel, sileroDetector } from 'antiphon/engines';

/** The paced model of `load.yaml`, which hears with Silero; a scenario by itself hears with the energy detector. */
export default function load(): Model {
  const path = join(import.meta.dirname, 'load-paced.yaml');
  const model = scenarioModel(readScenario(readFileSync(path, 'utf8'), path));
  return { open: () => ({ ...model.open(), detector: sileroDetector }) };
}
