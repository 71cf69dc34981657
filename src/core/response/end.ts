import { voicedWords } from '../../audio/heard-words.ts';
import type { Item, ResponseUsage } from '../../protocol/types.ts';
import { formatName } from '../audio-clock.ts';
import { closeIfDrained } from '../closing.ts';
import { finish } from '../conversation/conversation.ts';
import type { Entry } from '../conversation/entry.ts';
import { itemBytes } from '../conversation/item-size.ts';
import { wordsOf } from '../conversation/words.ts';
import { tokenLimit } from '../defaults.ts';
import { type Draft, emit, reject } from '../draft.ts';
import { countIdle } from '../input-audio/idle.ts';
import { mistakes } from '../mistakes.ts';
import { clearPlayback, endSound, idleAfterPlayback } from '../playback/playback.ts';
import type { ActiveResponse, OpenItem, OpenMcpCall } from '../session.ts';
import { type Ending, estimatedUsage, noUsage, openSize, responseObject, shownItem, statusDetails } from './object.ts';

/** `response.cancel`: the named response, or the one of the default conversation (behaviour §4.6). */
export function cancelByClient(draft: Draft, responseId: string | undefined): void {
  const response =
    responseId === undefined
      ? activeDefault(draft)
      : (draft.session.responses.find((each) => each.id === responseId) ?? null);
  if (response === null) return reject(draft, mistakes.nothingToCancel());
  cancel(draft, response, 'client_cancelled');
}

/** Speech has started: all sound ends, and the default conversation's response; out-of-band ones go on unheard (behaviour §2.6). */
export function interrupt(draft: Draft): void {
  draft.session = { ...draft.session, owedResponse: null };
  clearPlayback(draft);
  const response = activeDefault(draft);
  if (response !== null) cancel(draft, response, 'turn_detected');
  else closeIfDrained(draft);
}

export function cancel(draft: Draft, response: ActiveResponse, reason: 'turn_detected' | 'client_cancelled'): void {
  draft.effects.push({ do: 'abort', responseId: response.id });
  endResponse(draft, response, { status: 'cancelled', reason });
}

/** There is no room for what the response would say next. */
export function endForRoom(draft: Draft, response: ActiveResponse): void {
  const { code, message } = mistakes.conversationFull(draft.session.rules);
  failResponse(draft, response, { code: code ?? '', message });
}

/** The session itself ends a response that cannot go on. */
export function failResponse(
  draft: Draft,
  response: ActiveResponse,
  { code, message }: { readonly code: string; readonly message: string },
): void {
  draft.effects.push({ do: 'abort', responseId: response.id });
  endResponse(draft, response, { status: 'failed', code, message });
}

/** Closes what is open, then sends `response.done` and `rate_limits.updated` (D3). */
export function endResponse(draft: Draft, response: ActiveResponse, ending: Ending, counted?: ResponseUsage): void {
  const closed =
    response.open === null
      ? response
      : closeOpen(draft, response, ending.status === 'completed' ? 'completed' : 'incomplete');
  draft.session = {
    ...draft.session,
    responses: draft.session.responses.filter((each) => each.id !== response.id),
  };
  const saidNothing = ending.status === 'failed' && closed.output.length === 0;
  const usage = counted ?? (saidNothing ? noUsage : estimatedUsage(closed));
  const shown = { status: ending.status, details: statusDetails(ending), output: [...closed.output], usage };
  const { id: conversationId } = draft.session.conversation;
  emit(draft, 'response.done', { response: responseObject(closed, conversationId, shown) });
  const remaining = Math.max(0, tokenLimit - (usage.total_tokens ?? 0));
  const limit = { name: 'tokens' as const, limit: tokenLimit, remaining, reset_seconds: 0 };
  emit(draft, 'rate_limits.updated', { rate_limits: [limit] });
  endSound(draft, closed.id);
  if (!closed.params.outOfBand) waitForSpeech(draft, closed);
  closeIfDrained(draft);
}

/** The response that writes to the default conversation, if one runs; there is never a second (behaviour §9 no. 2). */
export function activeDefault(draft: Draft): ActiveResponse | null {
  return draft.session.responses.find((each) => !each.params.outOfBand) ?? null;
}

