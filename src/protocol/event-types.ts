/** Every event that a client sends in a realtime or a transcription session. */
export const clientEventTypes = [
  'session.update',
  'input_audio_buffer.append',
  'input_audio_buffer.commit',
  'input_audio_buffer.clear',
  'output_audio_buffer.clear',
  'conversation.item.create',
  'conversation.item.retrieve',
  'conversation.item.truncate',
  'conversation.item.delete',
  'response.create',
  'response.cancel',
] as const;

/** The wire type of an event that a client sends in a realtime or a transcription session. */
export type ClientEventType = (typeof clientEventTypes)[number];

/** Every event that a server sends in a realtime or a transcription session. */
export const serverEventTypes = [
  'session.created',
  'session.updated',
  'rate_limits.updated',
  'error',
  'conversation.created',
  'conversation.item.created',
  'conversation.item.added',
  'conversation.item.done',
  'conversation.item.retrieved',
  'conversation.item.truncated',
  'conversation.item.deleted',
  'conversation.item.input_audio_transcription.delta',
  'conversation.item.input_audio_transcription.completed',
  'conversation.item.input_audio_transcription.segment',
  'conversation.item.input_audio_transcription.failed',
  'input_audio_buffer.committed',
  'input_audio_buffer.cleared',
  'input_audio_buffer.speech_started',
  'input_audio_buffer.speech_stopped',
  'input_audio_buffer.timeout_triggered',
  'input_audio_buffer.dtmf_event_received',
  'output_audio_buffer.started',
  'output_audio_buffer.stopped',
  'output_audio_buffer.cleared',
  'response.created',
  'response.done',
  'response.output_item.added',
  'response.output_item.done',
  'response.content_part.added',
  'response.content_part.done',
  'response.output_text.delta',
  'response.output_text.done',
  'response.output_audio.delta',
  'response.output_audio.done',
  'response.output_audio_transcript.delta',
  'response.output_audio_transcript.done',
  'response.function_call_arguments.delta',
  'response.function_call_arguments.done',
  'mcp_list_tools.in_progress',
  'mcp_list_tools.completed',
  'mcp_list_tools.failed',
  'response.mcp_call_arguments.delta',
  'response.mcp_call_arguments.done',
  'response.mcp_call.in_progress',
  'response.mcp_call.completed',
  'response.mcp_call.failed',
] as const;

/** The wire type of an event that a server sends in a realtime or a transcription session. */
export type ServerEventType = (typeof serverEventTypes)[number];

/** Events of our own, which come to clients that have asked to be able to resume; the API has none of them. */
export const resumptionEventTypes = ['session.resumption.updated', 'session.ending'] as const;

export type ResumptionEventType = (typeof resumptionEventTypes)[number];

/** Every event that a client sends in a translation session. */
export const translationClientEventTypes = [
  'session.update',
  'session.input_audio_buffer.append',
  'session.close',
] as const;

/** The wire type of an event that a client sends in a translation session. */
export type TranslationClientEventType = (typeof translationClientEventTypes)[number];

/** Every event that a server sends in a translation session. */
export const translationServerEventTypes = [
  'session.created',
  'session.updated',
  'session.closed',
  'session.input_transcript.delta',
  'session.output_transcript.delta',
  'session.output_audio.delta',
  'error',
] as const;

/** The wire type of an event that a server sends in a translation session. */
export type TranslationServerEventType = (typeof translationServerEventTypes)[number];

/**
 * What the service names when it does not know a type, in its order (behaviour §8). It is not what `parseClientEvent`
 * takes: two of these belong to translation sessions, and `output_audio_buffer.clear` to sessions over WebRTC and SIP.
 */
export const namedClientEventTypes: readonly string[] = [
  'session.update',
  'session.close',
  'input_audio_buffer.append',
  'session.input_audio_buffer.append',
  'input_audio_buffer.commit',
  'input_audio_buffer.clear',
  'conversation.item.create',
  'conversation.item.truncate',
  'conversation.item.delete',
  'conversation.item.retrieve',
  'response.create',
  'response.cancel',
];
