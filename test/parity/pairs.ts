import type * as calls from 'openai/resources/realtime/calls';
import type * as secrets from 'openai/resources/realtime/client-secrets';
import type * as realtime from 'openai/resources/realtime/realtime';
import type * as translationSecrets from 'openai/resources/realtime/translations/client-secrets';
import type * as responses from 'openai/resources/responses/responses';
import type { Metadata } from 'openai/resources/shared';
import type { RealtimeCallIncomingWebhookEvent } from 'openai/resources/webhooks/webhooks';
import type * as ours from '../../src/protocol/types.ts';

/** Each object that has a name of its own: the official type, then ours. */
export type NamedObjects = {
  AudioFormat: [realtime.RealtimeAudioFormats, ours.AudioFormat];
  NoiseReduction: [realtime.RealtimeAudioConfigInput.NoiseReduction, ours.NoiseReduction];
  InputTranscription: [realtime.AudioTranscription, ours.InputTranscription];
  ServerVad: [realtime.RealtimeAudioInputTurnDetection.ServerVad, ours.ServerVad];
  SemanticVad: [realtime.RealtimeAudioInputTurnDetection.SemanticVad, ours.SemanticVad];
  TurnDetection: [realtime.RealtimeAudioInputTurnDetection, ours.TurnDetection];
  AudioInput: [realtime.RealtimeAudioConfigInput, ours.AudioInput];
  AudioOutput: [realtime.RealtimeAudioConfigOutput, ours.AudioOutput];
  Voice: [NonNullable<realtime.RealtimeAudioConfigOutput['voice']>, ours.Voice];

  FunctionTool: [realtime.RealtimeFunctionTool, ours.FunctionTool];
  McpToolFilter: [realtime.RealtimeToolsConfigUnion.Mcp.McpToolFilter, ours.McpToolFilter];
  McpApprovalFilter: [realtime.RealtimeToolsConfigUnion.Mcp.McpToolApprovalFilter, ours.McpApprovalFilter];
  McpTool: [realtime.RealtimeToolsConfigUnion.Mcp, ours.McpTool];
  Tool: [realtime.RealtimeToolsConfigUnion, ours.Tool];
  ToolChoice: [realtime.RealtimeToolChoiceConfig, ours.ToolChoice];

  Tracing: [realtime.RealtimeTracingConfig | null, ours.Tracing];
  Truncation: [realtime.RealtimeTruncation, ours.Truncation];
  PromptVariable: [NonNullable<responses.ResponsePrompt['variables']>[string], ours.PromptVariable];
  Prompt: [responses.ResponsePrompt, ours.Prompt];
  Reasoning: [realtime.RealtimeReasoning, ours.Reasoning];
  Metadata: [Metadata, ours.Metadata];

  RealtimeSession: [realtime.RealtimeSessionCreateRequest, ours.RealtimeSession];
  TranscriptionSession: [realtime.RealtimeTranscriptionSessionCreateRequest, ours.TranscriptionSession];
  Session: [realtime.SessionUpdateEvent['session'], ours.Session];
  SessionPayload: [realtime.SessionCreatedEvent['session'], ours.SessionPayload];
  MintedSession: [secrets.ClientSecretCreateResponse['session'], ours.MintedSession];

  UserContent: [realtime.RealtimeConversationItemUserMessage.Content, ours.UserContent];
  SystemContent: [realtime.RealtimeConversationItemSystemMessage.Content, ours.SystemContent];
  AssistantContent: [realtime.RealtimeConversationItemAssistantMessage.Content, ours.AssistantContent];
  UserMessage: [realtime.RealtimeConversationItemUserMessage, ours.UserMessage];
  SystemMessage: [realtime.RealtimeConversationItemSystemMessage, ours.SystemMessage];
  AssistantMessage: [realtime.RealtimeConversationItemAssistantMessage, ours.AssistantMessage];
  FunctionCall: [realtime.RealtimeConversationItemFunctionCall, ours.FunctionCall];
  FunctionCallOutput: [realtime.RealtimeConversationItemFunctionCallOutput, ours.FunctionCallOutput];
  McpListedTool: [realtime.RealtimeMcpListTools.Tool, ours.McpListedTool];
  McpListTools: [realtime.RealtimeMcpListTools, ours.McpListTools];
  McpCallError: [NonNullable<realtime.RealtimeMcpToolCall['error']>, ours.McpCallError];
  McpCall: [realtime.RealtimeMcpToolCall, ours.McpCall];
  McpApprovalRequest: [realtime.RealtimeMcpApprovalRequest, ours.McpApprovalRequest];
  McpApprovalResponse: [realtime.RealtimeMcpApprovalResponse, ours.McpApprovalResponse];
  Item: [realtime.ConversationItem, ours.Item];
  ItemReference: [realtime.ResponseItemReference, ours.ItemReference];

  ResponseCreateParams: [realtime.RealtimeResponseCreateParams, ours.ResponseCreateParams];
  StatusDetails: [realtime.RealtimeResponseStatus, ours.StatusDetails];
  ResponseUsage: [realtime.RealtimeResponseUsage, ours.ResponseUsage];
  Response: [realtime.RealtimeResponse, ours.Response];
  ContentPart: [realtime.ResponseContentPartAddedEvent.Part, ours.ContentPart];

  TranscriptionUsage: [
    realtime.ConversationItemInputAudioTranscriptionCompletedEvent['usage'],
    ours.TranscriptionUsage,
  ];
  TranscriptionError: [realtime.ConversationItemInputAudioTranscriptionFailedEvent.Error, ours.TranscriptionError];
  LogProb: [realtime.LogProbProperties, ours.LogProb];
  RateLimit: [realtime.RateLimitsUpdatedEvent.RateLimit, ours.RateLimit];
  ApiError: [realtime.RealtimeError, ours.ApiError];
  Conversation: [realtime.ConversationCreatedEvent.Conversation, ours.Conversation];

  TranslationSession: [realtime.RealtimeTranslationSession, ours.TranslationSession];
  TranslationSessionUpdate: [realtime.RealtimeTranslationSessionUpdateRequest, ours.TranslationSessionUpdate];
  TranslationSessionCreate: [realtime.RealtimeTranslationSessionCreateRequest, ours.TranslationSessionCreate];
};

