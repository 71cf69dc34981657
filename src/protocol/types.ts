/** The static types of the wire, all inferred from the schemas. Types only: importing this file loads no validator. */
import type * as z from 'zod';
import type * as audioFormat from './schemas/audio-format.ts';
import type * as audioInput from './schemas/audio-input.ts';
import type { clientEvents } from './schemas/client-events.ts';
import type * as content from './schemas/content.ts';
import type * as conversationEvents from './schemas/conversation-events.ts';
import type * as error from './schemas/error.ts';
import type * as item from './schemas/item.ts';
import type * as mcpItem from './schemas/mcp-item.ts';
import type * as modelSettings from './schemas/model-settings.ts';
import type * as prompt from './schemas/prompt.ts';
import type * as response from './schemas/response.ts';
import type * as rest from './schemas/rest.ts';
import type { serverEvents } from './schemas/server-events.ts';
import type * as session from './schemas/session.ts';
import type * as sessionKind from './schemas/session-kind.ts';
import type * as tool from './schemas/tool.ts';
import type * as transcription from './schemas/transcription.ts';
import type * as transcriptionSession from './schemas/transcription-session.ts';
import type * as translation from './schemas/translation.ts';
import type { translationClientEvents, translationServerEvents } from './schemas/translation-events.ts';
import type * as turnDetection from './schemas/turn-detection.ts';
import type * as usage from './schemas/usage.ts';
import type * as webhook from './schemas/webhook.ts';

/** From an event's wire type to the event. */
type EventMap<Table extends Record<string, z.ZodType>> = { [Type in keyof Table]: z.infer<Table[Type]> };

export type ClientEventMap = EventMap<typeof clientEvents>;
export type ServerEventMap = EventMap<typeof serverEvents>;
export type TranslationClientEventMap = EventMap<typeof translationClientEvents>;
export type TranslationServerEventMap = EventMap<typeof translationServerEvents>;

/** An event whose type this version does not know, exactly as it came. */
export interface UnknownEvent {
  type: string;
}

export type RealtimeSession = z.infer<typeof session.realtimeSession>;
export type TranscriptionSession = z.infer<typeof transcriptionSession.transcriptionSession>;
/** Either kind of session as a client sends it. */
export type Session = z.infer<typeof sessionKind.session>;
/** Either kind of session as `session.created` and `session.updated` carry it. */
export type SessionPayload = z.infer<typeof sessionKind.effectiveSession>;
/** Either kind of session as a client secret carries it. */
export type MintedSession = z.infer<typeof sessionKind.mintedSession>;
export type TranslationSession = z.infer<typeof translation.translationSession>;
export type TranslationSessionUpdate = z.infer<typeof translation.translationSessionUpdate>;
export type TranslationSessionCreate = z.infer<typeof translation.translationSessionCreate>;

export type AudioFormat = z.infer<typeof audioFormat.audioFormat>;
export type AudioInput = z.infer<typeof session.audioInput>;
export type AudioOutput = z.infer<typeof session.audioOutput>;
export type NoiseReduction = z.infer<typeof audioInput.noiseReduction>;
export type InputTranscription = z.infer<typeof audioInput.inputTranscription>;
export type TurnDetection = z.infer<typeof turnDetection.turnDetection>;
export type ServerVad = z.infer<typeof turnDetection.serverVad>;
export type SemanticVad = z.infer<typeof turnDetection.semanticVad>;
export type Voice = z.infer<typeof modelSettings.voice>;

export type Tool = z.infer<typeof tool.tool>;
export type FunctionTool = z.infer<typeof tool.functionTool>;
export type McpTool = z.infer<typeof tool.mcpTool>;
export type McpToolFilter = z.infer<typeof tool.mcpToolFilter>;
export type McpApprovalFilter = z.infer<typeof tool.mcpApprovalFilter>;
export type ToolChoice = z.infer<typeof tool.toolChoice>;

/** `auto`, settings, or null for off. */
export type Tracing = z.infer<typeof modelSettings.tracing>;
export type Truncation = z.infer<typeof modelSettings.truncation>;
export type Prompt = z.infer<typeof prompt.prompt>;
export type PromptVariable = z.infer<typeof prompt.promptVariable>;
export type Reasoning = z.infer<typeof modelSettings.reasoning>;
export type Metadata = z.infer<typeof modelSettings.metadata>;
export type MaxOutputTokens = z.infer<typeof modelSettings.maxOutputTokens>;
export type OutputModality = z.infer<typeof modelSettings.outputModality>;

export type Item = z.infer<typeof item.item>;
export type MessageItem = z.infer<typeof item.messageItem>;
export type UserMessage = z.infer<typeof item.userMessage>;
export type SystemMessage = z.infer<typeof item.systemMessage>;
export type AssistantMessage = z.infer<typeof item.assistantMessage>;
export type UserContent = z.infer<typeof content.userContent>;
export type SystemContent = z.infer<typeof content.systemContent>;
export type AssistantContent = z.infer<typeof content.assistantContent>;
export type FunctionCall = z.infer<typeof item.functionCall>;
export type FunctionCallOutput = z.infer<typeof item.functionCallOutput>;
export type McpListTools = z.infer<typeof mcpItem.mcpListTools>;
export type McpListedTool = z.infer<typeof mcpItem.mcpListedTool>;
export type McpCall = z.infer<typeof mcpItem.mcpCall>;
export type McpCallError = z.infer<typeof mcpItem.mcpCallError>;
export type McpApprovalRequest = z.infer<typeof mcpItem.mcpApprovalRequest>;
export type McpApprovalResponse = z.infer<typeof mcpItem.mcpApprovalResponse>;
/** Stands for an item, in `response.input` only. */
export type ItemReference = z.infer<typeof item.itemReference>;
export type ItemStatus = z.infer<typeof item.itemStatus>;

export type ResponseCreateParams = z.infer<typeof response.responseCreateParams>;
export type Response = z.infer<typeof response.response>;
export type ResponseStatus = z.infer<typeof response.responseStatus>;
export type StatusDetails = z.infer<typeof response.statusDetails>;
export type ResponseUsage = z.infer<typeof usage.responseUsage>;
/** A part as `response.content_part.*` tell of it; those of items are `UserContent` and its kin. */
export type ContentPart = z.infer<typeof content.contentPart>;

export type TranscriptionUsage = z.infer<typeof usage.transcriptionUsage>;
export type TranscriptionError = z.infer<typeof transcription.transcriptionError>;
export type DetectedLanguage = z.infer<typeof transcription.detectedLanguage>;
export type LogProb = z.infer<typeof transcription.logProb>;
export type RateLimit = z.infer<typeof usage.rateLimit>;
export type ApiError = z.infer<typeof error.apiError>;
export type Conversation = z.infer<typeof conversationEvents.conversation>;

export type ClientSecretRequest = z.infer<typeof rest.clientSecretRequest>;
export type ClientSecretResponse = z.infer<typeof rest.clientSecretResponse>;
export type TranslationClientSecretRequest = z.infer<typeof rest.translationClientSecretRequest>;
export type TranslationClientSecretResponse = z.infer<typeof rest.translationClientSecretResponse>;
export type CallAcceptRequest = z.infer<typeof rest.callAcceptRequest>;
export type CallRejectRequest = z.infer<typeof rest.callRejectRequest>;
export type CallReferRequest = z.infer<typeof rest.callReferRequest>;
export type IncomingCallWebhook = z.infer<typeof webhook.incomingCallWebhook>;
export type SipHeader = z.infer<typeof webhook.sipHeader>;
