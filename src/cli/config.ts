import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readNamed } from './files.ts';
import type { Environment, FoundConfig, ServeFlags } from './settings.ts';

/** The configuration file that is read where none is named, if it is there. */
const usualFile = 'antiphon.yaml';

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
  const named = (flags.config ?? environment['ANTIPHON_CONFIG']) || null;
  if (named === null && !existsSync(resolve(folder, usualFile))) return null;
  const path = named ?? usualFile;
  const text = await readNamed({ folder, path });
  // Only a file needs the parser and the schema, which take longer to load than the rest of the start.
  const { readConfig } = await import('../server/config/read.ts');
  return { folder: dirname(resolve(folder, path)), values: readConfig(text, path, environment) };
}
