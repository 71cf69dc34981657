import type { SpeechMark } from '../audio/heard-words.ts';
import type {
  AudioFormat,
  InputTranscription,
  Item,
  MaxOutputTokens,
  McpCallError,
  McpListedTool,
  McpTool,
  Metadata,
  NoiseReduction,
  OutputModality,
  Prompt,
  RealtimeSession,
  Reasoning,
  ResponseCreateParams,
  SemanticVad,
  Tool,
  ToolChoice,
  Tracing,
  Truncation,
  Voice,
} from '../protocol/types.ts';
import type { ItemList } from './conversation/item-list.ts';
import type { FullServerVad } from './defaults.ts';
import type { IdSource } from './ids.ts';
import type { Playback } from './playback/state.ts';
import type { ResponseRequest } from './response/model-input.ts';
import type { TranscriberOutput } from './transcription/transcriber-output.ts';

/** Timers that the session arms. Each fires at most once for each time it is armed; arming again replaces it. */
export type Timer = 'expiry' | 'idle' | 'drain';

/** What the server decides when it opens a session. */
export interface SessionRules {
  /** Age at which the session ends, in milliseconds. */
  readonly maxAgeMs: number;
  /** Most audio that may wait in the input buffer, in milliseconds. */
  readonly maxBufferedMs: number;
  /** Most responses that may be under way at the same time. */
  readonly maxResponses: number;
  /** Most items that the conversation may have. */
  readonly maxItems: number;
  /** Most bytes that the conversation and the responses that run may hold (see `heldBytes`). */
  readonly maxBytes: number;
  /** What is kept of the sound of all items, in bytes; older sound is forgotten, so that no more than this counts. */
  readonly keptSoundBytes: number;
  /** The model needs the transcript of speech before it answers it. */
  readonly transcribesFirst: boolean;
  /** The model puts speech into words while it goes on. */
  readonly transcribesStream: boolean;
  /** The model wants to know of turns that are likely to end. */
  readonly preempts: boolean;
  /** The model knows what to do with `reasoning` and `parallel_tool_calls`; they are refused where it does not. */
  readonly reasons: boolean;
  /** Tokens that the model can read before it answers. */
  readonly contextTokens: number;
  /** Most tokens that instructions and tools may have together. */
  readonly instructionTokens: number;
  /** D2: also send `conversation.created` after `session.created`. */
  readonly sendConversationCreated: boolean;
}

/** Turn detection as a transcription session shows it: no responses, so none of their switches (behaviour §1.2). */
export type TranscriptionVad =
  | Pick<FullServerVad, 'type' | 'threshold' | 'prefix_padding_ms' | 'silence_duration_ms'>
  | Pick<FullSemanticVad, 'type' | 'eagerness'>;
export type FullSemanticVad = Required<SemanticVad>;
export type FullTurnDetection = FullServerVad | FullSemanticVad | TranscriptionVad;

/** Input transcription as the session holds it: the nullable keys are always present (behaviour §1.2). */
export type FullTranscription = Omit<InputTranscription, 'language' | 'prompt'> & {
  model: string;
  language: string | null;
  prompt: string | null;
};

export interface InputAudioConfig {
  format: AudioFormat;
  transcription: FullTranscription | null;
  noise_reduction: NoiseReduction | null;
  turn_detection: FullTurnDetection | null;
}

/** The whole effective configuration of a realtime session, in the wire's own shape: what `session.updated` carries. */
export interface RealtimeConfig {
  type: 'realtime';
  object: 'realtime.session';
  id: string;
  model: string;
  output_modalities: OutputModality[];
  instructions: string;
  tools: Tool[];
  tool_choice: ToolChoice;
  max_output_tokens: MaxOutputTokens;
  tracing: Tracing;
  prompt: Prompt | null;
  truncation: Truncation;
  include: NonNullable<RealtimeSession['include']> | null;
  expires_at: number;
  audio: { input: InputAudioConfig; output: { format: AudioFormat; voice: Voice; speed: number } };
  reasoning?: Reasoning;
  parallel_tool_calls?: boolean;
}

/** The whole effective configuration of a transcription session. */
export interface TranscriptionConfig {
  type: 'transcription';
  object: 'realtime.transcription_session';
  id: string;
  include: NonNullable<RealtimeSession['include']> | null;
  expires_at: number;
  audio: { input: InputAudioConfig };
}

