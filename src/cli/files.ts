import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SetupError } from '../server/setup-error.ts';
import type { FilePath } from './serve/settings.ts';

/**
 * Reads a text file that the user named.
 *
 * @throws {SetupError} that names the path as the user wrote it, and says why it can't be read.
 */
export async function readNamed({ folder, path }: FilePath): Promise<string> {
  try {
    return await readFile(resolve(folder, path), 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    throw new SetupError('unreadable_file', `Can't read ${path}: ${reason(code)}.`, { cause });
  }
}

function reason(code: unknown): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
      return 'this user may not read it';
    case 'EISDIR':
      return 'it is a folder';
    default:
      return String(code);
  }
}
