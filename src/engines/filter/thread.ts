/** A thread that gives birth to processes. */
import { parentPort } from 'node:worker_threads';
import { type FilterControls, type FilterEnd, type FilterOrder, giveWayHere, startFilter } from './process.ts';

/** What the thread is told of one filter: to begin it, that a piece was read, or to end it. */
export type ToThread = { readonly id: number } & ({ readonly start: FilterOrder } | { readonly do: 'read' | 'kill' });

/** What it tells: that it listens, and what comes of a filter. */
export type FromThread =
  | { readonly isUp: true }
  | ({ readonly id: number } & ({ readonly bytes: Uint8Array } | { readonly end: FilterEnd }));

const running = new Map<number, FilterControls>();

function tell(news: FromThread, moved: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(news, [...moved]);
}

function start(id: number, order: FilterOrder): void {
  const controls = startFilter(order, {
    bytes(piece) {
      // A copy that is its own to give away: pieces of a stream may share their memory.
      const bytes = new Uint8Array(piece);
      tell({ id, bytes }, [bytes.buffer]);
    },
    ended(end) {
      running.delete(id);
      tell({ id, end });
    },
  });
  running.set(id, controls);
}

parentPort?.on('message', (told: ToThread) => {
  if ('start' in told) start(told.id, told.start);
  else running.get(told.id)?.[told.do]();
});
giveWayHere();
tell({ isUp: true });
