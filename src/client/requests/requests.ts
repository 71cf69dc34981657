import type { ApiError, ServerEventMap } from '../../protocol/events/index.ts';
import { RealtimeError } from '../errors.ts';
import { patiently } from '../events/deadline.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import type { RequestOptions } from '../session.ts';
import type { SettledOptions } from '../settled-options.ts';
import { idOf, isAnswer } from './answers.ts';

/** A client event that is answered. */
export interface RequestEvent {
  readonly type: string;
  readonly event_id: string;
  readonly [field: string]: unknown;
}

/** A request and the types of what may answer it. */
export interface Request<Type extends keyof ServerEventMap> {
  readonly event: RequestEvent;
  readonly answers: readonly Type[];
}

interface Pending {
  readonly event: RequestEvent;
  /** Settles with the event where it is the answer; tells whether it was. */
  take(event: AnyServerEvent): boolean;
  fail(error: unknown): void;
}

/**
 * Requests that wait for their answers. An error finds its request by the event id that it names. An event goes to the
 * oldest request that it can be the answer of, and answers to requests of one kind about one thing come in the order of
 * the requests (behaviour §9 no. 29).
 */
export class Requests {
  readonly #options: SettledOptions;
  readonly #forget: (eventId: string) => void;
  readonly #pending = new Map<string, Pending>();

  /** `forget` is told of a request that gave up, so that it isn't sent any more if it still waits to be. */
  constructor(options: SettledOptions, forget: (eventId: string) => void) {
    this.#options = options;
    this.#forget = forget;
  }

  /** Nothing waits for an answer. */
  get isIdle(): boolean {
    return this.#pending.size === 0;
  }

  /** Those that wait for their answers, of those for which `isSent` is true. */
  sent(isSent: (eventId: string) => boolean): readonly string[] {
    return [...this.#pending.keys()].filter(isSent);
  }

  /** Sends a request and waits for its answer. What `put` throws is the answer, too. */
  send<Type extends keyof ServerEventMap>(
    { event, answers }: Request<Type>,
    put: (event: RequestEvent) => void,
    { signal, timeoutMs = this.#options.requestTimeoutMs }: RequestOptions = {},
  ): Promise<ServerEventMap[Type]> {
    const { event_id: eventId } = event;
    return patiently(this.#options.clock, { signal, timeoutMs }, ({ resolve, reject }) => {
      const take = (came: AnyServerEvent) => {
        const isFound = isAnswer(came, answers, event);
        if (isFound) resolve(came);
        return isFound;
      };
      this.#pending.set(eventId, { event, take, fail: reject });
      try {
        put(event);
      } catch (error) {
        reject(error);
      }
      return (givenUp) => {
        this.#pending.delete(eventId);
        if (givenUp) this.#forget(eventId);
      };
    });
  }

  /** An event came that may be an answer. Returns the request that it granted. */
  take(event: AnyServerEvent): RequestEvent | null {
    if (event.type === 'error') this.#refuse(event.error);
    else for (const pending of this.#pending.values()) if (pending.take(event)) return pending.event;
    return null;
  }

  /** Fails the requests for which `isLost` is true. */
  fail(error: Error, isLost: (eventId: string) => boolean = () => true): void {
    for (const [eventId, pending] of this.#pending) if (isLost(eventId)) pending.fail(error);
  }

  #refuse(error: ApiError): void {
    const pending = error.event_id ? this.#pending.get(error.event_id) : this.#unnamed(error);
    pending?.fail(new RealtimeError(error));
  }

  /**
   * The service was seen to leave out the event's id (behaviour §8). What the error says tells the kind of the request; of
   * these it is the one whose item the message names, or where it names none the oldest, since a server answers in order.
   */
  #unnamed(error: ApiError): Pending | undefined {
    const type = requestTypeOf(error);
    // A server may leave out the words, too.
    const message = String(error.message);
    const pending = [...this.#pending.values()].filter(({ event }) => event.type === type);
    const meant = pending.find(({ event }) => itemsOf(event).some((id) => message.includes(id)));
    return meant ?? (/\bitem_\w/.test(message) ? undefined : pending[0]);
  }
}

/** The type of the client event that an error is about, by its code or the field that it names, where either tells. */
function requestTypeOf({ code, param }: ApiError): string | undefined {
  const [, verb] = /^item_(create|retrieve|delete|truncate)_/.exec(code ?? '') ?? [];
  if (verb !== undefined) return `conversation.item.${verb}`;
  return requestTypes.get(code ?? '') ?? requestTypes.get(String(param).split(/[.[]/)[0] ?? '');
}

/** By codes and by fields that are of one client event alone. */
const requestTypes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    invalid_tool_call_id: 'conversation.item.create',
    input_audio_buffer_commit_empty: 'input_audio_buffer.commit',
    response_cancel_not_active: 'response.cancel',
    session: 'session.update',
    item: 'conversation.item.create',
    previous_item_id: 'conversation.item.create',
    audio_end_ms: 'conversation.item.truncate',
    content_index: 'conversation.item.truncate',
  }),
);

/** Ids of items that a request is about. */
function itemsOf({ item_id, item, previous_item_id }: RequestEvent): string[] {
  return [item_id, idOf(item), previous_item_id].filter((id) => typeof id === 'string');
}
