import { marked } from '../../audio/heard-words.ts';
import { bytesToTicks, formatName } from '../audio-clock.ts';
import { find } from '../conversation/conversation.ts';
import { hasRoom, pieceRoom } from '../conversation/room.ts';
import { type Draft, emit, mint, obfuscation } from '../draft.ts';
import { findOffer } from '../mcp/offers.ts';
import { enqueue } from '../playback/playback.ts';
import type { ActiveResponse, OpenItem } from '../session.ts';
import { closeOpen, endForRoom, endResponse, replace } from './end.ts';
import { askApproval } from './mcp-approval.ts';
import { addArguments, runMcpCall, startMcpCall } from './mcp-call.ts';
import type { ModelOutput } from './model-output.ts';
import { outputTokens } from './object.ts';
import { announceItem } from './output-item.ts';

type Message = Extract<OpenItem, { type: 'message' }>;

/** What a model says; late words of a response that is over are dropped. */
export function onModel(draft: Draft, responseId: string, output: ModelOutput): void {
  const response = draft.session.responses.find((each) => each.id === responseId);
  if (response === undefined) return;
  const more = pieceRoom(response, output);
  if (more !== null && !hasRoom(draft.session, more)) return endForRoom(draft, response);
  switch (output.type) {
    case 'text':
      return output.text === '' ? void openMessage(draft, response) : text(draft, response, output.text);
    case 'audio':
      return output.audio.byteLength === 0 ? undefined : audio(draft, response, output.audio);
    case 'message_end':
      return response.open?.type === 'message' ? void closeOpen(draft, response, 'completed') : undefined;
    case 'call_start':
      return startCall(draft, response, output);
    case 'call_arguments':
      return callArguments(draft, response, output.delta);
    case 'call_end':
      return endCall(draft, response);
    case 'end':
      return endResponse(draft, response, { status: 'completed' }, output.usage);
    case 'incomplete':
      return endResponse(draft, response, { status: 'incomplete', reason: output.reason });
    case 'failed':
      return endResponse(draft, response, { status: 'failed', code: output.code, message: output.message });
    default:
      return output satisfies never;
  }
}

/** Text of a message: `output_text` in a text response, the transcript in an audio response. */
function text(draft: Draft, response: ActiveResponse, delta: string): void {
  const [opened, message] = openMessage(draft, response);
  const { part } = message;
  const grown: Message = {
    ...message,
    part:
      part.type === 'text'
        ? { ...part, text: part.text + delta }
        : { ...part, transcript: part.transcript + delta, marks: marked(part) },
  };
  const after = { ...opened, open: grown };
  if (pastLimit(after)) return cutShort(draft, opened);
  replace(draft, after);
  const at = placeOf(opened, message);
  if (part.type === 'audio') return emit(draft, 'response.output_audio_transcript.delta', { ...at, delta });
  emit(draft, 'response.output_text.delta', { ...at, delta, obfuscation: obfuscation(draft, delta) });
}

/** Sound of a message; a text response has none, and ignores it. */
function audio(draft: Draft, response: ActiveResponse, bytes: Uint8Array): void {
  if (response.params.modality === 'text') return;
  const [opened, message] = openMessage(draft, response);
  if (message.part.type !== 'audio') return;
  const said = bytesToTicks(bytes.byteLength, formatName(response.params.format));
  const ticks = message.part.ticks + said;
  const after = { ...opened, open: { ...message, part: { ...message.part, ticks } } };
  if (pastLimit(after)) return cutShort(draft, opened);
  replace(draft, after);
  draft.session = { ...draft.session, hasSpoken: true };
  const { itemId } = message;
  const held = find(draft, itemId);
  const inConversation = held?.saidBy === response.id;
  if (!enqueue(draft, { responseId: response.id, itemId, contentIndex: 0, ticks: said, inConversation })) return;
  // 'response.output_audio.delta': the shell writes the sound as text.
  draft.effects.push({
    do: 'emit-audio',
    eventId: mint(draft, 'event'),
    responseId: response.id,
    itemId,
    outputIndex: opened.output.length,
    contentIndex: 0,
    format: formatName(response.params.format),
    audio: bytes,
    keep: inConversation && !held.truncated,
  });
}

