import type { Model } from '../../engines/contract.ts';
import { type PresetOptions, presetEntry } from '../preset-entry.ts';
import type { PresetName } from '../presets.ts';
import { pipelineOf } from './pipeline.ts';
import { placeOutside } from './place.ts';

/** The model of a preset. Throws as `presetEntry` and `pipelineOf` do. */
export async function presetModel(preset: PresetName, options: PresetOptions): Promise<Model> {
  const entry = await presetEntry(preset, options);
  return pipelineOf(entry, { place: placeOutside(`--preset ${preset}`), environment: options.environment });
}
