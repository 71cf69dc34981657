import type { Item, Response } from '../protocol/types.ts';
import type { Sent, ServerEvent, Trace } from './trace.ts';

/** An output item as the events of its response tell of it. */
export interface ItemStory {
  readonly id: string;
  readonly outputIndex: number;
  readonly added: Item;
  done: { readonly item: Item; readonly at: number } | null;
  /** Concatenated deltas, by the kind of stream: text, transcript or arguments. */
  deltas: string;
  /** What the stream's done event says, by the same kinds. */
  streamDone: string | null;
  /** What content_part.done says. */
  partDone: string | null;
}

/** A response from `response.created` to `response.done`. */
export interface ResponseStory {
  readonly id: string;
  readonly created: Response;
  readonly createdAt: Sent;
  readonly items: ItemStory[];
  done: { readonly response: Response; readonly sent: Sent } | null;
}

type ServerEventOf<Type extends ServerEvent['type']> = Extract<ServerEvent, { type: Type }>;

const stories = new WeakMap<Trace, ReadonlyMap<string, ResponseStory>>();

/** The responses of a trace by id, in the order of their creation. */
export function responsesIn(trace: Trace): ReadonlyMap<string, ResponseStory> {
  const known = stories.get(trace);
  if (known !== undefined) return known;
  const told = new Map<string, ResponseStory>();
  for (const sent of trace.events) tell(told, sent);
  stories.set(trace, told);
  return told;
}

function tell(told: Map<string, ResponseStory>, sent: Sent): void {
  const { event } = sent;
  switch (event.type) {
    case 'response.created': {
      const id = event.response.id ?? '';
      told.set(id, { id, created: event.response, createdAt: sent, items: [], done: null });
      return;
    }
    case 'response.done': {
      const story = told.get(event.response.id ?? '');
      if (story !== undefined) story.done ??= { response: event.response, sent };
      return;
    }
    case 'response.output_item.added': {
      const { response_id, output_index: outputIndex, item } = event;
      const fresh = { id: item.id ?? '', outputIndex, added: item };
      told.get(response_id)?.items.push({ ...fresh, done: null, deltas: '', streamDone: null, partDone: null });
      return;
    }
    case 'response.output_item.done': {
      const item = itemOf(told, event.response_id, event.item.id ?? '');
      if (item !== null) item.done = { item: event.item, at: sent.at };
      return;
    }
    case 'response.output_text.delta':
    case 'response.output_audio_transcript.delta':
    case 'response.mcp_call_arguments.delta':
    case 'response.function_call_arguments.delta': {
      const item = itemOf(told, event.response_id, event.item_id);
      if (item !== null) item.deltas += event.delta;
      return;
    }
    case 'response.output_text.done':
    case 'response.output_audio_transcript.done':
    case 'response.mcp_call_arguments.done':
    case 'response.function_call_arguments.done': {
      const item = itemOf(told, event.response_id, event.item_id);
      if (item !== null) item.streamDone = streamEnd(event);
      return;
    }
    case 'response.content_part.done': {
      const item = itemOf(told, event.response_id, event.item_id);
      if (item !== null) item.partDone = event.part.text ?? event.part.transcript ?? '';
      return;
    }
    default:
      return;
  }
}

function streamEnd(
  event: ServerEventOf<
    | 'response.output_text.done'
    | 'response.output_audio_transcript.done'
    | 'response.mcp_call_arguments.done'
    | 'response.function_call_arguments.done'
  >,
): string {
  switch (event.type) {
    case 'response.output_text.done':
      return event.text;
    case 'response.output_audio_transcript.done':
      return event.transcript;
    case 'response.mcp_call_arguments.done':
    case 'response.function_call_arguments.done':
      return event.arguments;
    default:
      return event satisfies never;
  }
}

function itemOf(told: Map<string, ResponseStory>, responseId: string, itemId: string): ItemStory | null {
  return told.get(responseId)?.items.find(({ id }) => id === itemId) ?? null;
}

/** The response an event belongs to; null where it belongs to none. */
export function responseIdOf(event: ServerEvent): string | null {
  if (event.type === 'response.created' || event.type === 'response.done') return event.response.id ?? '';
  return 'response_id' in event && typeof event.response_id === 'string' ? event.response_id : null;
}

/** What an item says: its text, transcript or arguments; null where it says nothing that a stream could have said. */
export function saidIn(item: Item): string | null {
  if (item.type === 'function_call' || item.type === 'mcp_call') return item.arguments;
  if (item.type !== 'message' || item.role !== 'assistant') return null;
  const [part] = item.content;
  return part?.text ?? part?.transcript ?? null;
}