/** The message being said, opened where there is none (behaviour §4.2, §4.3). */
function openMessage(draft: Draft, response: ActiveResponse): [ActiveResponse, Message] {
  if (response.open?.type === 'message') return [response, response.open];
  const settled = response.open === null ? response : closeOpen(draft, response, 'completed');
  const itemId = mint(draft, 'item');
  const message: Message = {
    type: 'message',
    itemId,
    part:
      settled.params.modality === 'text'
        ? { type: 'text', text: '' }
        : { type: 'audio', transcript: '', ticks: 0, marks: [] },
  };
  const opened = { ...settled, open: message };
  replace(draft, opened);
  announceItem(draft, opened, { id: itemId, type: 'message', status: 'in_progress', role: 'assistant', content: [] });
  const part =
    message.part.type === 'text' ? { type: 'text' as const, text: '' } : { type: 'audio' as const, transcript: '' };
  emit(draft, 'response.content_part.added', { ...placeOf(opened, message), part });
  return [opened, message];
}

type CallStart = Extract<ModelOutput, { type: 'call_start' }>;

function startCall(draft: Draft, response: ActiveResponse, { name, callId: givenId, serverLabel }: CallStart): void {
  const settled = response.open === null ? response : closeOpen(draft, response, 'completed');
  const offer = findOffer(settled.params.offers, name, serverLabel);
  if (offer !== null) return startMcpCall(draft, settled, offer);
  const itemId = mint(draft, 'item');
  const callId = givenId ?? mint(draft, 'call');
  const opened: ActiveResponse = { ...settled, open: { type: 'call', itemId, callId, name, arguments: '' } };
  replace(draft, opened);
  announceItem(draft, opened, {
    id: itemId,
    type: 'function_call',
    status: 'in_progress',
    call_id: callId,
    name,
    arguments: '',
  });
}

function callArguments(draft: Draft, response: ActiveResponse, delta: string): void {
  const { open } = response;
  if (open === null || open.type === 'message' || delta === '') return;
  if (open.type === 'mcp_call' && open.progress.phase !== 'arguments') return;
  const after = { ...response, open: { ...open, arguments: open.arguments + delta } };
  if (pastLimit(after)) return cutShort(draft, response);
  if (open.type === 'mcp_call') return void addArguments(draft, { response, call: open }, delta);
  replace(draft, after);
  if (open.type === 'mcp_request') return;
  emit(draft, 'response.function_call_arguments.delta', {
    response_id: response.id,
    item_id: open.itemId,
    output_index: response.output.length,
    call_id: open.callId,
    delta,
  });
}

/** The arguments are whole: a function call is done, a call of an MCP tool runs or asks to be approved. */
function endCall(draft: Draft, response: ActiveResponse): void {
  const { open } = response;
  switch (open?.type) {
    case 'call':
      return void closeOpen(draft, response, 'completed');
    case 'mcp_call':
      return open.progress.phase === 'arguments' ? runMcpCall(draft, response, open) : undefined;
    case 'mcp_request':
      return askApproval(draft, response, open);
    default:
      return;
  }
}

/** `max_output_tokens` counts text, audio and function arguments of the response (behaviour §4.7). */
function pastLimit(response: ActiveResponse): boolean {
  const { maxOutputTokens } = response.params;
  if (maxOutputTokens === 'inf') return false;
  const used = outputTokens(response);
  return used.text + used.audio > maxOutputTokens;
}

function cutShort(draft: Draft, response: ActiveResponse): void {
  draft.effects.push({ do: 'abort', responseId: response.id });
  endResponse(draft, response, { status: 'incomplete', reason: 'max_output_tokens' });
}

/** Where the message's one content part stands, as its events say it. */
function placeOf({ id, output }: ActiveResponse, { itemId }: Message) {
  return { response_id: id, item_id: itemId, output_index: output.length, content_index: 0 };
}
