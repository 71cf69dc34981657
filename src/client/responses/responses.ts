import type { Response } from '../../protocol/events/index.ts';
import type { ClientError } from '../errors.ts';
import { keepNewest } from '../events/bounded.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import type { Ids } from '../ids.ts';
import { metadataKey } from './create.ts';
import type { RunningResponse } from './response-handle.ts';

/** Items of responses that are remembered. */
const mostItems = 1_000;

/** Brings each event to the handle of its response. */
export class Responses {
  /** All that are not over. */
  readonly #open = new Set<RunningResponse>();
  readonly #byId = new Map<string, RunningResponse>();
  /** Of items that these responses make, by item id: some events name only the item. */
  readonly #byItem = new Map<string, RunningResponse>();

  add(handle: RunningResponse): void {
    this.#open.add(handle);
  }

  begun(handle: RunningResponse, responseId: string): void {
    this.#byId.set(responseId, handle);
  }

  mistaken(responseId: string): void {
    this.#byId.delete(responseId);
  }

  ended(handle: RunningResponse): void {
    this.#open.delete(handle);
    if (handle.id !== null) this.#byId.delete(handle.id);
    for (const [itemId, owner] of this.#byItem) if (owner === handle) this.#byItem.delete(itemId);
  }

  take(event: AnyServerEvent): void {
    if (this.#byId.size === 0) return;
    const handle = this.#handleOf(event);
    if (handle === undefined) return;
    if (event.type === 'response.output_item.added') {
      this.#byItem.set(event.item.id ?? '', handle);
      keepNewest(this.#byItem, mostItems);
    }
    handle.take(event);
  }

  /** Fails the handles for which `isLost` is true. */
  fail(error: ClientError, isLost: (handle: RunningResponse) => boolean = () => true): void {
    for (const handle of this.#open) if (isLost(handle)) handle.fail(error);
  }

  #handleOf(event: AnyServerEvent): RunningResponse | undefined {
    if (event.type === 'response.created' || event.type === 'response.done') {
      return this.#byId.get(event.response.id ?? '');
    }
    if (!event.type.startsWith('response.')) return undefined;
    if ('response_id' in event && typeof event.response_id === 'string') return this.#byId.get(event.response_id);
    return 'item_id' in event && typeof event.item_id === 'string' ? this.#byItem.get(event.item_id) : undefined;
  }
}

/** Takes a key of this session out of a response's metadata, and with it metadata that had nothing else. */
export function withoutKey(event: AnyServerEvent, { isOwn }: Ids): void {
  if (event.type !== 'response.created' && event.type !== 'response.done') return;
  const response: Response = event.response;
  const { [metadataKey]: key = '', ...rest } = response.metadata ?? {};
  if (!isOwn(key)) return;
  response.metadata = Object.keys(rest).length === 0 ? null : rest;
}
