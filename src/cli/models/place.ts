import { SetupError } from '../../server/setup-error.ts';
import type { FoundConfig } from '../serve/settings.ts';

/** A key of the configuration file: where what it says is looked for, and where its mistakes are blamed. */
export interface Place {
  /** What a path in the file is relative to. */
  readonly folder: string;
  /** A key below this one. */
  at(name: string): Place;
  /** What is wrong here, in one line that names the file, the line and the key. */
  problem(message: string, cause?: unknown): SetupError;
}

/** A place in a file that was read. */
export function placeIn(file: Pick<FoundConfig, 'folder' | 'placeOf'>, path: readonly string[]): Place {
  const key = path.join('.');
  return {
    folder: file.folder,
    at: (name) => placeIn(file, [...path, name]),
    problem: (message, cause) =>
      new SetupError('invalid_configuration', `${file.placeOf(path)}: ${key}: ${message}`, { cause }),
  };
}

/** A setting that no file holds: what is wrong is said without a line. */
export function placeOutside(source: string): Place {
  return {
    folder: '.',
    at: () => placeOutside(source),
    problem: (message, cause) => new SetupError('invalid_configuration', `${source}: ${message}`, { cause }),
  };
}
