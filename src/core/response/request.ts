import type { ResponseCreateParams } from '../../protocol/types.ts';
import { formatName } from '../audio-clock.ts';
import { conversationContext } from '../conversation/context.ts';
import { entryOf } from '../conversation/item-list.ts';
import { fixedTokens, inputTokens } from '../conversation/tokens.ts';
import type { Draft } from '../draft.ts';
import { offeredTools } from '../mcp/offers.ts';
import type { McpOffer, RealtimeConfig, ResponseParams, TokenCount } from '../session.ts';
import { fullFormat } from '../session-config.ts';
import type { ContextItem, PreemptiveRequest } from './model-input.ts';

/** What a response reads: configuration and context as they are now. */
export interface Asked extends Pick<PreemptiveRequest, 'instructions' | 'tools' | 'mcpTools' | 'toolChoice'> {
  /** Null where the context is too long and nothing of it may be dropped. */
  readonly items: readonly ContextItem[] | null;
  readonly input: TokenCount;
  readonly offers: readonly McpOffer[];
}

/** `given` is the context where the client gave one; else it is the conversation, of which what does not fit is dropped. */
export function whatIsAsked(
  draft: Draft,
  config: RealtimeConfig,
  params: ResponseCreateParams,
  given: readonly ContextItem[] | null,
): Asked {
  const instructions = params.instructions ?? config.instructions;
  const tools = params.tools ?? config.tools;
  const offered = offeredTools(draft.session.mcp.servers, tools);
  const mcpTools = offered.map(({ shown }) => shown);
  const fixed = fixedTokens(instructions, [...tools, ...mcpTools]);
  const items = given ?? conversationContext(draft, config.truncation, fixed);
  const { items: held } = draft.session.conversation;
  return {
    instructions,
    tools,
    mcpTools,
    toolChoice: params.tool_choice ?? config.tool_choice,
    items,
    input: inputTokens(fixed, items ?? [], (id) => entryOf(held, id)),
    offers: offered.map(({ offer }) => offer),
  };
}

/** The settings of a response: the session's, and over them its own. */
export function responseParams(
  config: RealtimeConfig,
  params: ResponseCreateParams,
  { input, offers }: Pick<Asked, 'input' | 'offers'>,
): ResponseParams {
  const output = { ...config.audio.output, ...params.audio?.output };
  return {
    outOfBand: params.conversation === 'none',
    modality: (params.output_modalities ?? config.output_modalities)[0] ?? 'audio',
    format: fullFormat(output.format),
    voice: output.voice,
    maxOutputTokens: params.max_output_tokens ?? config.max_output_tokens,
    metadata: params.metadata ?? null,
    input,
    offers,
    given: params,
  };
}

/** What a model is asked. */
export function requestOf(
  params: ResponseParams,
  config: RealtimeConfig,
  asked: Pick<PreemptiveRequest, 'instructions' | 'tools' | 'mcpTools' | 'toolChoice' | 'items'>,
): PreemptiveRequest {
  const { instructions, tools, mcpTools, toolChoice, items } = asked;
  const { given } = params;
  return {
    instructions,
    tools,
    mcpTools,
    toolChoice,
    items,
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
