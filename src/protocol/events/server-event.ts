import type {
  ApiError,
  Conversation,
  DetectedLanguage,
  Item,
  LogProb,
  RateLimit,
  Response,
  ServerEventMap,
  SessionPayload,
  TranscriptionError,
  TranscriptionUsage,
} from '../types.ts';
import { isGiven, type Optional } from './given.ts';

/** A server event by its wire name, `ServerEvent<'response.done'>`; without a name, any of them. */
export type ServerEvent<T extends keyof ServerEventMap = keyof ServerEventMap> = ServerEventMap[T];

/**
 * Makes the server events that need no response to hang on; the streams inside a response come from
 * `ResponseEventBuilder` and the builders it hands out.
 *
 * `eventId` is the event's own id. Optional arguments may be undefined or null and are then left out of the event.
 * Arguments are neither checked nor copied. Indices count from 0; times are milliseconds of input audio where the name
 * ends in `Ms`.
 */
export const ServerEvent = {
  /** The first event of a session: its configuration with all defaults. */
  sessionCreated: (eventId: string, session: SessionPayload): ServerEvent<'session.created'> => ({
    type: 'session.created',
    event_id: eventId,
    session,
  }),

  /** Answers `session.update` with the whole configuration that holds now. */
  sessionUpdated: (eventId: string, session: SessionPayload): ServerEvent<'session.updated'> => ({
    type: 'session.updated',
    event_id: eventId,
    session,
  }),

  conversationCreated: (eventId: string, conversation: Conversation): ServerEvent<'conversation.created'> => ({
    type: 'conversation.created',
    event_id: eventId,
    conversation,
  }),

  /** The older name for an item that enters the conversation. */
  conversationItemCreated: (
    eventId: string,
    previousItemId: Optional<string>,
    item: Item,
  ): ServerEvent<'conversation.item.created'> => ({
    type: 'conversation.item.created',
    event_id: eventId,
    ...(isGiven(previousItemId) && { previous_item_id: previousItemId }),
    item,
  }),

  /** An item joined the conversation; it may still grow. */
  conversationItemAdded: (
    eventId: string,
    previousItemId: Optional<string>,
    item: Item,
  ): ServerEvent<'conversation.item.added'> => ({
    type: 'conversation.item.added',
    event_id: eventId,
    ...(isGiven(previousItemId) && { previous_item_id: previousItemId }),
    item,
  }),

  /** The item is final. */
  conversationItemDone: (
    eventId: string,
    previousItemId: Optional<string>,
    item: Item,
  ): ServerEvent<'conversation.item.done'> => ({
    type: 'conversation.item.done',
    event_id: eventId,
    ...(isGiven(previousItemId) && { previous_item_id: previousItemId }),
    item,
  }),

  conversationItemDeleted: (eventId: string, itemId: string): ServerEvent<'conversation.item.deleted'> => ({
    type: 'conversation.item.deleted',
    event_id: eventId,
    item_id: itemId,
  }),

  conversationItemRetrieved: (eventId: string, item: Item): ServerEvent<'conversation.item.retrieved'> => ({
    type: 'conversation.item.retrieved',
    event_id: eventId,
    item,
  }),

  conversationItemTruncated: (
    eventId: string,
    itemId: string,
    contentIndex: number,
    audioEndMs: number,
  ): ServerEvent<'conversation.item.truncated'> => ({
    type: 'conversation.item.truncated',
    event_id: eventId,
    item_id: itemId,
    content_index: contentIndex,
    audio_end_ms: audioEndMs,
  }),

  /** `languages`: those the transcriber detected, if it says them. */
  inputAudioTranscriptionCompleted: (
    eventId: string,
    itemId: string,
    contentIndex: number,
    transcript: string,
    usage: TranscriptionUsage,
    languages?: Optional<DetectedLanguage[]>,
  ): ServerEvent<'conversation.item.input_audio_transcription.completed'> => ({
    type: 'conversation.item.input_audio_transcription.completed',
    event_id: eventId,
    item_id: itemId,
    content_index: contentIndex,
    transcript,
    usage,
    ...(isGiven(languages) && { languages }),
  }),

  inputAudioTranscriptionCompletedWithLogprobs: (
    eventId: string,
    itemId: string,
    contentIndex: number,
    transcript: string,
    usage: TranscriptionUsage,
    logprobs: LogProb[],
    languages?: Optional<DetectedLanguage[]>,
  ): ServerEvent<'conversation.item.input_audio_transcription.completed'> => ({
    ...ServerEvent.inputAudioTranscriptionCompleted(eventId, itemId, contentIndex, transcript, usage, languages),
    logprobs,
  }),

  /** `obfuscation`: padding that hides the length of the delta. */
  inputAudioTranscriptionDelta: (
    eventId: string,
    itemId: string,
    contentIndex?: Optional<number>,
    delta?: Optional<string>,
    logprobs?: Optional<LogProb[]>,
    obfuscation?: Optional<string>,
  ): ServerEvent<'conversation.item.input_audio_transcription.delta'> => ({
    type: 'conversation.item.input_audio_transcription.delta',
    event_id: eventId,
    item_id: itemId,
    ...(isGiven(contentIndex) && { content_index: contentIndex }),
    ...(isGiven(delta) && { delta }),
    ...(isGiven(logprobs) && { logprobs }),
    ...(isGiven(obfuscation) && { obfuscation }),
  }),

  inputAudioTranscriptionFailed: (
    eventId: string,
    itemId: string,
    contentIndex: number,
    error: TranscriptionError,
  ): ServerEvent<'conversation.item.input_audio_transcription.failed'> => ({
    type: 'conversation.item.input_audio_transcription.failed',
    event_id: eventId,
    item_id: itemId,
    content_index: contentIndex,
    error,
  }),

  /** What one speaker said between `start` and `end`, both in seconds. */
  inputAudioTranscriptionSegment: (
    eventId: string,
    itemId: string,
    contentIndex: number,
    text: string,
    id: string,
    speaker: string,
    start: number,
    end: number,
  ): ServerEvent<'conversation.item.input_audio_transcription.segment'> => ({
    type: 'conversation.item.input_audio_transcription.segment',
    event_id: eventId,
    item_id: itemId,
    content_index: contentIndex,
    text,
    id,
    speaker,
    start,
    end,
  }),

  inputAudioBufferCleared: (eventId: string): ServerEvent<'input_audio_buffer.cleared'> => ({
    type: 'input_audio_buffer.cleared',
    event_id: eventId,
  }),

  inputAudioBufferCommitted: (
    eventId: string,
    itemId: string,
    previousItemId?: Optional<string>,
  ): ServerEvent<'input_audio_buffer.committed'> => ({
    type: 'input_audio_buffer.committed',
    event_id: eventId,
    ...(isGiven(previousItemId) && { previous_item_id: previousItemId }),
    item_id: itemId,
  }),

  /** `itemId`: the id that the later user message gets. */
  inputAudioBufferSpeechStarted: (
    eventId: string,
    audioStartMs: number,
    itemId: string,
  ): ServerEvent<'input_audio_buffer.speech_started'> => ({
    type: 'input_audio_buffer.speech_started',
    event_id: eventId,
    audio_start_ms: audioStartMs,
    item_id: itemId,
  }),

  inputAudioBufferSpeechStopped: (
    eventId: string,
    audioEndMs: number,
    itemId: string,
  ): ServerEvent<'input_audio_buffer.speech_stopped'> => ({
    type: 'input_audio_buffer.speech_stopped',
    event_id: eventId,
    audio_end_ms: audioEndMs,
    item_id: itemId,
  }),

  inputAudioBufferTimeoutTriggered: (
    eventId: string,
    audioStartMs: number,
    audioEndMs: number,
    itemId: string,
  ): ServerEvent<'input_audio_buffer.timeout_triggered'> => ({
    type: 'input_audio_buffer.timeout_triggered',
    event_id: eventId,
    audio_start_ms: audioStartMs,
    audio_end_ms: audioEndMs,
    item_id: itemId,
  }),

  /** A telephone key. The one server event without an id. `receivedAt`: Unix seconds. */
  dtmfEventReceived: (event: string, receivedAt: number): ServerEvent<'input_audio_buffer.dtmf_event_received'> => ({
    type: 'input_audio_buffer.dtmf_event_received',
    event,
    received_at: receivedAt,
  }),

  mcpListToolsInProgress: (eventId: string, itemId: string): ServerEvent<'mcp_list_tools.in_progress'> => ({
    type: 'mcp_list_tools.in_progress',
    event_id: eventId,
    item_id: itemId,
  }),

  mcpListToolsCompleted: (eventId: string, itemId: string): ServerEvent<'mcp_list_tools.completed'> => ({
    type: 'mcp_list_tools.completed',
    event_id: eventId,
    item_id: itemId,
  }),

  mcpListToolsFailed: (eventId: string, itemId: string): ServerEvent<'mcp_list_tools.failed'> => ({
    type: 'mcp_list_tools.failed',
    event_id: eventId,
    item_id: itemId,
  }),

  mcpCallInProgress: (
    eventId: string,
    itemId: string,
    outputIndex: number,
  ): ServerEvent<'response.mcp_call.in_progress'> => ({
    type: 'response.mcp_call.in_progress',
    event_id: eventId,
    item_id: itemId,
    output_index: outputIndex,
  }),

  mcpCallCompleted: (
    eventId: string,
    itemId: string,
    outputIndex: number,
  ): ServerEvent<'response.mcp_call.completed'> => ({
    type: 'response.mcp_call.completed',
    event_id: eventId,
    item_id: itemId,
    output_index: outputIndex,
  }),

  mcpCallFailed: (eventId: string, itemId: string, outputIndex: number): ServerEvent<'response.mcp_call.failed'> => ({
    type: 'response.mcp_call.failed',
    event_id: eventId,
    item_id: itemId,
    output_index: outputIndex,
  }),

  rateLimitsUpdated: (eventId: string, rateLimits: RateLimit[]): ServerEvent<'rate_limits.updated'> => ({
    type: 'rate_limits.updated',
    event_id: eventId,
    rate_limits: rateLimits,
  }),

  /** The first event of a response, status `in_progress`. */
  responseCreated: (eventId: string, response: Response): ServerEvent<'response.created'> => ({
    type: 'response.created',
    event_id: eventId,
    response,
  }),

  /** The last event of a response, whatever its status. */
  responseDone: (eventId: string, response: Response): ServerEvent<'response.done'> => ({
    type: 'response.done',
    event_id: eventId,
    response,
  }),

  /** Something the client asked for was refused or failed; most errors leave the session open. */
  errorEvent: (eventId: string, error: ApiError): ServerEvent<'error'> => ({
    type: 'error',
    event_id: eventId,
    error,
  }),
};
