import { resolve } from 'node:path';
import type { Model } from '../../engines/contract.ts';
import { Replay, replayModel } from '../../server/replay/replay.ts';
import { SetupError } from '../../server/setup-error.ts';
import { readTakes } from '../../take/node/read-take.ts';
import { oneLine } from '../one-line.ts';
import type { ModelSource } from '../serve/settings.ts';

/**
 * What plays takes.
 *
 * @throws {SetupError} where there is none, or one can't be read.
 */
export function loadReplay({ file, match, speed }: Extract<ModelSource, { from: 'replay' }>): Model {
  try {
    return replayModel(new Replay(readTakes(resolve(file.folder, file.path)), { match, speed }));
  } catch (cause) {
    throw new SetupError('invalid_configuration', oneLine(cause), { cause });
  }
}
