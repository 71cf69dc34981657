import type { Model } from '../../engines/contract.ts';
import { presetEntry } from '../presets/preset-entry.ts';
import type { PresetName } from '../presets/presets.ts';
import { lacksOf } from './lacks.ts';
import type { LoadOptions } from './load-options.ts';
import { pipelineOf } from './pipeline.ts';
import { placeOutside } from './place.ts';

/** The model of a preset. Throws as `presetEntry` and `pipelineOf` do. */
export async function presetModel(preset: PresetName, options: LoadOptions): Promise<Model> {
  const entry = await presetEntry(preset, options);
  for (const lack of lacksOf(entry)) options.tell?.(`the preset ${preset} ${lack}`);
  return pipelineOf(entry, { place: placeOutside(`--preset ${preset}`), environment: options.environment });
}
