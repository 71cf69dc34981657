import { ServerEvent } from '../protocol/events/index.ts';
import type { ApiError, ResponseCreateParams } from '../protocol/types.ts';
import { find } from './conversation.ts';
import { type Draft, emit, mint, reject } from './draft.ts';
import type { ContextItem, ResponseRequest } from './effect.ts';
import { formatName } from './formats.ts';
import { mistakes } from './reject.ts';
import { responseObject } from './response-object.ts';
import { sameJson } from './same-json.ts';
import type { ActiveResponse, RealtimeConfig } from './session.ts';
import { inputTokens } from './tokens.ts';
import { wordsOf } from './words.ts';

/** `response.create` (behaviour §4.1): starts a response on a frozen copy of configuration and context. */
export function createByClient(draft: Draft, params: ResponseCreateParams): void {
  const { config, phase } = draft.session;
  if (config.type !== 'realtime') return reject(draft, mistakes.noResponses());
  if (phase !== 'open') return reject(draft, mistakes.draining());
  const outOfBand = params.conversation === 'none';
  const active = activeDefault(draft);
  if (!outOfBand && active !== null) return reject(draft, mistakes.responseActive(active.id));
  const mistake = paramsMistake(draft, config, params);
  if (mistake !== null) return reject(draft, mistake);
  const items = params.input === undefined ? wholeContext(draft) : givenContext(draft, params.input);
  if (!Array.isArray(items)) return reject(draft, mistakes.inputItemUnknown(items.unknown));
  if (!outOfBand) draft.session = { ...draft.session, owedResponse: null };
  start(draft, config, params, items);
}

/** A turn has ended and wants its answer, which starts as soon as nothing stands in its way. */
export function oweResponse(draft: Draft, itemId: string): void {
  draft.session = { ...draft.session, owedResponse: { itemId } };
  startOwedResponse(draft);
}

/**
 * Starts the response that a turn is owed, unless a response still runs (with `interrupt_response` off it is answered
 * after that one) or the model needs the turn's words first.
 */
export function startOwedResponse(draft: Draft): void {
  const { owedResponse, config, rules, transcriptions, phase } = draft.session;
  if (owedResponse === null || phase !== 'open' || config.type !== 'realtime' || activeDefault(draft) !== null) return;
  const wordsToCome = transcriptions.some((each) => each.itemId === owedResponse.itemId);
  if (rules.transcribesFirst && wordsToCome) return;
  draft.session = { ...draft.session, owedResponse: null };
  start(draft, config, {}, wholeContext(draft));
}

/** The response that writes to the default conversation, if one runs; there is never a second (behaviour §9 no. 2). */
export function activeDefault(draft: Draft): ActiveResponse | null {
  return draft.session.responses.find((each) => !each.params.outOfBand) ?? null;
}

function start(
  draft: Draft,
  config: RealtimeConfig,
  params: ResponseCreateParams,
  items: readonly ContextItem[],
): void {
  const instructions = params.instructions ?? config.instructions;
  const tools = params.tools ?? config.tools;
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
      input: inputTokens(instructions, tools, items, (id) => find(draft, id)),
    },
    output: [],
    open: null,
    saidCharacters: 0,
    saidTicks: 0,
  };
  draft.session = { ...draft.session, responses: [...draft.session.responses, response], idleSinceTick: null };
  draft.effects.push({ do: 'disarm', timer: 'idle' });
  const shown = { status: 'in_progress', details: null, output: [], usage: null } as const;
  const { id: conversationId } = draft.session.conversation;
  emit(draft, (eventId) =>
    ServerEvent.responseCreated(eventId, responseObject(response, conversationId, { ...shown, output: [] })),
  );
  const toolChoice = params.tool_choice ?? config.tool_choice;
  draft.effects.push({ do: 'respond', request: request(response, config, { instructions, tools, toolChoice, items }) });
}

type Asked = Pick<ResponseRequest, 'instructions' | 'tools' | 'toolChoice' | 'items'>;

function request(response: ActiveResponse, config: RealtimeConfig, asked: Asked): ResponseRequest {
  const { params } = response;
  return {
    ...asked,
    responseId: response.id,
    modality: params.modality,
    format: formatName(params.format),
    voice: typeof params.voice === 'string' ? params.voice : params.voice.id,
    speed: config.audio.output.speed,
    maxOutputTokens: params.maxOutputTokens,
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

/** Everything said so far; items that are still being said belong to no context (behaviour §4.1). */
function wholeContext(draft: Draft): ContextItem[] {
  return draft.session.conversation.entries
    .filter(({ item }) => !('status' in item && item.status === 'in_progress'))
    .map(({ item, words }) => ({ item, words }));
}

/** `response.input` is the context where it is given; references name items of the conversation (behaviour §4.1). */
function givenContext(
  draft: Draft,
  input: NonNullable<ResponseCreateParams['input']>,
): ContextItem[] | { readonly unknown: string } {
  const items: ContextItem[] = [];
  for (const each of input) {
    if (each.type !== 'item_reference') {
      items.push({ item: each, words: wordsOf(each) });
      continue;
    }
    const entry = find(draft, each.id);
    if (entry === null) return { unknown: each.id };
    items.push({ item: entry.item, words: entry.words });
  }
  return items;
}
