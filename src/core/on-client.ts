import type { ClientEventMap, Session as SessionUpdate, Tool } from '../protocol/types.ts';
import { closeIfDrained } from './closing.ts';
import { create, type ItemToCreate, remove } from './conversation/conversation.ts';
import { retrieve, truncate } from './conversation/item-lookup.ts';
import { hasRoom } from './conversation/room.ts';
import { type Draft, emit, reject } from './draft.ts';
import type { Input } from './input.ts';
import { clear, commitByClient, forgetSpareByte } from './input-audio/buffer.ts';
import { restartVad } from './input-audio/turn.ts';
import { adopt, listingRoom } from './mcp/listing.ts';
import { readTools } from './mcp/read-tools.ts';
import { mistakes } from './mistakes.ts';
import { clearPlayback, orphanSound } from './playback/playback.ts';
import { cancelByClient } from './response/end.ts';
import { answerRequest, forgetRequest } from './response/mcp-approval.ts';
import { giveUpCall } from './response/mcp-call.ts';
import { createByClient } from './response/start.ts';
import { sameJson } from './same-json.ts';
import { merge } from './session-config.ts';

type ClientEvent = ClientEventMap[keyof ClientEventMap];
type FromClient = Extract<Input, { from: 'client' }>;

/** Routes a checked client event to its region. Every one that has an acknowledgement gets exactly one, or one error. */
export function onClient(
  draft: Draft,
  event: ClientEvent,
  { audio = [], servers = [] }: Pick<FromClient, 'audio' | 'servers'>,
): void {
  switch (event.type) {
    case 'session.update':
      return updateSession(draft, event.session, servers);
    case 'input_audio_buffer.append':
      return; // comes decoded, as input from the microphone
    case 'input_audio_buffer.commit':
      return commitByClient(draft);
    case 'input_audio_buffer.clear':
      return clear(draft);
    case 'output_audio_buffer.clear':
      return clearOutput(draft);
    case 'conversation.item.create':
      return createItem(draft, { item: event.item, previousItemId: event.previous_item_id, audio });
    case 'conversation.item.retrieve':
      return retrieve(draft, event.item_id);
    case 'conversation.item.truncate':
      return truncate(draft, {
        itemId: event.item_id,
        contentIndex: event.content_index,
        audioEndMs: event.audio_end_ms,
      });
    case 'conversation.item.delete':
      return deleteItem(draft, event.item_id);
    case 'response.create':
      return createByClient(draft, event.response ?? {}, servers);
    case 'response.cancel':
      return cancelByClient(draft, event.response_id);
    default:
      return event satisfies never;
  }
}

/** The update with its tools as they were read: entries that only name a server are whole, and none holds a secret. */
function inFull(update: SessionUpdate, tools: Tool[]): SessionUpdate {
  return update.type === 'realtime' && update.tools !== undefined ? { ...update, tools } : update;
}

function createItem(draft: Draft, asked: ItemToCreate): void {
  const { item } = asked;
  if (item.type === 'mcp_approval_response') answerRequest(draft, asked, item);
  else create(draft, asked);
}

/** A call whose item goes is given up, a request whose item goes can no longer be answered. */
function deleteItem(draft: Draft, itemId: string): void {
  if (!remove(draft, itemId)) return;
  giveUpCall(draft, itemId);
  forgetRequest(draft, itemId);
  orphanSound(draft, itemId);
}

/** `output_audio_buffer.clear`: silence, where the server is who plays; no answer where nothing plays (behaviour §7.3). */
function clearOutput(draft: Draft): void {
  if (draft.session.playback === null) return reject(draft, mistakes.noOutputBuffer());
  clearPlayback(draft);
  closeIfDrained(draft);
}

/**
 * `session.update`: all or nothing, answered with the whole effective session (behaviour §1.3). The tools of MCP servers
 * are listed after the answer, which does not wait for them (behaviour §6.1).
 */
function updateSession(draft: Draft, update: SessionUpdate, urls: readonly (string | null)[]): void {
  const before = draft.session.config;
  const tools = update.type === 'realtime' ? (update.tools ?? []) : [];
  const { mcp, rules, hasSpoken } = draft.session;
  const { servers } = mcp;
  const read = readTools(servers, { tools, urls, param: 'session.tools', taken: new Set() });
  if (!read.ok) return reject(draft, read.error);
  const merged = merge(before, inFull(update, read.tools), { ...rules, hasSpoken });
  if (!merged.ok) return reject(draft, merged.error);
  if (!hasRoom(draft.session, listingRoom(draft, read.definitions))) {
    return reject(draft, mistakes.conversationFull(rules));
  }
  draft.session = { ...draft.session, config: merged.config };
  const { input } = merged.config.audio;
  const formatChanged = !sameJson(input.format, before.audio.input.format);
  if (formatChanged) forgetSpareByte(draft);
  if (!sameJson(input.turn_detection, before.audio.input.turn_detection)) restartVad(draft);
  emit(draft, 'session.updated', { session: merged.config });
  adopt(draft, read.definitions);
}