export type SessionConfig = RealtimeConfig | TranscriptionConfig;

/** The input audio buffer, as positions on the audio clock (ticks of 1/24000 s since the session began). */
export interface InputBuffer {
  /** Where the buffered audio begins: after the last commit, clear or trimmed silence. */
  readonly startTick: number;
  /** All audio ever appended. */
  readonly endTick: number;
  /** Where the next turn may begin at the earliest: the end of one that was told of and found no room. */
  readonly turnsFromTick: number;
  /** 1 when an odd PCM byte waits for its other half, which the next append brings. */
  readonly spareBytes: 0 | 1;
}

export type Turn =
  /** No speech. `onsetTick`: where a run of speech too short to be a turn began. */
  | { readonly phase: 'quiet'; readonly onsetTick: number | null }
  /** The user speaks. `itemId` is what the user message will be called. */
  | {
      readonly phase: 'speaking';
      readonly itemId: string;
      readonly startTick: number;
      /** Where the silence began that may end the turn. */
      readonly silenceTick: number | null;
      /** What a transcriber that streams has understood so far; null while nobody has. */
      readonly transcript: string | null;
    };

export interface Conversation {
  readonly id: string;
  readonly items: ItemList;
}

/** An MCP server as requests to it are made. Holds secrets: no event and no log may show it. */
export interface McpAccess {
  /** Names this definition of the label: the id of the item that lists its tools. */
  readonly id: string;
  readonly label: string;
  /** Was allowed by the operator when the server was defined. */
  readonly url: string;
  /** Sent with every request, `authorization` among them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** An MCP server that the client has defined; later entries may name it by its label alone (behaviour §6.1). */
export interface McpServer {
  readonly access: McpAccess;
  /** The entry that defined it, without secrets. */
  readonly shown: McpTool;
  readonly listing:
    | { readonly phase: 'running' }
    | { readonly phase: 'done'; readonly tools: readonly McpListedTool[] }
    | { readonly phase: 'failed' };
}

/** A tool of an MCP server that a response may call. */
export interface McpOffer {
  readonly access: McpAccess;
  readonly name: string;
  readonly needsApproval: boolean;
}

/** What came of an MCP call. */
export type McpOutcome = { readonly output: string } | { readonly error: McpCallError };

/** A call that waits for the client's approval, or has it and waits for its turn. */
export interface HeldCall {
  /** The id of the `mcp_approval_request` item. */
  readonly requestId: string;
  readonly access: McpAccess;
  readonly name: string;
  /** A JSON object, as text. */
  readonly arguments: string;
  /** What the response that asked was created with; the one that makes the call follows it. */
  readonly params: ResponseCreateParams;
  /** What it holds, in bytes. */
  readonly bytes: number;
}

/** The session's MCP servers, and the calls that hang on approvals. */
export interface McpState {
  readonly servers: readonly McpServer[];
  readonly asked: readonly HeldCall[];
  readonly approved: readonly HeldCall[];
}

/** What a response was started with; a later `session.update` changes nothing in it (behaviour §4.1). */
export interface ResponseParams {
  readonly outOfBand: boolean;
  readonly modality: OutputModality;
  readonly format: AudioFormat;
  readonly voice: Voice;
  readonly maxOutputTokens: MaxOutputTokens;
  readonly metadata: Metadata | null;
  readonly input: TokenCount;
  /** Tools of MCP servers that were listed by then. */
  readonly offers: readonly McpOffer[];
  /** As the client gave them; empty for a response that the server started. */
  readonly given: ResponseCreateParams;
}

export interface TokenCount {
  readonly text: number;
  readonly audio: number;
  readonly image: number;
}

/** The part of a message that is being said. */
export type OpenPart =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'audio';
      readonly transcript: string;
      readonly ticks: number;
      /** Where words came after sound: what came before belongs together. */
      readonly marks: readonly SpeechMark[];
    };

/** The one output item that a response is working on; items are never interleaved (behaviour §4.4). */
export type OpenItem =
  | { readonly type: 'message'; readonly itemId: string; readonly part: OpenPart }
  | {
      readonly type: 'call';
      readonly itemId: string;
      readonly callId: string;
      readonly name: string;
      readonly arguments: string;
    }
  | OpenMcpCall
  /** A call that needs approval: nothing is announced before its arguments are whole. */
  | {
      readonly type: 'mcp_request';
      readonly itemId: string;
      readonly access: McpAccess;
      readonly name: string;
      readonly arguments: string;
    };

