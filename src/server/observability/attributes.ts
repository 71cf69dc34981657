import type { Response } from '../../protocol/types.ts';
import type { SessionFacts } from './observation/observer.ts';

/**
 * What spans carry, by the names of OpenTelemetry's conventions for generative AI as they are today. They still move: names
 * for realtime sessions that are no vendor's are being talked of there (`realtime_session`, `realtime_inference`). So every name stands
 * here, and a change of one is a change of one line.
 */
export const spanNames = { session: 'realtime.session', response: 'realtime.response' } as const;

type Attributes = Readonly<Record<string, string | number | string[]>>;

/** Of every span of a session. */
export function sessionAttributes({ id, kind, transport, model, upstream }: SessionFacts): Attributes {
  const provider = upstream?.provider ?? 'antiphon';
  return {
    'gen_ai.provider.name': provider,
    // The name before it, for dashboards that have not followed yet.
    'gen_ai.system': provider,
    'antiphon.session.id': id,
    'antiphon.session.kind': kind,
    'antiphon.session.transport': transport,
    ...(model === null ? {} : { 'gen_ai.request.model': model }),
    ...(upstream === undefined ? {} : { 'server.address': upstream.address }),
  };
}

/** Of a response when it starts. */
export function startAttributes({ id = '', conversation_id: conversation, output_modalities }: Response): Attributes {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.response.id': id,
    'gen_ai.output.type': output_modalities?.[0] === 'text' ? 'text' : 'speech',
    ...(conversation ? { 'gen_ai.conversation.id': conversation } : {}),
  };
}

/** Of a response when its first output came, after so many milliseconds. */
export function firstOutputAttributes(sinceStartMs: number, sinceSpeechMs: number | null): Attributes {
  return {
    'gen_ai.response.time_to_first_chunk': sinceStartMs / 1000,
    ...waitAttributes(sinceSpeechMs),
  };
}

/** What the user has waited for since the end of speech, the user's own time apart; null where nobody spoke. */
export function waitAttributes(sinceSpeechMs: number | null): Attributes {
  return sinceSpeechMs === null ? {} : { 'antiphon.turn.wait_ms': sinceSpeechMs };
}

/** Of a response when it ends. */
export function endAttributes(response: Response): Attributes {
  const { status, status_details: details, usage } = response;
  const { input_token_details: read, output_token_details: said } = usage ?? {};
  const reasoning = said !== undefined && 'reasoning_tokens' in said ? said.reasoning_tokens : undefined;
  return {
    'antiphon.response.status': status ?? 'none',
    ...(details?.type !== 'failed' && details?.reason ? { 'antiphon.response.reason': details.reason } : {}),
    'gen_ai.response.finish_reasons': [finishReason(response)],
    'gen_ai.usage.input_tokens': usage?.input_tokens ?? 0,
    'gen_ai.usage.output_tokens': usage?.output_tokens ?? 0,
    'gen_ai.usage.cache_read.input_tokens': read?.cached_tokens ?? 0,
    'gen_ai.usage.audio.input_tokens': read?.audio_tokens ?? 0,
    'gen_ai.usage.audio.output_tokens': said?.audio_tokens ?? 0,
    'gen_ai.usage.audio.cache_read.input_tokens': read?.cached_tokens_details?.audio_tokens ?? 0,
    ...(typeof reasoning === 'number' ? { 'gen_ai.usage.reasoning.output_tokens': reasoning } : {}),
  };
}

function finishReason({ status, status_details: details, output = [] }: Response): string {
  switch (status) {
    case 'completed':
      return output?.some(({ type }) => type === 'function_call') === true ? 'tool_calls' : 'stop';
    case 'incomplete':
      return details?.type === 'incomplete' && details.reason === 'content_filter' ? 'content_filter' : 'length';
    case 'failed':
      return 'error';
    default:
      return 'cancelled';
  }
}
