import type { ApiError, ResponseCreateParams } from '../../protocol/types.ts';
import { whyNoWork } from '../closing.ts';
import { givenContext } from '../conversation/context.ts';
import { imageMistake } from '../conversation/conversation.ts';
import { itemOverhead, jsonBytes } from '../conversation/item-size.ts';
import { callRoom, hasRoom, room, sum } from '../conversation/room.ts';
import { announceError, type Draft, emit, mint, reject } from '../draft.ts';
import { stopIdle } from '../input-audio/idle.ts';
import { adopt, listingRoom } from '../mcp/listing.ts';
import { readTools } from '../mcp/read-tools.ts';
import { updateMcp } from '../mcp/state.ts';
import { mistakes } from '../mistakes.ts';
import { sameJson } from '../same-json.ts';
import type { ActiveResponse, RealtimeConfig, ResponseParams } from '../session.ts';
import { ceilingMistake, reasoningMistake } from '../session-config.ts';
import { limitMistake, reserve } from './admission.ts';
import { activeDefault, endResponse, replace } from './end.ts';
import { makeApprovedCall } from './mcp-call.ts';
import type { ContextItem, ResponseRequest } from './model-input.ts';
import { type Ending, responseObject } from './object.ts';
import { meetPreemption } from './preemptive.ts';
import { requestOf, responseParams, whatIsAsked } from './request.ts';

/** `response.create` (behaviour §4.1): starts a response on a frozen copy of configuration and context. */
export function createByClient(
  draft: Draft,
  params: ResponseCreateParams,
  urls: readonly (string | null)[] = [],
): void {
  const { config } = draft.session;
  if (config.type !== 'realtime') return reject(draft, mistakes.noResponses());
  const noWork = whyNoWork(draft.session);
  if (noWork !== null) return reject(draft, noWork);
  const outOfBand = params.conversation === 'none';
  const active = activeDefault(draft);
  if (!outOfBand && active !== null) return reject(draft, mistakes.responseActive(active.id));
  if (isFull(draft)) return reject(draft, mistakes.tooManyResponses(draft.session.rules.maxResponses));
  const mistake = paramsMistake(draft, config, params);
  if (mistake !== null) return reject(draft, mistake);
  const given = params.input === undefined ? null : givenContext(draft, params.input);
  if (given !== null && !Array.isArray(given)) return reject(draft, mistakes.inputItemUnknown(given.unknown));
  const read = readTools(draft.session.mcp.servers, {
    tools: params.tools ?? [],
    urls,
    param: 'response.tools',
    taken: new Set(config.tools.flatMap((tool) => (tool.type === 'mcp' ? [tool.server_label] : []))),
  });
  if (!read.ok) return reject(draft, read.error);
  const asked = jsonBytes(params);
  const own = outOfBand ? room(0, itemOverhead + asked) : room(1, asked);
  if (!hasRoom(draft.session, sum([own, listingRoom(draft, read.definitions)])))
    return reject(draft, mistakes.conversationFull(draft.session.rules));
  const refused = limitMistake(draft);
  if (refused !== null) return reject(draft, refused);
  if (!outOfBand) draft.session = { ...draft.session, owedResponse: null };
  const shown = params.tools === undefined ? params : { ...params, tools: read.tools };
  const started = start(draft, config, shown, given);
  adopt(draft, read.definitions);
  if (started !== null) ask(draft, started);
}

/** No further response may start before one has ended. */
function isFull({ session }: Draft): boolean {
  return session.responses.length >= session.rules.maxResponses;
}

/** A turn has ended and wants its answer, which starts as soon as nothing stands in its way. */
export function oweResponse(draft: Draft, itemId: string): void {
  draft.session = { ...draft.session, owedResponse: { itemId } };
}

/**
 * Starts the response that a turn is owed, unless a response still runs (with `interrupt_response` off it is answered
 * after that one), as many run as may, or the model needs the turn's words first. Asked after every input, whatever it was.
 */
export function startOwedResponse(draft: Draft): void {
  const { owedResponse, config, rules, transcriptions, phase } = draft.session;
  if (owedResponse === null || phase !== 'open' || config.type !== 'realtime' || activeDefault(draft) !== null) return;
  if (isFull(draft)) return;
  const transcriptToCome = transcriptions.some((each) => each.itemId === owedResponse.itemId);
  if (rules.transcribesFirst && transcriptToCome) return;
  draft.session = { ...draft.session, owedResponse: null };
  if (!hasRoom(draft.session, room(1))) return announceError(draft, mistakes.conversationFull(rules));
  const refused = limitMistake(draft);
  if (refused !== null) return announceError(draft, refused);
  const started = start(draft, config, {}, null);
  if (started === null) return;
  meetPreemption(draft, started.request.items);
  ask(draft, started);
}

