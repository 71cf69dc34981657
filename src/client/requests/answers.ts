import type { ServerEventMap } from '../../protocol/events/index.ts';
import { isObject } from '../events/event-shapes.ts';
import type { AnyServerEvent } from '../events/server-event.ts';

/** The fields that name what an event is about, on either side. */
interface About {
  readonly type: string;
  readonly item_id?: unknown;
  readonly item?: unknown;
  readonly content_index?: unknown;
  readonly response_id?: unknown;
  readonly response?: unknown;
}

/** Whether the event is of one of these types, and about what the request is about. */
export function isAnswer<Type extends keyof ServerEventMap>(
  event: AnyServerEvent,
  types: readonly Type[],
  request: About,
): event is ServerEventMap[Type] {
  const isOfThem = types.some((type) => type === event.type);
  return isOfThem && subjects(request).every((wanted, at) => wanted === undefined || wanted === subjects(event)[at]);
}

/** The id of the response that an event is about, where it names one. */
export function responseOf({ response_id, response }: About): unknown {
  return response_id ?? idOf(response);
}

/** The id of the item that an event is about, where it names one. */
export function itemOf({ item_id, item }: About): unknown {
  return item_id ?? idOf(item);
}

/** The id of a whole item or response. */
export function idOf(value: unknown): unknown {
  return isObject(value) ? value['id'] : undefined;
}

function subjects(event: About): unknown[] {
  return [itemOf(event), event.content_index, responseOf(event)];
}
