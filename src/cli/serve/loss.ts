import type { ServeSettings } from './settings.ts';

/** What counts of settings when they are to be replaced while the server runs. */
export type Held = Pick<ServeSettings, 'keys' | 'file' | 'conceal'> & {
  readonly models: Pick<ServeSettings['models'], 'from'>;
};

/**
 * What would be lost if the server took `after` in place of `before`, as a file loses it that is gone, was emptied or is
 * half written: the file itself, the keys, the models. Null where nothing of that kind is. A server that should go without
 * has to be started without.
 */
export function lossIn(before: Held, after: Held): string | null {
  const { file } = before;
  if (file !== null && after.file === null) return `${file.name} is gone`;
  const name = after.file?.name ?? 'the file';
  if (file?.isEmpty === false && after.file?.isEmpty === true) return `${name} is empty`;
  if (before.keys.length > 0 && after.keys.length === 0) return `${name} has no auth.keys any more`;
  if (before.models.from === 'file' && after.models.from !== 'file') return `${name} has no models any more`;
  return null;
}
