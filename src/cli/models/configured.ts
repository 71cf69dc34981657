import type { Model } from '../../engines/contract.ts';
import { echoModel } from '../../engines/echo.ts';
import type { Relay } from '../../server/relay/options.ts';
import { SetupError } from '../../server/setup-error.ts';
import { isModule } from '../config/engine-entry.ts';
import type { ModelEntry } from '../config/model-entry.ts';
import type { ConfiguredModels } from '../serve/settings.ts';
import { allOf } from './all-of.ts';
import type { Around } from './engines.ts';
import { kinds } from './kinds.ts';
import { deafness } from './lacks.ts';
import type { LoadOptions, Models } from './load-options.ts';
import { loadModule } from './module.ts';
import { pipelineOf } from './pipeline.ts';
import { placeIn } from './place.ts';
import { relayOf } from './relay.ts';
import { loadScenario } from './scenario.ts';

/**
 * The models of a configuration file.
 *
 * @throws {AggregateError} of a SetupError for each thing that can't be loaded.
 */
export async function configuredModels(
  models: ConfiguredModels,
  { environment, tell }: Pick<LoadOptions, 'environment' | 'tell'>,
): Promise<Models> {
  const entries = Object.entries(models.entries).map(async ([name, entry]): Promise<[string, Model | Relay]> => {
    return [name, await modelOf(entry, { place: placeIn(models, ['models', name]), environment }, tell)];
  });
  const loaded = Object.fromEntries(await allOf(entries));
  // Tones need no telling: a file has them only where somebody wrote so, and they are heard.
  for (const [name, { pipeline }] of Object.entries(models.entries)) {
    const lack = pipeline === undefined ? null : deafness(pipeline);
    if (lack !== null)
      tell?.(placeIn(models, ['models', name, 'pipeline', 'transcriber']).problem(`the model ${lack}`).message);
  }
  return loaded;
}

async function modelOf(
  entry: ModelEntry,
  { place, environment }: Around,
  tell: LoadOptions['tell'],
): Promise<Model | Relay> {
  const { scenario, pipeline, relay, speech_to_speech: speech } = entry;
  if (relay !== undefined) return { relay: relayOf(relay) };
  if (scenario !== undefined) {
    return loadScenario({ folder: place.folder, path: scenario }, tell).catch((cause: unknown) => {
      const isMissing = cause instanceof SetupError && cause.code === 'unreadable_file';
      throw isMissing ? place.at('scenario').problem(cause.message, cause) : cause;
    });
  }
  if (pipeline !== undefined) return pipelineOf(pipeline, { place: place.at('pipeline'), environment });
  return isModule(speech) ? loadModule(speech, kinds.model, place.at('speech_to_speech')) : echoModel();
}
