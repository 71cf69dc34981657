import { alone, serveHere } from './here.ts';
import type { ServeFlags } from './settings.ts';
import { workerCount } from './workers/count.ts';
import { isWorker } from './workers/marker.ts';

/** `antiphon serve`: serves until a signal ends it. Resolves once it listens. */
export async function serve(flags: ServeFlags): Promise<void> {
  if (isWorker()) return (await import('./workers/worker.ts')).serveAsWorker(flags);
  const count = workerCount(flags.workers);
  if (count > 1) return (await import('./workers/primary.ts')).serveByWorkers(flags, count);
  await serveHere(flags, alone);
}
