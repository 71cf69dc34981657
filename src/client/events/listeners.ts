import type { AnyServerEvent, ServerEventName, ServerEventOf } from './server-event.ts';

type Listener = (event: AnyServerEvent) => unknown;

/** Who wants to hear of which event. A listener that fails stops nobody else. */
export class Listeners {
  readonly #byType = new Map<string, Set<Listener>>();
  readonly #onHandlerError: (error: unknown) => void;

  constructor(onHandlerError: (error: unknown) => void) {
    this.#onHandlerError = onHandlerError;
  }

  on<Type extends ServerEventName>(type: Type, handler: (event: ServerEventOf<Type>) => unknown): () => void {
    const listener: Listener = (event) => (isOf(event, type) ? handler(event) : undefined);
    const listeners = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  tell(event: AnyServerEvent): void {
    // A copy: what a handler adds hears of the next event only.
    const listeners = [event.type, '*'].flatMap((type) => [...(this.#byType.get(type) ?? [])]);
    for (const listener of listeners) guarded(() => listener(event), this.#onHandlerError);
  }
}

/** Calls something of the app's; what it throws, or rejects with, goes to `onError`. */
export function guarded(call: () => unknown, onError: (error: unknown) => void): void {
  try {
    const result = call();
    if (result instanceof Promise) result.catch(onError);
  } catch (error) {
    onError(error);
  }
}

/** Where mistakes go when the app names no place: to the page's handler of errors. Elsewhere such a handler may end the process. */
export function reportHandlerError(error: unknown): void {
  if (typeof document === 'undefined') logError(error);
  else reportError(error);
}

/** The one place that is left to tell of an error. */
export function logError(error: unknown): void {
  // oxlint-disable-next-line no-console -- nobody else listens
  console.error(error);
}

function isOf<Type extends ServerEventName>(
  event: AnyServerEvent,
  type: Type,
): event is AnyServerEvent & ServerEventOf<Type> {
  return type === '*' || event.type === type;
}
