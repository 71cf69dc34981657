import { SetupError } from '../../server/setup-error.ts';
import { readTake } from '../../take/node/read-take.ts';
import type { Take } from '../../take/reader.ts';
import { oneLine } from '../one-line.ts';

/**
 * The take that the user named.
 *
 * @throws {SetupError} where there is none, or it can't be read.
 */
export function namedTake(path: string): Take {
  try {
    return readTake(path);
  } catch (cause) {
    throw new SetupError('unreadable_file', oneLine(cause), { cause });
  }
}
