import { Worker } from 'node:worker_threads';
import type { Alarms } from '../within-time.ts';
import { type FilterControls, type FilterListener, type FilterOrder, named, startFilter } from './process.ts';
import type { FromThread, ToThread } from './thread.ts';

/** How long the thread is kept while nothing is to be done, in milliseconds. */
const idleMs = 10_000;

interface Running {
  readonly order: FilterOrder;
  readonly listener: FilterListener;
  /** Where it runs on this thread after all. */
  here: FilterControls | null;
}

/**
 * Where filters are started: in a thread of their own. The birth of a process copies the tables of its parent's memory, 10 ms
 * for a server of some size, in which nobody else would be served. The thread is born with the first filter and ends
 * when there has been none for a while. Where no thread can be had, filters are started on this one.
 */
export class Birthplace {
  readonly #alarms: Alarms;
  readonly #open: () => Worker;
  readonly #running = new Map<number, Running>();
  #lastId = 0;
  #worker: Worker | null = null;
  #isUp = false;
  #hasNone = false;
  #stayIdle = (): void => {};

  constructor(alarms: Alarms, open: () => Worker = openThread) {
    this.#alarms = alarms;
    this.#open = open;
  }

  start(order: FilterOrder, listener: FilterListener): FilterControls {
    if (this.#hasNone) return startFilter(order, listener);
    const id = ++this.#lastId;
    const running: Running = { order, listener, here: null };
    this.#running.set(id, running);
    this.#tell({ id, start: order });
    const control = (what: 'read' | 'kill'): void => {
      if (running.here !== null) running.here[what]();
      else if (this.#running.has(id)) this.#tell({ id, do: what });
    };
    return { read: () => control('read'), kill: () => control('kill') };
  }

  #tell(told: ToThread): void {
    this.#stayIdle();
    const worker = (this.#worker ??= this.#begin());
    // A filter that runs keeps the process alive, as a child of its own would.
    worker?.ref();
    worker?.postMessage(told, []);
  }

  #begin(): Worker | null {
    try {
      const worker = this.#open();
      worker.on('message', (news: FromThread) => this.#heard(news));
      worker.once('error', (cause: Error) => this.#lost(worker, cause));
      worker.once('exit', () => this.#lost(worker, new Error('the thread has ended')));
      return worker;
    } catch (cause) {
      queueMicrotask(() => this.#lost(null, cause instanceof Error ? cause : new Error(String(cause))));
      return null;
    }
  }

  #heard(news: FromThread): void {
    if ('isUp' in news) {
      this.#isUp = true;
      return;
    }
    const listener = this.#running.get(news.id)?.listener;
    if ('bytes' in news) return listener?.bytes(news.bytes);
    this.#running.delete(news.id);
    if (this.#running.size === 0) this.#rest();
    listener?.ended(news.end);
  }

  #rest(): void {
    const worker = this.#worker;
    worker?.unref();
    this.#stayIdle = this.#alarms.after(idleMs, () => {
      this.#forget();
      void worker?.terminate();
    });
  }

  #forget(): void {
    this.#stayIdle();
    this.#worker = null;
    this.#isUp = false;
  }

  /** A thread that was never there leaves its filters to this one. One that dies later takes them with it; the next begins anew. */
  #lost(worker: Worker | null, cause: Error): void {
    if (worker !== this.#worker) return;
    const wasUp = this.#isUp;
    this.#forget();
    this.#hasNone ||= !wasUp;
    const left = [...this.#running.values()];
    this.#running.clear();
    for (const running of left) {
      if (wasUp) running.listener.ended({ isBorn: false, ...named(cause) });
      else running.here = startFilter(running.order, running.listener);
    }
  }
}

function openThread(): Worker {
  // Beside this file, which is TypeScript before it is built.
  const name = import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js';
  return new Worker(new URL(name, import.meta.url), { stdin: false, name: 'antiphon births' });
}
