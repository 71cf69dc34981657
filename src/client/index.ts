/** The client for browsers, their microphones and speakers included. Node, and Bun, Deno and Workers have entries of their own. */
import { dial } from '../wire/web/dial.ts';
import { connector, sessionStarter } from './connect.ts';
import { endpointInBrowser } from './connection/endpoint.ts';
import type { ConnectOptions, Platform } from './options.ts';
import type { RealtimeSession } from './session.ts';

const platform: Platform = {
  endpointOf: endpointInBrowser,
  dial: ({ url, ...target }) => dial(url, target),
};

/**
 * Opens a session over a WebSocket and gives it once it may be used. Rejects with a `ClientError`: `unreachable`,
 * `refused`, `timeout`, `aborted`, `invalid_options`, `key_unavailable`, `closed`.
 */
export const connect: (options: ConnectOptions) => Promise<RealtimeSession> = connector(platform);

/** Gives the session at once, while it connects; what is sent meanwhile waits in order. `session.ready` tells when it may be used. */
export const startSession: (options: ConnectOptions) => RealtimeSession = sessionStarter(platform);

export {
  type AudioDevice,
  AudioDeviceError,
  type AudioDeviceErrorCode,
  createMicrophone,
  createSpeaker,
  type DeviceChange,
  type InputDevice,
  type Level,
  listAudioDevices,
  type Microphone,
  type MicrophoneOptions,
  type PlaybackStats,
  type PlayedSound,
  type SoundKey,
  type Speaker,
  type SpeakerOptions,
  type SpeakerState,
} from './browser/index.ts';
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
export type { ConnectOptions, Dial, DialTarget, SessionOptions } from './options.ts';
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
export { type Cost, costOf, type Prices, type TokenPrices } from './usage/cost.ts';
export {
  addResponseUsage,
  addTranscriptionUsage,
  noUsage,
  type TokenCounts,
  totalOf,
  type Usage,
} from './usage/usage.ts';
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
