import type { FunctionCall, FunctionCallOutput, Item, McpCall, MessageItem } from '../../protocol/events/index.ts';
import type { RecordedItem } from './record.ts';

/** What a session can be told. */
export type Told = MessageItem | FunctionCall | FunctionCallOutput | McpCall;

/** The longest id that a client may choose (behaviour §1.6). */
const maxIdLength = 32;

/**
 * The items that tell a new session what was said, in order, each under its old id: text as it was, speech as its
 * transcript, an interrupted answer as far as it was heard, tools with what came of them. Left out is what says nothing
 * without its sound or its session: speech that nobody wrote down, calls still being made, MCP tools (the new session
 * lists them itself) and what waited for approval.
 */
export function replayPlan(record: readonly RecordedItem[]): Told[] {
  const callIds = new Set<string | undefined>();
  return record.flatMap((held) => {
    const item = restored(held);
    if (item === null) return [];
    if (item.type === 'function_call') callIds.add(item.call_id);
    // A server refuses the output of a call that it does not know.
    if (item.type === 'function_call_output' && !callIds.has(item.call_id)) return [];
    return [named(item, held.id)];
  });
}

function restored(held: RecordedItem): Told | null {
  const { item } = held;
  switch (item.type) {
    case 'message':
      // Not every server shows the content of an item that has none yet.
      return message(held, { ...item, content: item.content ?? [] } as MessageItem);
    case 'function_call':
      return held.isDone ? item : null;
    case 'function_call_output':
      return item;
    case 'mcp_call':
      return held.isDone && (item.output ?? null) !== null ? item : null;
    default:
      return null;
  }
}

function message(held: RecordedItem, item: MessageItem): MessageItem | null {
  const told = item.role === 'assistant' ? said(held) : item.role === 'user' ? userMessage(held, item) : item;
  return told.content.length === 0 ? null : told;
}

function userMessage(held: RecordedItem, item: Extract<MessageItem, { role: 'user' }>): typeof item {
  const content = item.content.flatMap((part): typeof item.content => {
    if (part.type === 'input_audio') return written('input_text', part.transcript || held.transcript);
    if (part.type === 'input_image') return part.image_url === undefined ? [] : [part];
    return written('input_text', part.text);
  });
  return { ...item, content };
}

function said(held: RecordedItem): Extract<MessageItem, { role: 'assistant' }> {
  const words = held.text + heardWords(held);
  return { type: 'message', role: 'assistant', content: written('output_text', words || shownWords(held.item)) };
}

/** What the item itself shows, where no deltas were seen: it was the app that added it. */
function shownWords(item: Item): string {
  if (item.type !== 'message') return '';
  return (item.content ?? []).map((part) => part.text ?? ('transcript' in part ? part.transcript : '') ?? '').join('');
}

/** The words up to where the sound was cut, as near as time tells: a share of the transcript, back to the last whole word. */
function heardWords({ transcript, heardMs, spokenMs }: RecordedItem): string {
  if (heardMs === null || heardMs >= spokenMs) return transcript;
  const cut = transcript.slice(0, Math.floor((transcript.length * heardMs) / spokenMs));
  return cut.slice(0, Math.max(cut.lastIndexOf(' '), 0));
}

function written<Type extends string>(type: Type, text: string | null | undefined): { type: Type; text: string }[] {
  return text === '' || text === null || text === undefined ? [] : [{ type, text }];
}

function named(item: Told, id: string): Told {
  if (id.length <= maxIdLength || item.type === 'mcp_call') return { ...item, id };
  const { id: _id, ...rest } = item;
  return rest;
}
