import type { Model } from '../../engines/contract.ts';
import { echoModel } from '../../engines/echo.ts';
import { anyName } from '../../server/models.ts';
import { SetupError } from '../../server/setup-error.ts';
import { readNamed } from '../files.ts';
import { oneLine } from '../one-line.ts';
import type { PresetOptions } from '../presets/preset-entry.ts';
import type { FilePath, ModelSource } from '../serve/settings.ts';

/** Models by the name that clients ask for. */
export type Models = Readonly<Record<string, Model>>;

export interface LoadOptions extends PresetOptions {
  /** Is told in one line what a model can't do that people expect of it. Default: nobody is. */
  readonly tell?: (lack: string) => void;
}

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

/**
 * A model that a scenario file plays.
 *
 * @throws {SetupError} where the file can't be read or makes no sense, or asks for a voice that is not installed.
 */
export async function loadScenario(file: FilePath, tell?: LoadOptions['tell']): Promise<Model> {
  const text = await readNamed(file);
  const { readScenario, scenarioModel } = await import('../../engines/index.ts');
  const { toolLoops } = await import('../../engines/scenario/loops.ts');
  try {
    const scenario = readScenario(text, file.path);
    for (const loop of toolLoops(scenario)) tell?.(`${file.path}: ${loop}`);
    return scenarioModel(scenario);
  } catch (cause) {
    throw new SetupError('invalid_configuration', oneLine(cause), { cause });
  }
}
