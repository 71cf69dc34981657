import type { McpApprovalRequest, McpApprovalResponse, McpCall } from '../../protocol/types.ts';
import { whyNoWork } from '../closing.ts';
import { append, create, finish, type ItemToCreate } from '../conversation/conversation.ts';
import type { Entry } from '../conversation/entry.ts';
import { itemBytes, jsonBytes } from '../conversation/item-size.ts';
import { hasRoom, room } from '../conversation/room.ts';
import { type Draft, emit, mint, reject } from '../draft.ts';
import { updateMcp } from '../mcp/state.ts';
import { mistakes } from '../mistakes.ts';
import type { ActiveResponse, HeldCall, OpenItem } from '../session.ts';
import { limitMistake } from './admission.ts';
import { endResponse, replace } from './end.ts';
import { failRequest, parseArguments } from './mcp-call.ts';
import { openSize } from './object.ts';
import { announceItem } from './output-item.ts';

type OpenRequest = Extract<OpenItem, { type: 'mcp_request' }>;

/** Asks the client whether a call may be made: the request's item comes whole, and the response is over (behaviour §6.2). */
export function askApproval(draft: Draft, response: ActiveResponse, open: OpenRequest): void {
  const whole = open.arguments === '' ? { ...open, arguments: '{}' } : open;
  if (parseArguments(whole.arguments) === null) return failRequest(draft, response, whole);
  const { itemId: id, access, name } = whole;
  const item: McpApprovalRequest = {
    id,
    type: 'mcp_approval_request',
    server_label: access.label,
    name,
    arguments: whole.arguments,
  };
  announceItem(draft, response, item);
  if (!response.params.outOfBand) finish(draft, { item, words: null, audio: [] }, response.id);
  emit(draft, 'response.output_item.done', { response_id: response.id, output_index: response.output.length, item });
  const closed: ActiveResponse = {
    ...response,
    open: null,
    output: [...response.output, item],
    outputBytes: response.outputBytes + itemBytes(item),
    saidCharacters: response.saidCharacters + openSize(whole).characters,
  };
  replace(draft, closed);
  const held = {
    requestId: id,
    access,
    name,
    arguments: whole.arguments,
    params: response.params.given,
    bytes: response.askedBytes,
  };
  updateMcp(draft, { asked: [...draft.session.mcp.asked, held] });
  draft.effects.push({ do: 'abort', responseId: response.id });
  endResponse(draft, closed, { status: 'completed' });
}

/** `conversation.item.create` with an answer: an approved call waits for its turn, a refused one is over. */
export function answerRequest(draft: Draft, asked: ItemToCreate, answer: McpApprovalResponse): void {
  const held = draft.session.mcp.asked.find(({ requestId }) => requestId === answer.approval_request_id);
  if (held === undefined) return reject(draft, mistakes.approvalUnknown(answer.approval_request_id));
  // The call begins a response; one that may not start now can be approved later.
  const notNow = answer.approve ? (whyNoWork(draft.session) ?? limitMistake(draft)) : null;
  if (notNow !== null) return reject(draft, notNow);
  const told = room(answer.approve ? 1 : 2, jsonBytes(answer) + jsonBytes(refusal(held, '', answer.reason ?? null)));
  if (!hasRoom(draft.session, told)) return reject(draft, mistakes.conversationFull(draft.session.rules));
  if (!create(draft, asked)) return;
  forgetRequest(draft, held.requestId);
  if (answer.approve) updateMcp(draft, { approved: [...draft.session.mcp.approved, held] });
  else refuse(draft, held, answer.reason ?? null);
}

/** The request can no longer be answered: it was, or its item is gone. */
export function forgetRequest(draft: Draft, requestId: string): void {
  const { asked } = draft.session.mcp;
  if (asked.every((held) => held.requestId !== requestId)) return;
  updateMcp(draft, { asked: asked.filter((held) => held.requestId !== requestId) });
}

/** The call is not made; an item tells of it, and nothing is answered unasked (behaviour §6.2). */
function refuse(draft: Draft, held: HeldCall, reason: string | null): void {
  if (held.params.conversation === 'none') return;
  append(draft, refusal(held, mint(draft, 'item'), reason));
}

function refusal(held: HeldCall, id: string, reason: string | null): Entry {
  const message = reason === null || reason === '' ? 'The call was refused.' : `The call was refused: ${reason}`;
  const item: McpCall = {
    id,
    type: 'mcp_call',
    server_label: held.access.label,
    name: held.name,
    arguments: held.arguments,
    approval_request_id: held.requestId,
    output: null,
    error: { type: 'tool_execution_error', message },
  };
  return { item, words: null, audio: [], truncated: false, saidBy: null, dropped: false };
}
