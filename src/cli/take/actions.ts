import type { TakeActions } from './flags.ts';

/** Imported late, as every command is. */
export const takeActions: TakeActions = {
  replay: async (take, url, flags) => (await import('./replay.ts')).replay(take, url, flags),
  show: async (file) => (await import('./look.ts')).show(file),
  check: async (file) => (await import('./look.ts')).check(file),
  convert: async (file, flags) => (await import('./convert.ts')).convert(file, flags),
};