/** A call that the server makes while the response waits for it. */
export interface OpenMcpCall {
  readonly type: 'mcp_call';
  readonly itemId: string;
  readonly access: McpAccess;
  readonly name: string;
  readonly arguments: string;
  readonly approvalRequestId: string | null;
  readonly progress:
    | { readonly phase: 'arguments' }
    | { readonly phase: 'running' }
    | { readonly phase: 'over'; readonly outcome: McpOutcome };
}

/** A response from `response.created` to `response.done`. */
export interface ActiveResponse {
  readonly id: string;
  readonly params: ResponseParams;
  /** Finished items, in order; the open one comes next. */
  readonly output: readonly Item[];
  readonly open: OpenItem | null;
  /** What the model will be asked once the approved call is over with which the response begins; null once it was asked. */
  readonly unasked: ResponseRequest | null;
  /** What the client asked it with, and what its finished items hold, in bytes. */
  readonly askedBytes: number;
  readonly outputBytes: number;
  /** What finished items said, for the usage. */
  readonly saidCharacters: number;
  readonly saidTicks: number;
}

/** What the model was told of an answer that is likely to be asked for. */
export interface Preemption {
  /** The item of the turn that it answers. */
  readonly itemId: string;
  /** The items that it reads, by id, in order. */
  readonly reads: readonly string[];
}

/** How the client is told of words: settled when they are asked for, so that a later update changes nothing in it. */
export interface TranscriptAsked {
  readonly itemId: string;
  /** Whether the client is told at all (transcription was on). */
  readonly announced: boolean;
  readonly withLogprobs: boolean;
  /** The model's words are told in one delta, equal to the transcript. */
  readonly atOnce: boolean;
}

/** Speech that is put into words while it goes on; at its commit it becomes a pending transcription. */
export interface StreamingSpeech extends TranscriptAsked {
  /** The model's deltas are told as they come, before the commit (behaviour §5.1). */
  readonly streams: boolean;
  /** Up to where its sound was handed over. */
  readonly handedTick: number;
  /** What was said of it and must wait for the commit. */
  readonly kept: readonly TranscriberOutput[];
  /** What that takes, in bytes. */
  readonly keptBytes: number;
}

/** A commit whose words have not come back yet. */
export interface PendingTranscription extends TranscriptAsked {
  readonly audioMs: number;
  /** The item was deleted meanwhile; another may bear its id. */
  readonly orphaned: boolean;
}

/** A session, whole: plain data that can be written down and read back. */
export interface Session {
  readonly rules: SessionRules;
  readonly ids: IdSource;
  /** `draining`, `exhausted`: nothing new begins, and the session closes once what runs has ended. */
  readonly phase: 'open' | 'draining' | 'exhausted' | 'closed';
  readonly config: SessionConfig;
  readonly buffer: InputBuffer;
  readonly turn: Turn;
  readonly conversation: Conversation;
  readonly responses: readonly ActiveResponse[];
  /**
   * The speech that goes on: the open turn's, or, with turn detection off, all that was appended since the last commit or
   * clear. Null where nobody speaks, or the model takes whole utterances only.
   */
  readonly streaming: StreamingSpeech | null;
  readonly transcriptions: readonly PendingTranscription[];
  readonly mcp: McpState;
  /** A turn ended and asked for a response that cannot start yet: its words or the response before it are still coming. */
  readonly owedResponse: { readonly itemId: string } | null;
  /** The model was told what the open turn's answer would be asked; holds until that response starts or something changes. */
  readonly preemption: Preemption | null;
  /** The session has produced audio, which fixes its voice. */
  readonly hasSpoken: boolean;
  /** When each timer that runs is due, Unix milliseconds. */
  readonly timers: Readonly<Partial<Record<Timer, number>>>;
  /** Where on the audio clock the idle timeout began to count; null while none runs. */
  readonly idleSinceTick: number | null;
  /** What the server plays of what was said; null where clients play the sound themselves. */
  readonly playback: Playback | null;
}
