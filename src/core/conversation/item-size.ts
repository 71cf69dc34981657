import { utf8Length } from '../../protocol/limits.ts';
import type { Item } from '../../protocol/types.ts';
import { ticksToBytes } from '../audio-clock.ts';
import type { Entry } from './entry.ts';

/** What an item takes besides its texts: its keys and its place in the conversation. */
export const itemOverhead = 500;
/** What each further content part takes besides its texts. */
const partOverhead = 50;
/** How long an outcome may be that counts as nothing: there is always room to tell that a call has failed. */
const shortOutcome = 100;
/** What each place takes where words meet sound. */
export const markOverhead = 50;

export interface EntryBytes {
  /** Without the sound. */
  readonly bytes: number;
  readonly soundBytes: number;
}

/** What an item holds: its texts as UTF-8, images, arguments and lists of tools, and its sound as it was sent. */
export function entryBytes({ item, words, audio }: Entry): EntryBytes {
  // The words of typed text stand in the item as well.
  const heard = audio.length === 0 || words === null ? 0 : utf8Length(words);
  const marks = audio.reduce((sum, part) => sum + part.marks.length, 0);
  return {
    bytes: itemBytes(item) + heard + marks * markOverhead,
    soundBytes: audio.reduce((sum, part) => sum + ticksToBytes(part.ticks, part.format), 0),
  };
}

/** What an item holds without its sound, and without words that it does not show. */
export function itemBytes(item: Item): number {
  return itemOverhead + contentBytes(item);
}

/** All texts of a JSON value as UTF-8, keys included, and a little for whatever else it holds. */
export function jsonBytes(value: unknown): number {
  if (typeof value === 'string') return utf8Length(value);
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = partOverhead;
  for (const [key, member] of Object.entries(value)) bytes += utf8Length(key) + jsonBytes(member);
  return bytes;
}

function contentBytes(item: Item): number {
  switch (item.type) {
    case 'message':
      return item.content.reduce(
        (sum, part) => sum + partBytes(part),
        partOverhead * Math.max(0, item.content.length - 1),
      );
    case 'function_call':
      // A call without arguments will say `{}`.
      return textBytes(item.name, item.call_id) + Math.max(2, utf8Length(item.arguments));
    case 'function_call_output':
      return textBytes(item.call_id, item.output);
    case 'mcp_call':
      return (
        textBytes(item.server_label, item.name) +
        Math.max(2, utf8Length(item.arguments)) +
        Math.max(0, textBytes(item.output, item.error?.message) - shortOutcome)
      );
    case 'mcp_list_tools':
      return jsonBytes(item.tools) + utf8Length(item.server_label);
    case 'mcp_approval_request':
      return textBytes(item.server_label, item.name, item.arguments);
    case 'mcp_approval_response':
      return textBytes(item.approval_request_id, item.reason);
    default:
      return item satisfies never;
  }
}

interface Part {
  readonly text?: string;
  readonly transcript?: string | null;
  readonly image_url?: string;
}

function partBytes({ text, transcript, image_url }: Part): number {
  // An image is base64, of which each character takes a byte; it need not be read through.
  return textBytes(text, transcript) + (image_url?.length ?? 0);
}

function textBytes(...texts: readonly (string | null | undefined)[]): number {
  return texts.reduce((sum: number, text) => sum + (text === null || text === undefined ? 0 : utf8Length(text)), 0);
}
