import type { ResponseCreateParams, Truncation } from '../../protocol/types.ts';
import { type Draft, mint } from '../draft.ts';
import type { ContextItem } from '../response/model-input.ts';
import { find, hold } from './conversation.ts';
import type { Entry } from './entry.ts';
import { entriesOf, withDropped } from './item-list.ts';
import { itemTokens } from './tokens.ts';
import { wordsOf } from './words.ts';

type GivenInput = NonNullable<ResponseCreateParams['input']>;

/**
 * Everything said so far that still fits (behaviour §3.3); null where it does not fit and nothing may be dropped. What is
 * dropped stays dropped, so that the start of the context changes seldom. Items still being said belong to no context.
 *
 * `fixedTokens`: instructions and tools, which are never dropped.
 */
export function conversationContext(draft: Draft, truncation: Truncation, fixedTokens: number): ContextItem[] | null {
  const kept = entriesOf(draft.session.conversation.items).filter(
    (entry) => !entry.dropped && isFinished(entry) && isForModels(entry),
  );
  const sizes = kept.map((entry) => entryTokens(entry));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const { most, target } = bounds(truncation, draft.session.rules.contextTokens - fixedTokens);
  if (total <= most) return kept.map(shown);
  if (truncation === 'disabled') return null;
  const fits = kept.slice(firstThatFits(kept, sizes, total - target));
  const dropped = new Set(kept.slice(0, kept.length - fits.length));
  hold(draft, withDropped(draft.session.conversation.items, dropped));
  return fits.map(shown);
}

/** `response.input` is the context where it is given; references name items of the conversation (behaviour §4.1). */
export function givenContext(draft: Draft, input: GivenInput): ContextItem[] | { readonly unknown: string } {
  const items: ContextItem[] = [];
  for (const each of input) {
    if (each.type !== 'item_reference') {
      const item = { ...each, id: each.id ?? mint(draft, 'item') };
      items.push({ item, words: wordsOf(item) });
      continue;
    }
    const entry = find(draft, each.id);
    if (entry === null) return { unknown: each.id };
    items.push(shown(entry));
  }
  return items;
}

/** Tokens that the items may have, and what they are cut to when they have more. `left`: by instructions and tools. */
function bounds(truncation: Truncation, left: number): { readonly most: number; readonly target: number } {
  const room = Math.max(0, left);
  if (typeof truncation === 'string') return { most: room, target: room };
  const most = Math.min(room, truncation.token_limits?.post_instructions ?? room);
  return { most, target: Math.floor(most * truncation.retention_ratio) };
}

/** The oldest items go first; an output whose call went goes with it, since no model could make sense of it. */
function firstThatFits(entries: readonly Entry[], sizes: readonly number[], excess: number): number {
  let index = 0;
  for (let left = excess; left > 0 && index < entries.length; index++) left -= sizes[index] ?? 0;
  const calls = new Set<string | undefined>();
  for (const { item } of entries.slice(index)) if (item.type === 'function_call') calls.add(item.call_id);
  while (isOrphan(entries[index], calls)) index++;
  return index;
}

/** `calls`: those that are kept; none is passed over, since a call is no orphan. */
function isOrphan(entry: Entry | undefined, calls: ReadonlySet<string | undefined>): boolean {
  return entry?.item.type === 'function_call_output' && !calls.has(entry.item.call_id);
}

function entryTokens(entry: Entry): number {
  const { text, audio, image } = itemTokens(entry.item, entry.words, entry);
  return text + audio + image;
}

/** Models are told of MCP tools by the request's `mcpTools`, and of approvals by the call that was made or refused. */
function isForModels({ item: { type } }: Entry): boolean {
  return type !== 'mcp_list_tools' && type !== 'mcp_approval_request' && type !== 'mcp_approval_response';
}

function isFinished({ item }: Entry): boolean {
  if (item.type === 'mcp_call') return (item.output ?? item.error ?? null) !== null;
  return !('status' in item && item.status === 'in_progress');
}

function shown({ item, words }: Entry): ContextItem {
  return { item, words };
}