/**
 * Makes the calls that the client has approved, each in a response of its own, as soon as the conversation is free and
 * the user silent. Such a response begins with the call, and is otherwise like the one that asked (behaviour §6.2).
 */
export function startApprovedCalls(draft: Draft): void {
  const { mcp, config, phase, turn } = draft.session;
  if (phase !== 'open' || config.type !== 'realtime') return;
  for (const held of mcp.approved) {
    const isFree = activeDefault(draft) === null && turn.phase === 'quiet';
    if (isFull(draft) || (held.params.conversation !== 'none' && !isFree)) continue;
    if (!hasRoom(draft.session, callRoom(held)) || limitMistake(draft) !== null) continue;
    updateMcp(draft, { approved: draft.session.mcp.approved.filter((each) => each !== held) });
    const { metadata: _metadata, ...params } = held.params;
    const input = params.input === undefined ? null : givenContext(draft, params.input);
    const started = start(draft, config, params, Array.isArray(input) ? input : null);
    if (started === null) continue;
    const waiting = { ...started.response, unasked: started.request };
    replace(draft, waiting);
    makeApprovedCall(draft, waiting, held);
  }
}

interface Started {
  readonly response: ActiveResponse;
  /** What to ask the model. */
  readonly request: ResponseRequest;
}

/** `given` is the context where the client gave one; else it is the conversation. Null where the context was too long. */
function start(
  draft: Draft,
  config: RealtimeConfig,
  params: ResponseCreateParams,
  given: readonly ContextItem[] | null,
): Started | null {
  const asked = whatIsAsked(draft, config, params, given);
  const response = enter(draft, responseParams(config, params, asked));
  const { items } = asked;
  if (items === null) {
    endResponse(draft, response, contextTooLong);
    return null;
  }
  const request = { ...requestOf(response.params, config, { ...asked, items }), responseId: response.id };
  return { response, request };
}

function ask(draft: Draft, { request }: Started): void {
  draft.effects.push({ do: 'respond', request });
}

/** Behaviour §3.3: with truncation `disabled` an over-long conversation fails the response. */
const contextTooLong: Ending = {
  status: 'failed',
  code: 'context_length_exceeded',
  message: 'The conversation is longer than the model can read, and truncation is disabled.',
};

/** From here on the response is active, and the client knows. */
function enter(draft: Draft, params: ResponseParams): ActiveResponse {
  const response: ActiveResponse = {
    id: mint(draft, 'resp'),
    params,
    output: [],
    open: null,
    unasked: null,
    askedBytes: jsonBytes(params.given),
    outputBytes: 0,
    saidCharacters: 0,
    saidTicks: 0,
  };
  draft.session = { ...draft.session, responses: [...draft.session.responses, response] };
  stopIdle(draft);
  reserve(draft, response);
  const { id: conversationId } = draft.session.conversation;
  const shown = responseObject(response, conversationId, {
    status: 'in_progress',
    details: null,
    output: [],
    usage: null,
  });
  emit(draft, 'response.created', { response: shown });
  return response;
}

function paramsMistake(draft: Draft, config: RealtimeConfig, params: ResponseCreateParams): ApiError | null {
  const { conversation } = params;
  const known = [undefined, 'auto', 'none', draft.session.conversation.id];
  if (!known.includes(conversation)) return mistakes.conversationUnknown(conversation ?? '');
  const voice = params.audio?.output?.voice;
  const { hasSpoken, rules } = draft.session;
  if (hasSpoken && voice !== undefined && !sameJson(voice, config.audio.output.voice)) return mistakes.voiceFixed();
  const badInput = inputMistake(params.input ?? []);
  if (badInput !== null) return badInput;
  const read = { instructions: params.instructions ?? config.instructions, tools: params.tools ?? config.tools };
  return reasoningMistake(params, 'response', config.model, rules) ?? ceilingMistake(read, params, 'response', rules);
}

function inputMistake(input: NonNullable<ResponseCreateParams['input']>): ApiError | null {
  for (const [index, item] of input.entries()) {
    const isOfUser = item.type === 'message' && item.role === 'user';
    const mistake = isOfUser ? imageMistake(item.content, `response.input[${index}]`) : null;
    if (mistake !== null) return mistake;
  }
  return null;
}
