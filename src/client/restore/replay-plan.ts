import type { FunctionCall, FunctionCallOutput, McpCall, MessageItem } from '../../protocol/events/index.ts';
import type { ConversationRecord, RecordedItem } from './record.ts';

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
export function replayPlan(record: ConversationRecord): Told[] {
  const callIds = new Set<string | undefined>();
  return record.items.flatMap((held) => {
    const item = restored(held, record.heardOf(held));
    if (item === null) return [];
    if (item.type === 'function_call') callIds.add(item.call_id);
    // A server refuses the output of a call that it does not know.
    if (item.type === 'function_call_output' && !callIds.has(item.call_id)) return [];
    return [named(item, held.id)];
  });
}

function restored(held: RecordedItem, heard: string | null): Told | null {
  const { item } = held;
  switch (item.type) {
    case 'message':
      // Not every server shows the content of an item that has none yet.
      return message(held, heard, { ...item, content: item.content ?? [] } as MessageItem);
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

function message(held: RecordedItem, heard: string | null, item: MessageItem): MessageItem | null {
  const told =
    item.role === 'assistant' ? said(heard ?? shownWords(item)) : item.role === 'user' ? userMessage(held, item) : item;
  return told.content.length === 0 ? null : told;
}

function userMessage(held: RecordedItem, item: Extract<MessageItem, { role: 'user' }>): typeof item {
  const content = item.content.flatMap((part): typeof item.content => {
    if (part.type === 'input_audio') return written('input_text', part.transcript || held.said?.transcript);
    if (part.type === 'input_image') return part.image_url === undefined ? [] : [part];
    return written('input_text', part.text);
  });
  return { ...item, content };
}

function said(words: string): Extract<MessageItem, { role: 'assistant' }> {
  return { type: 'message', role: 'assistant', content: written('output_text', words) };
}

/** What the item itself shows, where nothing was seen of how it came: it was the app that added it. */
function shownWords({ content }: MessageItem): string {
  return content.map((part) => part.text ?? ('transcript' in part ? part.transcript : '') ?? '').join('');
}

function written<Type extends string>(type: Type, text: string | null | undefined): { type: Type; text: string }[] {
  return text === '' || text === null || text === undefined ? [] : [{ type, text }];
}

function named(item: Told, id: string): Told {
  if (id.length <= maxIdLength || item.type === 'mcp_call') return { ...item, id };
  const { id: _id, ...rest } = item;
  return rest;
}
