/** Every public name that the entries of the client share; each entry adds how it connects. */

export { type Cost, costOf, type Prices, type TokenPrices } from '../usage/cost.ts';
export {
  addResponseUsage,
  addTranscriptionUsage,
  noUsage,
  type TokenCounts,
  totalOf,
  type Usage,
} from '../usage/usage.ts';
export type { Clock } from './clock.ts';
export type {
  AzureEndpoint,
  EndpointOptions,
  Key,
  NoEndpoint,
  OpenAiEndpoint,
  UrlEndpoint,
} from './connection/endpoint.ts';
export type { ConnectionChange, ConnectionState } from './connection/state.ts';
export { ClientError, type ClientErrorCode, RealtimeError } from './errors.ts';
export type { AnyServerEvent, ServerEventName, ServerEventOf, UnknownServerEvent } from './events/server-event.ts';
export type { ConnectOptions, Dial, DialTarget, SessionOptions, SessionTransport } from './options.ts';
export { type ClockSourceOptions, clockSource } from './playhead/clock-source.ts';
export type { Cut } from './playhead/cut.ts';
export {
  type DrivenSession,
  type DriveOptions,
  drivePlayhead,
  type PlayheadDriver,
  type SoundToPlay,
  type Speaker as PlayheadSpeaker,
} from './playhead/drive.ts';
export { type MarkSource, markSource } from './playhead/mark-source.ts';
export { createPlayhead, type Playhead, type PlayheadOptions } from './playhead/playhead.ts';
export type { Reading, ReceivedSound } from './playhead/reader.ts';
export { type ReportSource, reportSource } from './playhead/report-source.ts';
export type { PlayheadSource, PlayPosition } from './playhead/source.ts';
export { type PlayedStatistics, type StatisticsSource, statisticsSource } from './playhead/statistics-source.ts';
export type { RespondOptions, ResponseHandle, WhenBusy } from './responses/response.ts';
export type { ReconnectOptions } from './restore/options.ts';
export type {
  AudioChunk,
  CreateItemOptions,
  ItemAdded,
  NextOptions,
  RealtimeSession,
  RequestOptions,
  SessionChange,
} from './session.ts';
export type { Approval, ApprovalRequest, Approve } from './tools/approval.ts';
export type { FromJsonSchema, JsonSchema, SchemaIssue } from './tools/json-schema.ts';
export type { ToolFailure, ToolFailureType, ToolReply } from './tools/output.ts';
export type { ToolCall } from './tools/run-call.ts';
export { type RunToolsOptions, runTools, type ToolRunner } from './tools/run-tools.ts';
export type { StandardIssue, StandardOutput, StandardResult, StandardSchema } from './tools/standard-schema.ts';
export {
  type ArgumentsOf,
  definitionsOf,
  type Tool,
  type ToolContext,
  type ToolOptions,
  type ToolParameters,
  type ToolSession,
  type ToolSettings,
  tool,
} from './tools/tool.ts';
export {
  type FunctionCallOutputView,
  type FunctionCallView,
  type InputAudioPart,
  type InputImagePart,
  type InputTextPart,
  type ItemFacts,
  type McpApprovalRequestView,
  type McpApprovalResponseView,
  type McpCallView,
  type McpListToolsView,
  type MessageView,
  type OtherItemView,
  type OtherPart,
  type OutputAudioPart,
  type OutputTextPart,
  type SpeechSegment,
  type ViewItem,
  type ViewPart,
  wordsOf,
} from './view/item.ts';
export {
  type EarlyWords,
  emptyView,
  runningResponse,
  type UserTurn,
  type View,
  type ViewOptions,
  type ViewResponse,
} from './view/state.ts';
export { fold, foldAll } from './view/view.ts';
