import type { Response } from '../../protocol/events/index.ts';
import { addResponseUsage } from '../../usage/usage.ts';
import { changeItem, changeResponse, findItem, findResponse } from './change-item.ts';
import { formatOf } from './format-of.ts';
import { outputItem } from './output-item.ts';
import type { ToldItem } from './read-item.ts';
import type { View, ViewResponse } from './state.ts';
import { objectOf, objectsOf, type Told, textOf } from './told.ts';

export type ToldResponse = Told<Response>;

export function begin(view: View, told: ToldResponse): View {
  const id = textOf(told.id);
  const held = findResponse(view, id);
  if (id === '' || held?.stale === false) return view;
  const response: ViewResponse = {
    id,
    status: 'in_progress',
    statusDetails: null,
    outOfBand: told.conversation_id === null,
    itemIds: [],
    items: [],
    metadata: metadataOf(told),
    usage: null,
    format: formatOf(view.session, told),
    playback: 'none',
    stale: false,
  };
  return { ...view, responses: [...spared(view).filter((each) => each !== held), response] };
}

/** The responses that are kept beside a new one. */
function spared({ responses, options }: View): readonly ViewResponse[] {
  if (responses.length < options.maxResponses) return responses;
  const oldest = responses.findIndex(({ status }) => status !== 'in_progress');
  return responses.toSpliced(Math.max(oldest, 0), 1);
}

export function end(view: View, told: ToldResponse): View {
  const begun = begin(view, told);
  const response = findResponse(begun, textOf(told.id));
  if (response === null || response.status !== 'in_progress') return view;
  const settled = objectsOf(told.output).reduce(
    (each, item) =>
      isSettled(each, item, response.id)
        ? each
        : outputItem(each, { told: item, responseId: response.id, isFinal: true }),
    begun,
  );
  const status = told.status === 'in_progress' ? 'completed' : (told.status ?? 'completed');
  const closed = closeItems(settled, response.id, status);
  // The usage is what the wire says, a piece of JSON that the counters read with care.
  const usage = objectOf(told.usage) as ViewResponse['usage'];
  const statusDetails = objectOf(told.status_details) as ViewResponse['statusDetails'];
  const metadata = metadataOf(told) ?? response.metadata;
  const counted = { ...closed, usage: addResponseUsage(closed.usage, usage) };
  return changeResponse(counted, response.id, (each) => ({ ...each, status, statusDetails, usage, metadata }));
}

/** An item of which `response.done` can say nothing new: it was finished, deleted, or dropped. */
function isSettled(view: View, told: ToldItem, responseId: string): boolean {
  const response = findResponse(view, responseId);
  const item = findItem(view, { itemId: textOf(told.id), responseId });
  if (item !== null) return item.status !== 'in_progress';
  return response?.itemIds.includes(textOf(told.id)) ?? false;
}

/** The response is over: nothing more will be said of what it left open, and what it was cut off at stays unsaid. */
function closeItems(view: View, responseId: string, status: ViewResponse['status']): View {
  const ids = findResponse(view, responseId)?.itemIds ?? [];
  return ids.reduce(
    (each, itemId) =>
      changeItem(each, { itemId, responseId }, (item) => {
        const left = status === 'completed' ? 'completed' : 'incomplete';
        const ended = item.status === 'in_progress' ? ({ ...item, status: left } as const) : item;
        const isCut = status === 'cancelled' && ended.status === 'incomplete';
        return isCut && !ended.interrupted ? { ...ended, interrupted: true } : ended;
      }),
    view,
  );
}

function metadataOf({ metadata }: ToldResponse): ViewResponse['metadata'] {
  const told = objectOf(metadata);
  return told === null ? null : Object.fromEntries(Object.entries(told).map(([key, value]) => [key, textOf(value)]));
}
