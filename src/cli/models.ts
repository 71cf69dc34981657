import type { Model } from '../engines/contract.ts';
import { echoModel } from '../engines/echo.ts';
import { anyName } from '../server/models.ts';
import { SetupError } from '../server/setup-error.ts';
import { readNamed } from './files.ts';
import type { FilePath, ServeSettings } from './settings.ts';

/** The model table that the settings ask for: the echo under every name where they name none. */
export async function loadModels(models: ServeSettings['models']): Promise<Record<string, Model>> {
  if (models === null) return underEveryName('echo', echoModel());
  if ('every' in models) return underEveryName('scenario', await loadScenario(models.every));
  const entries = [...models.byName].map(async ([name, file]) => [name, await loadScenario(file)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function underEveryName(name: string, model: Model): Record<string, Model> {
  return { [name]: model, [anyName]: model };
}

async function loadScenario(file: FilePath): Promise<Model> {
  const text = await readNamed(file);
  const { readScenario, scenarioModel } = await import('../engines/index.ts');
  try {
    return scenarioModel(readScenario(text, file.path));
  } catch (cause) {
    // What is wrong in the file, or espeak-ng that it asks for and that is not installed: both say so in one line.
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new SetupError('invalid_configuration', message, { cause });
  }
}
