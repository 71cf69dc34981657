import type { Item, McpCall, Response, ResponseStatus, ResponseUsage, StatusDetails } from '../../protocol/types.ts';
import { ticksPerMs } from '../audio-clock.ts';
import { assistantAudioTokens, textTokens } from '../conversation/tokens.ts';
import type { ActiveResponse, OpenItem, OpenMcpCall, OpenPart, TokenCount } from '../session.ts';

/** How a response is over (behaviour §4.7). */
export type Ending =
  | { readonly status: 'completed' }
  | { readonly status: 'cancelled'; readonly reason: 'turn_detected' | 'client_cancelled' }
  | { readonly status: 'incomplete'; readonly reason: 'max_output_tokens' | 'content_filter' }
  | { readonly status: 'failed'; readonly code: string; readonly message: string };

/** A response as its events show it: every key present, since readers ask for each (behaviour §4.8). */
export function responseObject(
  response: ActiveResponse,
  conversationId: string,
  shown: { status: ResponseStatus; details: StatusDetails | null; output: Item[]; usage: ResponseUsage | null },
): Response {
  const { params } = response;
  return {
    object: 'realtime.response',
    id: response.id,
    status: shown.status,
    status_details: shown.details,
    output: shown.output,
    conversation_id: params.outOfBand ? null : conversationId,
    output_modalities: [params.modality],
    max_output_tokens: params.maxOutputTokens,
    audio: {
      output: { format: params.format, voice: typeof params.voice === 'string' ? params.voice : params.voice.id },
    },
    usage: shown.usage,
    metadata: params.metadata,
  };
}

/** `status_details` of an ended response: null after plain completion (behaviour §4.7). */
export function statusDetails(ending: Ending): StatusDetails | null {
  switch (ending.status) {
    case 'completed':
      return null;
    case 'cancelled':
    case 'incomplete':
      return { type: ending.status, reason: ending.reason };
    case 'failed':
      return { type: 'failed', error: { type: 'server_error', code: ending.code, message: ending.message } };
    default:
      return ending satisfies never;
  }
}

/** What an item holds so far, as an item of the wire. */
export function shownItem(open: OpenItem, status: 'in_progress' | 'completed' | 'incomplete'): Item & { id: string } {
  switch (open.type) {
    case 'message':
      return { id: open.itemId, type: 'message', status, role: 'assistant', content: [shownContent(open.part)] };
    case 'call': {
      const { itemId: id, callId: call_id, name } = open;
      return { id, type: 'function_call', status, call_id, name, arguments: open.arguments };
    }
    case 'mcp_call':
      return shownCall(open, status === 'in_progress');
    case 'mcp_request': {
      const { itemId: id, access, name } = open;
      return { id, type: 'mcp_approval_request', server_label: access.label, name, arguments: open.arguments };
    }
    default:
      return open satisfies never;
  }
}

/** An MCP call has no status: one that was given up shows it by its error. Every key is there, since readers ask for each. */
function shownCall({ itemId: id, access, name, progress, ...call }: OpenMcpCall, isRunning: boolean): McpCall {
  const outcome = progress.phase === 'over' ? progress.outcome : isRunning ? null : { error: givenUp };
  return {
    id,
    type: 'mcp_call',
    server_label: access.label,
    name,
    arguments: call.arguments,
    approval_request_id: call.approvalRequestId,
    output: outcome !== null && 'output' in outcome ? outcome.output : null,
    error: outcome !== null && 'error' in outcome ? outcome.error : null,
  };
}

const givenUp = { type: 'tool_execution_error' as const, message: 'The call was given up before it was over.' };

function shownContent(part: OpenPart) {
  return part.type === 'text'
    ? { type: 'output_text' as const, text: part.text }
    : { type: 'output_audio' as const, transcript: part.transcript };
}

/** The usage of a response that failed before it said anything (behaviour §4.7). */
export const noUsage: ResponseUsage = usageOf({ text: 0, audio: 0, image: 0 }, { text: 0, audio: 0 });

/** Tokens the response has used up to now, by the estimate of `tokens.ts`; the parts sum up to the totals. */
export function estimatedUsage(response: ActiveResponse): ResponseUsage {
  return usageOf(response.params.input, outputTokens(response));
}

function usageOf(input: TokenCount, output: Omit<TokenCount, 'image'>): ResponseUsage {
  const input_tokens = input.text + input.audio + input.image;
  const output_tokens = output.text + output.audio;
  return {
    total_tokens: input_tokens + output_tokens,
    input_tokens,
    output_tokens,
    input_token_details: {
      text_tokens: input.text,
      audio_tokens: input.audio,
      image_tokens: input.image,
      cached_tokens: 0,
      cached_tokens_details: { text_tokens: 0, audio_tokens: 0, image_tokens: 0 },
    },
    output_token_details: { text_tokens: output.text, audio_tokens: output.audio },
  };
}

/** Tokens said so far: text, transcripts and function arguments as text, speech as audio. */
export function outputTokens(response: ActiveResponse): { readonly text: number; readonly audio: number } {
  const open = openSize(response.open);
  return {
    text: textTokens(response.saidCharacters + open.characters),
    audio: assistantAudioTokens((response.saidTicks + open.ticks) / ticksPerMs),
  };
}

/** How much the open item has said. */
export function openSize(open: OpenItem | null): { readonly characters: number; readonly ticks: number } {
  if (open === null) return { characters: 0, ticks: 0 };
  if (open.type !== 'message') return { characters: open.name.length + open.arguments.length, ticks: 0 };
  return open.part.type === 'text'
    ? { characters: open.part.text.length, ticks: 0 }
    : { characters: open.part.transcript.length, ticks: open.part.ticks };
}
