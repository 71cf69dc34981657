import { ServerEvent } from '../protocol/events/index.ts';
import type { ApiError, ResponseCreateParams } from '../protocol/types.ts';
import { conversationContext, givenContext } from './context.ts';
import { type Draft, emit, mint, reject } from './draft.ts';
import type { ContextItem, ResponseRequest } from './effect.ts';
import { formatName } from './formats.ts';
import { makeApprovedCall } from './mcp/call.ts';
import { adopt } from './mcp/listing.ts';
import { type Offered, offeredTools } from './mcp/offers.ts';
import { readTools } from './mcp/read-tools.ts';
import { updateMcp } from './mcp/state.ts';
import { mistakes } from './reject.ts';
import { activeDefault, endResponse, replace } from './response-end.ts';
import { type Ending, responseObject } from './response-object.ts';
import { sameJson } from './same-json.ts';
import type { ActiveResponse, RealtimeConfig, TokenCount } from './session.ts';
import { fixedTokens, inputTokens } from './tokens.ts';

/** `response.create` (behaviour §4.1): starts a response on a frozen copy of configuration and context. */
export function createByClient(
  draft: Draft,
  params: ResponseCreateParams,
  urls: readonly (string | null)[] = [],
): void {
  const { config, phase } = draft.session;
  if (config.type !== 'realtime') return reject(draft, mistakes.noResponses());
  if (phase !== 'open') return reject(draft, mistakes.draining());
  const outOfBand = params.conversation === 'none';
  const active = activeDefault(draft);
  if (!outOfBand && active !== null) return reject(draft, mistakes.responseActive(active.id));
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
  if (!outOfBand) draft.session = { ...draft.session, owedResponse: null };
  const shown = params.tools === undefined ? params : { ...params, tools: read.tools };
  const started = start(draft, config, shown, given);
  adopt(draft, read.definitions);
  if (started !== null) ask(draft, started);
}

/** A turn has ended and wants its answer, which starts as soon as nothing stands in its way. */
export function oweResponse(draft: Draft, itemId: string): void {
  draft.session = { ...draft.session, owedResponse: { itemId } };
}

/**
 * Starts the response that a turn is owed, unless a response still runs (with `interrupt_response` off it is answered
 * after that one) or the model needs the turn's words first. Asked after every input, whatever it was.
 */
export function startOwedResponse(draft: Draft): void {
  const { owedResponse, config, rules, transcriptions, phase } = draft.session;
  if (owedResponse === null || phase !== 'open' || config.type !== 'realtime' || activeDefault(draft) !== null) return;
  const wordsToCome = transcriptions.some((each) => each.itemId === owedResponse.itemId);
  if (rules.transcribesFirst && wordsToCome) return;
  draft.session = { ...draft.session, owedResponse: null };
  const started = start(draft, config, {}, null);
  if (started !== null) ask(draft, started);
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
    if (held.params.conversation !== 'none' && !isFree) continue;
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
  const instructions = params.instructions ?? config.instructions;
  const tools = params.tools ?? config.tools;
  const toolChoice = params.tool_choice ?? config.tool_choice;
  const offered = offeredTools(draft.session.mcp.servers, tools);
  const mcpTools = offered.map(({ shown }) => shown);
  const fixed = fixedTokens(instructions, [...tools, ...mcpTools]);
  const items = given ?? conversationContext(draft, config.truncation, fixed);
  const entries = new Map(draft.session.conversation.entries.map((entry) => [entry.item.id, entry]));
  const input = inputTokens(fixed, items ?? [], (id) => entries.get(id) ?? null);
  const response = enter(draft, config, params, { input, offered });
  if (items === null) {
    endResponse(draft, response, contextTooLong);
    return null;
  }
  return { response, request: requestOf(response, config, { instructions, tools, mcpTools, toolChoice, items }) };
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
function enter(
  draft: Draft,
  config: RealtimeConfig,
  params: ResponseCreateParams,
  { input, offered }: { readonly input: TokenCount; readonly offered: readonly Offered[] },
): ActiveResponse {
  const output = { ...config.audio.output, ...params.audio?.output };
  const response: ActiveResponse = {
    id: mint(draft, 'resp'),
    params: {
      outOfBand: params.conversation === 'none',
      modality: (params.output_modalities ?? config.output_modalities)[0] ?? 'audio',
      format: output.format,
      voice: output.voice,
      maxOutputTokens: params.max_output_tokens ?? config.max_output_tokens,
      metadata: params.metadata ?? null,
      input,
      offers: offered.map(({ offer }) => offer),
      given: params,
    },
    output: [],
    open: null,
    unasked: null,
    saidCharacters: 0,
    saidTicks: 0,
  };
  draft.session = { ...draft.session, responses: [...draft.session.responses, response], idleSinceTick: null };
  draft.effects.push({ do: 'disarm', timer: 'idle' });
  const { id: conversationId } = draft.session.conversation;
  const shown = responseObject(response, conversationId, {
    status: 'in_progress',
    details: null,
    output: [],
    usage: null,
  });
  emit(draft, (eventId) => ServerEvent.responseCreated(eventId, shown));
  return response;
}

type Asked = Pick<ResponseRequest, 'instructions' | 'tools' | 'mcpTools' | 'toolChoice' | 'items'>;

function requestOf(response: ActiveResponse, config: RealtimeConfig, asked: Asked): ResponseRequest {
  const { params } = response;
  const { given } = params;
  return {
    ...asked,
    responseId: response.id,
    modality: params.modality,
    format: formatName(params.format),
    voice: typeof params.voice === 'string' ? params.voice : params.voice.id,
    speed: config.audio.output.speed,
    maxOutputTokens: params.maxOutputTokens,
    prompt: given.prompt ?? config.prompt,
    reasoning: given.reasoning ?? config.reasoning ?? null,
    parallelToolCalls: given.parallel_tool_calls ?? config.parallel_tool_calls ?? null,
    inputFormat: formatName(config.audio.input.format),
  };
}

function paramsMistake(draft: Draft, config: RealtimeConfig, params: ResponseCreateParams): ApiError | null {
  const { conversation } = params;
  const known = [undefined, 'auto', 'none', draft.session.conversation.id];
  if (!known.includes(conversation)) return mistakes.conversationUnknown(conversation ?? '');
  const voice = params.audio?.output?.voice;
  const fixed = draft.session.hasSpoken && voice !== undefined && !sameJson(voice, config.audio.output.voice);
  return fixed ? mistakes.voiceFixed() : null;
}
