import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readNamed } from '../files.ts';
import type { Environment, FoundConfig, ServeFlags } from '../serve/settings.ts';

/** The configuration file that is read where none is named, if it is there. */
export const usualFile = 'antiphon.yaml';

/** The file that is named by a flag or by `ANTIPHON_CONFIG`; null where none is. */
export function namedFile(flag: string | undefined, environment: Environment): string | null {
  return (flag ?? environment['ANTIPHON_CONFIG']) || null;
}

/**
 * Finds and reads the configuration file: the one named by `--config` or `ANTIPHON_CONFIG`, else `antiphon.yaml` in
 * `folder`; null where there is none.
 *
 * @throws {SetupError} when a named file can't be read, or what a file says makes no sense.
 */
export async function findConfig(
  flags: Pick<ServeFlags, 'config'>,
  environment: Environment,
  folder: string,
): Promise<FoundConfig | null> {
  const named = namedFile(flags.config, environment);
  if (named === null && !existsSync(resolve(folder, usualFile))) return null;
  const path = named ?? usualFile;
  const text = await readNamed({ folder, path });
  // Only a file needs the parser and the schema, which take longer to load than the rest of the start.
  const { readConfig } = await import('./read.ts');
  return { folder: dirname(resolve(folder, path)), ...readConfig(text, path, environment) };
}