/** The close-outs of the open item; they are sent however the response ends, with what was said so far (behaviour §4.3). */
export function closeOpen(draft: Draft, response: ActiveResponse, status: 'completed' | 'incomplete'): ActiveResponse {
  const { open, params } = response;
  if (open === null) return response;
  if (open.type === 'mcp_request') return dropRequest(draft, response);
  if (open.type === 'mcp_call' && open.progress.phase === 'running') {
    draft.effects.push({ do: 'abort-call', itemId: open.itemId });
  }
  const outputIndex = response.output.length;
  const whole = status === 'completed' ? withArguments(draft, response, open) : open;
  closeStreams(draft, response.id, outputIndex, whole);
  const item = shownItem(whole, status);
  const { characters, ticks } = openSize(whole);
  // D4: the conversation's event first.
  if (!params.outOfBand) finish(draft, { item, ...saidIn(response, whole, item) }, response.id);
  emit(draft, 'response.output_item.done', { response_id: response.id, output_index: outputIndex, item });
  const closed = {
    ...response,
    open: null,
    output: [...response.output, item],
    outputBytes: response.outputBytes + itemBytes(item),
    saidCharacters: response.saidCharacters + characters,
    saidTicks: response.saidTicks + ticks,
  };
  replace(draft, closed);
  return closed;
}

/** What an item that is done leaves for models: the words of speech that was cut off are those that had sound. */
function saidIn({ params }: ActiveResponse, open: Announced, item: Item): Pick<Entry, 'words' | 'audio'> {
  if (open.type !== 'message' || open.part.type !== 'audio') return { words: wordsOf(item), audio: [] };
  const { part } = open;
  const isCut = 'status' in item && item.status === 'incomplete';
  const words = isCut ? voicedWords(part) : part.transcript;
  const { ticks, marks } = part;
  const audio = ticks === 0 ? [] : [{ contentIndex: 0, format: formatName(params.format), ticks, marks }];
  return { words, audio };
}

/** A call without arguments says `{}`: readers parse them (behaviour §4.4). */
function withArguments(draft: Draft, response: ActiveResponse, open: Announced): Announced {
  if (open.type !== 'call' || open.arguments !== '') return open;
  emit(draft, 'response.function_call_arguments.delta', {
    response_id: response.id,
    item_id: open.itemId,
    output_index: response.output.length,
    call_id: open.callId,
    delta: '{}',
  });
  return { ...open, arguments: '{}' };
}

/** Nobody was told of a call that still gathered the arguments to be approved. */
function dropRequest(draft: Draft, response: ActiveResponse): ActiveResponse {
  const saidCharacters = response.saidCharacters + openSize(response.open).characters;
  const closed = { ...response, open: null, saidCharacters };
  replace(draft, closed);
  return closed;
}

type Announced = Exclude<OpenItem, { type: 'mcp_request' }>;

function closeStreams(draft: Draft, responseId: string, outputIndex: number, open: Announced): void {
  if (open.type === 'mcp_call') return closeMcpCall(draft, responseId, outputIndex, open);
  const item = { response_id: responseId, item_id: open.itemId, output_index: outputIndex };
  if (open.type === 'call') {
    const { callId: call_id, name } = open;
    return emit(draft, 'response.function_call_arguments.done', { ...item, call_id, name, arguments: open.arguments });
  }
  const { part } = open;
  const at = { ...item, content_index: 0 };
  if (part.type === 'text') {
    emit(draft, 'response.output_text.done', { ...at, text: part.text });
    return emit(draft, 'response.content_part.done', { ...at, part });
  }
  const { transcript } = part;
  // D5: the audio's end before the transcript's.
  emit(draft, 'response.output_audio.done', at);
  emit(draft, 'response.output_audio_transcript.done', { ...at, transcript });
  emit(draft, 'response.content_part.done', { ...at, part: { type: 'audio', transcript } });
}

/** A call that began to run ends as completed or failed; of one that did not, only the arguments end. */
function closeMcpCall(draft: Draft, responseId: string, outputIndex: number, open: OpenMcpCall): void {
  const { progress } = open;
  const at = { item_id: open.itemId, output_index: outputIndex };
  if (progress.phase === 'arguments') {
    const { arguments: args } = open;
    return emit(draft, 'response.mcp_call_arguments.done', { response_id: responseId, ...at, arguments: args });
  }
  const isDone = progress.phase === 'over' && 'output' in progress.outcome;
  if (isDone) emit(draft, 'response.mcp_call.completed', at);
  else emit(draft, 'response.mcp_call.failed', at);
}

/** Puts a response's new form in the place of its old one. */
export function replace(draft: Draft, response: ActiveResponse): void {
  const responses = draft.session.responses.map((each) => (each.id === response.id ? response : each));
  draft.session = { ...draft.session, responses };
}

/** The idle timeout counts from the end of playback; where clients play, from when they have if they began at once (behaviour §2.5). */
function waitForSpeech(draft: Draft, { saidTicks }: ActiveResponse): void {
  if (draft.session.playback === null) countIdle(draft, saidTicks);
  else idleAfterPlayback(draft);
}
