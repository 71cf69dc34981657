import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { TakeShelf } from '../../take/node/take-shelf.ts';
import { version } from '../version.ts';
import type { RecordSettings } from './settings.ts';

/** The folder where sessions are recorded. `tell` hears of one that can't be written to: sessions are served all the same. */
export async function takeShelf(
  { dir, ...settings }: RecordSettings,
  tell: (lack: string) => void,
): Promise<TakeShelf> {
  const path = resolve(dir.folder, dir.path);
  const shelf = new TakeShelf({ ...settings, dir: path, by: `antiphon ${version()}` });
  await shelf.settled();
  await access(path, constants.W_OK).catch(() => tell(`sessions are not recorded: ${dir.path} can't be written to`));
  return shelf;
}
