import { keepNewest } from '../events/bounded.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import type { ToldItem } from '../view/read-item.ts';
import { objectOf, objectsOf, type ToldEvent, textOf } from '../view/told.ts';
import type { ToolCall } from './run-call.ts';

export interface CallListener {
  /** A whole call, told once. */
  call(call: ToolCall): void;
  /** A response of the conversation is over; `follows`: it ended so that another may follow it. */
  ended(responseId: string, follows: boolean): void;
}

/** Calls that are remembered as told. */
const mostKnown = 1000;

/** Finds the function calls in a session's events: those of the conversation that were said to their end. */
export function readCalls(listener: CallListener): { read(event: AnyServerEvent): void } {
  const outOfBand = new Set<string>();
  const known = new Set<string>();
  let newest = '';

  function found(item: ToldItem | null, responseId: string): void {
    if (item?.type !== 'function_call' || item.status === 'incomplete' || outOfBand.has(responseId)) return;
    const callId = textOf(item.call_id);
    if (callId === '' || known.has(callId)) return;
    keepNewest(known.add(callId), mostKnown);
    const { name, arguments: args, id } = item;
    listener.call({ name: textOf(name), callId, arguments: textOf(args), itemId: textOf(id), responseId });
  }

  function read(event: ToldEvent): void {
    switch (event.type) {
      case 'session.created':
        outOfBand.clear();
        known.clear();
        return;
      case 'response.created':
        newest = textOf(event.response?.id);
        if (event.response?.conversation_id === null) keepNewest(outOfBand.add(newest), mostKnown);
        return;
      case 'response.output_item.done':
        return found(objectOf(event.item), textOf(event.response_id) || newest);
      case 'response.done':
        return over(event);
      default:
        return;
    }
  }

  /** Not every server tells of each item when it is done; all show them in the end. */
  function over({ response }: ToldEvent<'response.done'>): void {
    const id = textOf(response?.id);
    if (outOfBand.delete(id)) return;
    const follows = response?.status !== 'cancelled' && response?.status !== 'failed';
    if (follows) for (const item of objectsOf(response?.output)) found(item, id);
    listener.ended(id, follows);
  }

  // From here on nothing of the event is taken for granted but its type.
  return { read: (event) => read(event as ToldEvent) };
}
