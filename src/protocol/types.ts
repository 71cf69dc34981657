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

/** Every event that a client sends in a realtime or a transcription session, by its wire type. */
export type ClientEventMap = EventMap<typeof clientEvents>;
/** Every event that a server sends in a realtime or a transcription session, by its wire type. */
export type ServerEventMap = EventMap<typeof serverEvents>;
/** Every event that a client sends in a translation session, by its wire type. */
export type TranslationClientEventMap = EventMap<typeof translationClientEvents>;
/** Every event that a server sends in a translation session, by its wire type. */
export type TranslationServerEventMap = EventMap<typeof translationServerEvents>;

/** An event whose type this version does not know, exactly as it came. */
export interface UnknownEvent {
  type: string;
}

/** The settings of a session in which a model answers, as a client sends them: only what is present changes. */
export type RealtimeSession = z.infer<typeof session.realtimeSession>;
/** The settings of a session that only transcribes, as a client sends them: only what is present changes. */
export type TranscriptionSession = z.infer<typeof transcriptionSession.transcriptionSession>;
/** Either kind of session as a client sends it. */
export type Session = z.infer<typeof sessionKind.session>;
/** Either kind of session as `session.created` and `session.updated` carry it. */
export type SessionPayload = z.infer<typeof sessionKind.effectiveSession>;
/** Either kind of session as a client secret carries it. */
export type MintedSession = z.infer<typeof sessionKind.mintedSession>;
/** A translation session as a server shows it. */
export type TranslationSession = z.infer<typeof translation.translationSession>;
/** What can change in a running translation session: not its type, and not its model. */
export type TranslationSessionUpdate = z.infer<typeof translation.translationSessionUpdate>;
/** A translation session as a client secret is made for it. */
export type TranslationSessionCreate = z.infer<typeof translation.translationSessionCreate>;

/** How audio is encoded as bytes. An object without `type` is PCM (the official types allow it). */
export type AudioFormat = z.infer<typeof audioFormat.audioFormat>;
/** What is done with the user's audio. */
export type AudioInput = z.infer<typeof session.audioInput>;
/** How the model's audio is made. */
export type AudioOutput = z.infer<typeof session.audioOutput>;
/** Filtering of the user's audio before it gets to voice activity detection and to the model. */
export type NoiseReduction = z.infer<typeof audioInput.noiseReduction>;
/** How the user's audio is transcribed. The model does not need this, since it gets the audio itself. */
export type InputTranscription = z.infer<typeof audioInput.inputTranscription>;
/** How the server finds the user's turns. If a session has null instead, the client commits turns itself. */
export type TurnDetection = z.infer<typeof turnDetection.turnDetection>;
/** Turn detection by silence: sound above a threshold is speech, and a turn ends after enough silence. */
export type ServerVad = z.infer<typeof turnDetection.serverVad>;
/** Turn detection by meaning: a turn ends when what was said sounds finished, or after the longest wait. */
export type SemanticVad = z.infer<typeof turnDetection.semanticVad>;
/** How answers sound: the name of a voice, or `{ id }` of one of the account. */
export type Voice = z.infer<typeof modelSettings.voice>;

/** Anything the model may call. An object without `type` is a function (the official types allow it). */
export type Tool = z.infer<typeof tool.tool>;
/** A function of the client's own that the model may call. */
export type FunctionTool = z.infer<typeof tool.functionTool>;
/** An MCP server whose tools the server of the session lists and runs. */
export type McpTool = z.infer<typeof tool.mcpTool>;
/** Chooses tools of an MCP server: those that match everything given. */
export type McpToolFilter = z.infer<typeof tool.mcpToolFilter>;
/** Which calls need the client's approval; all others follow the default. */
export type McpApprovalFilter = z.infer<typeof tool.mcpApprovalFilter>;
/** Whether the model calls a tool: never, as it likes (the default), always, or exactly this one. */
export type ToolChoice = z.infer<typeof tool.toolChoice>;

/** `auto`, settings, or null for off. */
export type Tracing = z.infer<typeof modelSettings.tracing>;
/**
 * What happens when the conversation is too long for the model: its oldest items are dropped (`auto`, the default), or the
 * response fails (`disabled`).
 */
export type Truncation = z.infer<typeof modelSettings.truncation>;
/** A prompt template that the account keeps. Fields that are set beside it win over those of the template. */
export type Prompt = z.infer<typeof prompt.prompt>;
/** What a variable of a prompt template stands for. */
export type PromptVariable = z.infer<typeof prompt.promptVariable>;
/** How much the model thinks before it answers. For reasoning models only. */
export type Reasoning = z.infer<typeof modelSettings.reasoning>;
/** Notes of the client, echoed unread: at most 16 pairs, keys up to 64 characters, values up to 512. */
export type Metadata = z.infer<typeof modelSettings.metadata>;
/** The most tokens that one response may hold, tool calls included. `inf` means as many as the model can. */
export type MaxOutputTokens = z.infer<typeof modelSettings.maxOutputTokens>;
/** What the model answers with. `audio` comes with its transcript. */
export type OutputModality = z.infer<typeof modelSettings.outputModality>;