/** What travels: the unions of events, and the bodies of requests, answers and webhooks. */
type Messages = {
  ClientEvent: [realtime.RealtimeClientEvent, ours.ClientEventMap[keyof ours.ClientEventMap]];
  ServerEvent: [realtime.RealtimeServerEvent, ours.ServerEventMap[keyof ours.ServerEventMap]];
  ResponseCreateWithReferences: [
    realtime.ResponseCreateEventWithReferencesParam,
    ours.ClientEventMap['response.create'],
  ];
  TranslationClientEvent: [
    realtime.RealtimeTranslationClientEvent,
    ours.TranslationClientEventMap[keyof ours.TranslationClientEventMap],
  ];
  TranslationServerEvent: [
    realtime.RealtimeTranslationServerEvent,
    ours.TranslationServerEventMap[keyof ours.TranslationServerEventMap],
  ];
  ClientSecretRequest: [secrets.ClientSecretCreateParams, ours.ClientSecretRequest];
  ClientSecretResponse: [secrets.ClientSecretCreateResponse, ours.ClientSecretResponse];
  TranslationClientSecretRequest: [translationSecrets.ClientSecretCreateParams, ours.TranslationClientSecretRequest];
  TranslationClientSecretResponse: [
    realtime.RealtimeTranslationClientSecretCreateResponse,
    ours.TranslationClientSecretResponse,
  ];
  CallAcceptRequest: [calls.CallAcceptParams, ours.CallAcceptRequest];
  CallRejectRequest: [calls.CallRejectParams, ours.CallRejectRequest];
  CallReferRequest: [calls.CallReferParams, ours.CallReferRequest];
  IncomingCallWebhook: [RealtimeCallIncomingWebhookEvent, ours.IncomingCallWebhook];
};

/** Every pair that is compared. */
export type Compared = NamedObjects & Messages;
