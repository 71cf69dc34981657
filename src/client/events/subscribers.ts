import { ClientError } from '../errors.ts';
import type { NextOptions } from '../session.ts';
import type { SettledOptions } from '../settled-options.ts';
import { patiently } from './deadline.ts';
import { Listeners } from './listeners.ts';
import { Queue } from './queue.ts';
import type { AnyServerEvent, ServerEventName, ServerEventOf } from './server-event.ts';

/** All who listen to the session's events: handlers, loops, and those who wait for one event. */
export class Audience {
  readonly #options: SettledOptions;
  readonly #listeners: Listeners;
  readonly #loops = new Set<Queue<AnyServerEvent>>();
  /** Those who wait and must learn that nothing will come. */
  readonly #waiting = new Set<(error: ClientError) => void>();
  #isOver = false;

  constructor(options: SettledOptions) {
    this.#options = options;
    this.#listeners = new Listeners(options.onHandlerError);
  }

  on<Type extends ServerEventName>(type: Type, handler: (event: ServerEventOf<Type>) => unknown): () => void {
    return this.#listeners.on(type, handler);
  }

  once<Type extends ServerEventName>(type: Type, handler: (event: ServerEventOf<Type>) => unknown): () => void {
    const off = this.#listeners.on(type, (event: ServerEventOf<Type>) => {
      off();
      return handler(event);
    });
    return off;
  }

  next<Type extends ServerEventName>(type: Type, options: NextOptions<Type>): Promise<ServerEventOf<Type>> {
    if (this.#isOver) return Promise.reject(new ClientError('closed'));
    return patiently(this.#options.clock, options, ({ resolve, reject }) => {
      const take = (event: ServerEventOf<Type>) => {
        if (options.where?.(event) !== false) resolve(event);
      };
      const off = this.#listeners.on(type, (event: ServerEventOf<Type>) => attempt(() => take(event), reject));
      this.#waiting.add(reject);
      return () => {
        off();
        this.#waiting.delete(reject);
      };
    });
  }

  /** Every event from now on. */
  loop(): Queue<AnyServerEvent> {
    const loop = new Queue<AnyServerEvent>(this.#options.maxBufferedEvents, {
      onReturn: () => void this.#loops.delete(loop),
    });
    if (this.#isOver) loop.end();
    else this.#loops.add(loop);
    return loop;
  }

  tell(event: AnyServerEvent): void {
    this.#listeners.tell(event);
    for (const loop of this.#loops) loop.push(event);
  }

  /** No more events come. */
  end(error: ClientError): void {
    this.#isOver = true;
    for (const fail of this.#waiting) fail(error);
    for (const loop of this.#loops) loop.end();
    this.#loops.clear();
  }
}

function attempt(run: () => void, onError: (error: unknown) => void): void {
  try {
    run();
  } catch (error) {
    onError(error);
  }
}