/** An entry of the conversation. `type` says what it is, and `role` whose message it is. */
export type Item = z.infer<typeof item.item>;
/** A message of the user, the system or the assistant, as `role` says. */
export type MessageItem = z.infer<typeof item.messageItem>;
/** What the user said, typed or showed. */
export type UserMessage = z.infer<typeof item.userMessage>;
/** What the application tells the model in the middle of a conversation. */
export type SystemMessage = z.infer<typeof item.systemMessage>;
/** What the model said. */
export type AssistantMessage = z.infer<typeof item.assistantMessage>;
/** A part of a user message: text, sound or an image; `type` says which fields mean something. */
export type UserContent = z.infer<typeof content.userContent>;
/** A part of a system message: text. */
export type SystemContent = z.infer<typeof content.systemContent>;
/** A part of an assistant message. Clients can only send text: the server refuses audio from them. */
export type AssistantContent = z.infer<typeof content.assistantContent>;
/** The model wants a function called, with these arguments (JSON text). */
export type FunctionCall = z.infer<typeof item.functionCall>;
/** The output of a function call. */
export type FunctionCallOutput = z.infer<typeof item.functionCallOutput>;
/** The tools that an MCP server offers. */
export type McpListTools = z.infer<typeof mcpItem.mcpListTools>;
/** A tool as its MCP server describes it. */
export type McpListedTool = z.infer<typeof mcpItem.mcpListedTool>;
/** A call of an MCP server's tool, which the server of the session makes. */
export type McpCall = z.infer<typeof mcpItem.mcpCall>;
/** Why an MCP call failed. */
export type McpCallError = z.infer<typeof mcpItem.mcpCallError>;
/** Asks the client whether a call may run. */
export type McpApprovalRequest = z.infer<typeof mcpItem.mcpApprovalRequest>;
/** The client's answer to a request for approval. */
export type McpApprovalResponse = z.infer<typeof mcpItem.mcpApprovalResponse>;
/** Stands for an item, in `response.input` only. */
export type ItemReference = z.infer<typeof item.itemReference>;
/** How complete an item is. It has no effect when a client sends it. */
export type ItemStatus = z.infer<typeof item.itemStatus>;

/** How one response differs from its session. Fields that are absent are as in the session. */
export type ResponseCreateParams = z.infer<typeof response.responseCreateParams>;
/** An answer of the model. Servers send every key, though the official types make all of them optional. */
export type Response = z.infer<typeof response.response>;
/** How far a response has come. All but `in_progress` are final. */
export type ResponseStatus = z.infer<typeof response.responseStatus>;
/** Why a response ended. */
export type StatusDetails = z.infer<typeof response.statusDetails>;
/** The tokens that a response used, including its whole context. Transcription is counted apart, in events of its own. */
export type ResponseUsage = z.infer<typeof usage.responseUsage>;
/** A part as `response.content_part.*` tell of it; those of items are `UserContent` and its kin. */
export type ContentPart = z.infer<typeof content.contentPart>;

/** What a transcription cost, at its own model's rate. */
export type TranscriptionUsage = z.infer<typeof usage.transcriptionUsage>;
/** Why an item could not be transcribed. */
export type TranscriptionError = z.infer<typeof transcription.transcriptionError>;
/** A language that was detected in the user's speech, as an ISO-639-1 code. */
export type DetectedLanguage = z.infer<typeof transcription.detectedLanguage>;
/** How likely a token of a transcript was. */
export type LogProb = z.infer<typeof transcription.logProb>;
/** How much of a limit is left. */
export type RateLimit = z.infer<typeof usage.rateLimit>;
/** What went wrong, in `error` events and in REST answers. Servers send all five keys; one that does not apply is null. */
export type ApiError = z.infer<typeof error.apiError>;
/** The conversation that a session begins with. */
export type Conversation = z.infer<typeof conversationEvents.conversation>;

/** The body of `POST /v1/realtime/client_secrets`: for how long, and for which session. */
export type ClientSecretRequest = z.infer<typeof rest.clientSecretRequest>;
/** What `POST /v1/realtime/client_secrets` answers: the secret, and the session that it opens. */
export type ClientSecretResponse = z.infer<typeof rest.clientSecretResponse>;
/** The body of `POST /v1/realtime/translations/client_secrets`. */
export type TranslationClientSecretRequest = z.infer<typeof rest.translationClientSecretRequest>;
/** What `POST /v1/realtime/translations/client_secrets` answers. */
export type TranslationClientSecretResponse = z.infer<typeof rest.translationClientSecretResponse>;
/** The body of `POST /v1/realtime/calls/{call_id}/accept`: the settings of the session that takes the call. */
export type CallAcceptRequest = z.infer<typeof rest.callAcceptRequest>;
/** The body of `POST /v1/realtime/calls/{call_id}/reject`, which may also be left out. */
export type CallRejectRequest = z.infer<typeof rest.callRejectRequest>;
/** The body of `POST /v1/realtime/calls/{call_id}/refer`: where the caller is passed on to. */
export type CallReferRequest = z.infer<typeof rest.callReferRequest>;
/** The webhook `realtime.call.incoming`: there is an incoming call. */
export type IncomingCallWebhook = z.infer<typeof webhook.incomingCallWebhook>;
/** A header of the SIP INVITE by which somebody calls. */
export type SipHeader = z.infer<typeof webhook.sipHeader>;
