import type { Model } from '../../engines/contract.ts';
import { echoModel } from '../../engines/echo.ts';
import { anyName } from '../../server/models.ts';
import type { ModelSource } from '../serve/settings.ts';
import type { LoadOptions, Models } from './load-options.ts';
import { loadScenario } from './scenario.ts';

/**
 * The models that the settings ask for. Each has engines of its own. Only what is asked for is imported.
 *
 * @throws {SetupError | AggregateError} for what can't be loaded: each mistake in one line, all of them at once.
 */
export async function loadModels(source: ModelSource, options: LoadOptions): Promise<Models> {
  switch (source.from) {
    case 'nothing':
      return underEveryName('echo', echoModel());
    case 'scenario':
      return underEveryName('scenario', await loadScenario(source.file, options.tell));
    case 'relay':
      return { [anyName]: { relay: { upstreams: [source.upstream] } } };
    case 'replay': {
      const { loadReplay } = await import('./replay.ts');
      return { [anyName]: loadReplay(source) };
    }
    case 'preset': {
      const { presetModel } = await import('./preset.ts');
      const model = await presetModel(source.preset, options);
      return { ...underEveryName(source.preset, model), ...(source.asked ? {} : { echo: echoModel() }) };
    }
    case 'file': {
      const { configuredModels } = await import('./configured.ts');
      return configuredModels(source.models, options);
    }
    default:
      return source satisfies never;
  }
}

function underEveryName(name: string, model: Model): Models {
  return { [name]: model, [anyName]: model };
}
