import { jsonBytes } from '../conversation/item-size.ts';
import { hasRoom, room } from '../conversation/room.ts';
import { textTokens } from '../conversation/tokens.ts';
import { type Draft, emit, mint, obfuscation } from '../draft.ts';
import type { ActiveResponse, HeldCall, McpOffer, McpOutcome, OpenMcpCall } from '../session.ts';
import { closeOpen, replace } from './end.ts';
import { shownItem } from './object.ts';
import { announceItem } from './output-item.ts';

/** JSON-RPC's codes, which MCP takes over, for what the server of the session finds wrong itself. */
const invalidParams = -32602;

/** A call that names an offered tool: announced at once, or once its arguments are whole where it needs approval. */
export function startMcpCall(draft: Draft, response: ActiveResponse, { access, name, needsApproval }: McpOffer): void {
  const itemId = mint(draft, 'item');
  if (needsApproval) {
    replace(draft, { ...response, open: { type: 'mcp_request', itemId, access, name, arguments: '' } });
    return;
  }
  openCall(draft, response, { itemId, access, name, approvalRequestId: null });
}

/** The call with which a response begins that an approval started: its arguments come in one piece (behaviour §6.2). */
export function makeApprovedCall(draft: Draft, response: ActiveResponse, held: HeldCall): void {
  const { access, name, requestId } = held;
  const opened = openCall(draft, response, {
    itemId: mint(draft, 'item'),
    access,
    name,
    approvalRequestId: requestId,
  });
  run(draft, opened.response, addArguments(draft, opened, held.arguments));
}

interface Opened {
  readonly response: ActiveResponse;
  readonly call: OpenMcpCall;
}

function openCall(
  draft: Draft,
  response: ActiveResponse,
  named: Pick<OpenMcpCall, 'itemId' | 'access' | 'name' | 'approvalRequestId'>,
): Opened {
  const call: OpenMcpCall = { type: 'mcp_call', ...named, arguments: '', progress: { phase: 'arguments' } };
  const opened = { ...response, open: call };
  replace(draft, opened);
  announceItem(draft, opened, shownItem(call, 'in_progress'));
  return { response: opened, call };
}

/** More of the arguments; the padding is always there, since a stock client insists on it (behaviour §4.8). */
export function addArguments(draft: Draft, { response, call }: Opened, delta: string): OpenMcpCall {
  const grown = { ...call, arguments: call.arguments + delta };
  replace(draft, { ...response, open: grown });
  emit(draft, 'response.mcp_call_arguments.delta', {
    response_id: response.id,
    item_id: call.itemId,
    output_index: response.output.length,
    delta,
    obfuscation: obfuscation(draft, delta),
  });
  return grown;
}

/** The model has said all arguments: the call runs while the model waits. */
export function runMcpCall(draft: Draft, response: ActiveResponse, call: OpenMcpCall): void {
  run(draft, response, call.arguments === '' ? addArguments(draft, { response, call }, '{}') : call);
}

/** What a model wanted approved but cannot be asked about, since it is no JSON object: a call that fails. */
export function failRequest(
  draft: Draft,
  response: ActiveResponse,
  open: Extract<ActiveResponse['open'], { type: 'mcp_request' }>,
): void {
  const { itemId, access, name } = open;
  const opened = openCall(draft, response, { itemId, access, name, approvalRequestId: null });
  run(draft, opened.response, addArguments(draft, opened, open.arguments));
}

function run(draft: Draft, response: ActiveResponse, call: OpenMcpCall): void {
  const begun = beginRunning(draft, response, call);
  const args = parseArguments(call.arguments);
  if (args === null) return conclude(draft, begun, { error: noObject });
  const { itemId, access, name } = call;
  draft.effects.push({ do: 'call-tool', responseId: response.id, itemId, access, name, arguments: args });
}

function beginRunning(draft: Draft, response: ActiveResponse, call: OpenMcpCall): Opened {
  const at = { item_id: call.itemId, output_index: response.output.length };
  emit(draft, 'response.mcp_call_arguments.done', { response_id: response.id, ...at, arguments: call.arguments });
  emit(draft, 'response.mcp_call.in_progress', at);
  const running: OpenMcpCall = { ...call, progress: { phase: 'running' } };
  const held = { ...response, open: running };
  replace(draft, held);
  return { response: held, call: running };
}

const noRoom = 'The conversation has no room for the output.';

const noObject = {
  type: 'protocol_error' as const,
  code: invalidParams,
  message: 'The arguments are not a JSON object.',
};

/** What came of a call; late news of a call that was given up is dropped. */
export function onCalled(draft: Draft, itemId: string, outcome: McpOutcome): void {
  const found = openCallOf(draft, itemId);
  if (found?.call.progress.phase !== 'running') return;
  const fits = hasRoom(draft.session, room(0, jsonBytes(outcome)));
  conclude(draft, found, fits ? outcome : { error: { type: 'tool_execution_error', message: noRoom } });
}

/** The client has deleted the item: the call is given up, the response goes on. */
export function giveUpCall(draft: Draft, itemId: string): void {
  const found = openCallOf(draft, itemId);
  if (found === null) return;
  const message = 'The call was given up: its item was deleted.';
  const isRunning = found.call.progress.phase === 'running';
  if (isRunning) draft.effects.push({ do: 'abort-call', itemId });
  const begun = isRunning ? found : beginRunning(draft, found.response, found.call);
  conclude(draft, begun, { error: { type: 'tool_execution_error', message } });
}

function openCallOf(draft: Draft, itemId: string): Opened | null {
  for (const response of draft.session.responses) {
    const { open } = response;
    if (open?.type === 'mcp_call' && open.itemId === itemId) return { response, call: open };
  }
  return null;
}

/** The item is done, and the model goes on with what came of the call, or is asked now for the first time. */
function conclude(draft: Draft, { response, call }: Opened, outcome: McpOutcome): void {
  const over: OpenMcpCall = { ...call, progress: { phase: 'over', outcome } };
  const item = shownItem(over, 'completed');
  const closed = closeOpen(draft, { ...response, open: over }, 'completed');
  const { input } = closed.params;
  const read = 'output' in outcome ? textTokens(outcome.output.length) : textTokens(outcome.error.message.length);
  const { unasked } = closed;
  // The model reads the outcome before it goes on.
  replace(draft, {
    ...closed,
    params: { ...closed.params, input: { ...input, text: input.text + read } },
    unasked: null,
  });
  if (unasked !== null) {
    const items = [...unasked.items, { item, words: null }];
    draft.effects.push({ do: 'respond', request: { ...unasked, items } });
  } else if (item.type === 'mcp_call') {
    draft.effects.push({ do: 'resume', responseId: response.id, call: item });
  }
}

/** The arguments of a call; null where they are no JSON object. */
export function parseArguments(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
