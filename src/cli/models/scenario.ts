import type { Model } from '../../engines/contract.ts';
import { SetupError } from '../../server/setup-error.ts';
import { readNamed } from '../files.ts';
import { oneLine } from '../one-line.ts';
import type { FilePath } from '../serve/settings.ts';
import type { LoadOptions } from './load-options.ts';

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
