import { ClientError } from '../errors.ts';
import type { NextOptions } from '../session.ts';
import type { SettledOptions } from '../settled-options.ts';
import { patiently } from './deadline.ts';
import { guarded } from './listeners.ts';
import { Queue } from './queue.ts';
import type { AnyServerEvent, ServerEventName, ServerEventOf } from './server-event.ts';

type Listener = (event: AnyServerEvent) => unknown;

/** All who listen to the session's events: handlers, loops, and those who wait for one event. One that fails stops nobody else. */
export class Audience {
  readonly #options: SettledOptions;
  readonly #byType = new Map<string, Set<Listener>>();
  readonly #loops = new Set<Queue<AnyServerEvent>>();
  /** Those who wait and must learn that nothing will come. */
  readonly #waiting = new Set<(error: ClientError) => void>();
  #isOver = false;

  constructor(options: SettledOptions) {
    this.#options = options;
  }

  on<Type extends ServerEventName>(type: Type, handler: (event: ServerEventOf<Type>) => unknown): () => void {
    const listener: Listener = (event) => (isOf(event, type) ? handler(event) : undefined);
    const listeners = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  once<Type extends ServerEventName>(type: Type, handler: (event: ServerEventOf<Type>) => unknown): () => void {
    const off = this.on(type, (event) => {
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
      const off = this.on(type, (event) => guarded(() => take(event), reject));
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
    // A copy: what a handler adds hears of the next event only.
    const listeners = [event.type, '*'].flatMap((type) => [...(this.#byType.get(type) ?? [])]);
    for (const listener of listeners) guarded(() => listener(event), this.#options.onHandlerError);
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

function isOf<Type extends ServerEventName>(
  event: AnyServerEvent,
  type: Type,
): event is AnyServerEvent & ServerEventOf<Type> {
  return type === '*' || event.type === type;
}
