import type { ContextItem } from '../../core/response/model-input.ts';
import type { McpCall } from '../../protocol/types.ts';
import type { Reply } from './schema.ts';

/** What a reply can see of the conversation. */
export interface Cue {
  /** The newest user text or transcript; "" where there is none. */
  readonly input: string;
  /** The text of the newest tool output; "" where there is none. */
  readonly output: string;
  /** The tool whose output is the newest item; null if the newest item is anything else. */
  readonly tool: string | null;
  /** Whether the newest item is the user's: who has just spoken or written. */
  readonly isUsersTurn: boolean;
}

export function cueOf(items: readonly ContextItem[]): Cue {
  const newest = items.at(-1);
  return {
    input: newestInput(items),
    output: newestOutput(items),
    tool: answeredTool(items),
    isUsersTurn: newest !== undefined && isUsers(newest),
  };
}

/** The first entry whose `when` holds; null if none does. */
export function chooseReply(replies: readonly Reply[], cue: Cue): Reply | null {
  return replies.find((reply) => holds(reply, cue)) ?? null;
}

/** Puts the words of the cue in the place of `{input}` and `{output}`; braces inside those words stay as they are. */
export function fillIn(text: string, cue: Cue): string {
  return text.replace(/\{(input|output)\}/gu, (_, name) => (name === 'input' ? cue.input : cue.output));
}

/** Old words choose nothing: after a tool's output they would call the tool again, and again after the next one. */
export function holds({ when }: Reply, cue: Cue): boolean {
  if (when?.tool !== undefined && when.tool !== cue.tool) return false;
  if (when?.contains === undefined) return true;
  return cue.isUsersTurn && foldCase(cue.input).includes(foldCase(when.contains));
}

function isUsers({ item }: ContextItem): boolean {
  return item.type === 'message' && item.role === 'user';
}

function newestInput(items: readonly ContextItem[]): string {
  return items.findLast((each) => isUsers(each) && each.words !== null)?.words ?? '';
}

function newestOutput(items: readonly ContextItem[]): string {
  for (const { item } of items.toReversed()) {
    if (item.type === 'function_call_output') return item.output;
    if (item.type === 'mcp_call') return outputOf(item);
  }
  return '';
}

/** What an MCP call gave; where it failed, why. */
export function outputOf({ output, error }: McpCall): string {
  return output ?? error?.message ?? '';
}

function answeredTool(items: readonly ContextItem[]): string | null {
  const newest = items.at(-1)?.item;
  if (newest?.type === 'mcp_call') return newest.name;
  if (newest?.type !== 'function_call_output') return null;
  for (const { item } of items.toReversed()) {
    if (item.type === 'function_call' && item.call_id === newest.call_id) return item.name;
  }
  return null;
}

/**
 * Text without its case, the same in every locale. Down and then up, so that "ẞ", "ß" and "SS" are equal and a final
 * sigma is a sigma; composed, so that an accent typed apart is the accent typed together.
 */
function foldCase(text: string): string {
  return text.normalize('NFC').toLowerCase().toUpperCase().normalize('NFC');
}
