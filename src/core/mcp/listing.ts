import type { McpListedTool, McpListTools } from '../../protocol/types.ts';
import { begin, begun, finish } from '../conversation/conversation.ts';
import { jsonBytes } from '../conversation/item-size.ts';
import { entryRoom, hasRoom, type More, room, sum } from '../conversation/room.ts';
import { type Draft, emit, mint } from '../draft.ts';
import type { McpServer } from '../session.ts';
import { allowedTools } from './offers.ts';
import { type Definition, isSame } from './read-tools.ts';
import { putServer, serverOf } from './state.ts';

/**
 * Takes up the servers that an accepted request defines. Each new one is listed in the background, under an item that is
 * announced first, so that clients may retrieve it as soon as they read `in_progress` (behaviour §6.1).
 */
export function adopt(draft: Draft, definitions: readonly Definition[]): void {
  for (const definition of definitions) {
    const known = serverOf(draft.session.mcp.servers, definition.label);
    if (known === null || !isSame(known, definition)) define(draft, definition, known);
    else if (!definition.byLabel) putServer(draft, { ...known, shown: definition.shown });
  }
}

/** What the definitions add that will be listed: each by an item of its own. */
export function listingRoom(draft: Draft, definitions: readonly Definition[]): More {
  const { servers } = draft.session.mcp;
  const fresh = definitions.filter((definition) => {
    const known = serverOf(servers, definition.label);
    return known === null || !isSame(known, definition);
  });
  return sum(fresh.map(({ label }) => entryRoom(begun(listItem('', label, []), ''))));
}

function define(draft: Draft, { label, url, headers, shown }: Definition, known: McpServer | null): void {
  if (known !== null) leave(draft, known);
  const id = mint(draft, 'item');
  const access = { id, label, url, headers };
  putServer(draft, { access, shown, listing: { phase: 'running' } });
  begin(draft, listItem(id, label, []), id);
  emit(draft, 'mcp_list_tools.in_progress', { item_id: id });
  draft.effects.push({ do: 'list-tools', access });
}

/** The label means another server from now on; a listing under way has failed. */
function leave(draft: Draft, server: McpServer): void {
  if (server.listing.phase === 'running') fail(draft, server);
  draft.effects.push({ do: 'leave-server', id: server.access.id });
}

/** The tools have come: the listing completes, then its item is done, as with a response's streams and items. */
export function onListed(draft: Draft, id: string, tools: readonly McpListedTool[]): void {
  const server = listedNow(draft, id);
  if (server === null) return;
  const item = listItem(id, server.access.label, allowedTools(tools, server.shown));
  if (!hasRoom(draft.session, room(0, jsonBytes(tools)))) return fail(draft, server);
  putServer(draft, { ...server, listing: { phase: 'done', tools } });
  emit(draft, 'mcp_list_tools.completed', { item_id: id });
  finish(draft, { item, words: null, audio: [] }, id);
}

export function onListFailed(draft: Draft, id: string): void {
  const server = listedNow(draft, id);
  if (server !== null) fail(draft, server);
}

/** The item is done as well: whatever was added gets its end (behaviour §9 no. 10). */
function fail(draft: Draft, server: McpServer): void {
  const { id, label } = server.access;
  putServer(draft, { ...server, listing: { phase: 'failed' } });
  emit(draft, 'mcp_list_tools.failed', { item_id: id });
  finish(draft, { item: listItem(id, label, []), words: null, audio: [] }, id);
}

function listedNow(draft: Draft, id: string): McpServer | null {
  const server = draft.session.mcp.servers.find(({ access }) => access.id === id);
  return server?.listing.phase === 'running' ? server : null;
}

function listItem(id: string, label: string, tools: readonly McpListedTool[]): McpListTools & { id: string } {
  return { id, type: 'mcp_list_tools', server_label: label, tools: [...tools] };
}
