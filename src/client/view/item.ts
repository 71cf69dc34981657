import type {
  DetectedLanguage,
  ItemStatus,
  McpCallError,
  McpListedTool,
  TranscriptionError,
  UserContent,
} from '../../protocol/events/index.ts';

/** What every item of a view has. */
export interface ItemFacts {
  readonly id: string;
  /** `in_progress` while it is being made; `incomplete` if it was cut short or failed. */
  readonly status: ItemStatus;
  /** The response that made it; null for what the user or the app added. */
  readonly responseId: string | null;
  /** The listener does not know all of it: its response was cancelled under it, or it was truncated. */
  readonly interrupted: boolean;
  /** From before a reconnection, and not restored: the server does not know it (any more). */
  readonly stale: boolean;
  /** It belongs behind an item of this id that was not seen yet; until then it stands at the end. Else null. */
  readonly awaitedId: string | null;
}

/** Typed text. */
export interface InputTextPart {
  readonly type: 'input_text';
  readonly text: string;
}

/** An image that the user showed. */
export interface InputImagePart {
  readonly type: 'input_image';
  /** A data URI; `''` where the server left it out. */
  readonly imageUrl: string;
  readonly detail: UserContent['detail'] | null;
}

/** A stretch of speech by one speaker. */
export interface SpeechSegment {
  readonly id: string;
  readonly speaker: string;
  readonly text: string;
  /** Seconds from the start of the item's audio. */
  readonly start: number;
  readonly end: number;
}

/** What the user said aloud. */
export interface InputAudioPart {
  readonly type: 'input_audio';
  /** Grows as it is written down; null while nobody has. */
  readonly transcript: string | null;
  /** `none` until a transcript begins: nobody knows yet whether there will be one. */
  readonly transcription: 'none' | 'in_progress' | 'completed' | 'failed';
  /** Why nobody could write it down; null unless `failed`. */
  readonly error: TranscriptionError | null;
  /** In order; from models that tell speakers apart. */
  readonly segments: readonly SpeechSegment[];
  readonly languages: readonly DetectedLanguage[];
  /** Base64, with `keepAudio` and once it was retrieved; else empty. */
  readonly audio: readonly string[];
}

/** What the model wrote. */
export interface OutputTextPart {
  readonly type: 'output_text';
  readonly text: string;
}

/** What the model said aloud. */
export interface OutputAudioPart {
  readonly type: 'output_audio';
  /** All that was to be said. After a truncation the model itself remembers only what was heard of it. */
  readonly transcript: string;
  /** What was heard of it, in milliseconds; null unless it was truncated. */
  readonly truncatedAtMs: number | null;
  /** Sound that has come, in bytes of the response's format, and how long it lasts. 0 on WebRTC, since it comes as media there. */
  readonly receivedBytes: number;
  readonly receivedMs: number;
  /** Base64, as it came, with `keepAudio`; else empty. */
  readonly audio: readonly string[];
}

/** A part of a type that this version does not know, as it came. */
export interface OtherPart {
  readonly type: 'other';
  readonly part: unknown;
}

/** A part of a message: text, an image, sound with its transcript, or a kind that this version does not know. */
export type ViewPart = InputTextPart | InputImagePart | InputAudioPart | OutputTextPart | OutputAudioPart | OtherPart;

/** What the user, the assistant or the app said, in parts. */
export interface MessageView extends ItemFacts {
  readonly kind: 'message';
  readonly role: 'user' | 'assistant' | 'system';
  readonly parts: readonly ViewPart[];
}

/** A function call as it grows, with its output once there is one. */
export interface FunctionCallView extends ItemFacts {
  readonly kind: 'function_call';
  readonly name: string;
  readonly callId: string;
  /** JSON text, which grows while it streams. */
  readonly arguments: string;
  /** What came of it: the output of its `function_call_output` item; null until there is one. */
  readonly output: string | null;
}

/** What came of a function call, as the client answered it. */
export interface FunctionCallOutputView extends ItemFacts {
  readonly kind: 'function_call_output';
  readonly callId: string;
  readonly output: string;
}

/** The tools of an MCP server, as they were listed. */
export interface McpListToolsView extends ItemFacts {
  readonly kind: 'mcp_list_tools';
  readonly serverLabel: string;
  readonly tools: readonly McpListedTool[];
  readonly phase: 'in_progress' | 'completed' | 'failed';
}

/** A call of an MCP tool, which the server of the session runs. */
export interface McpCallView extends ItemFacts {
  readonly kind: 'mcp_call';
  readonly serverLabel: string;
  readonly name: string;
  /** JSON text, which grows while it streams. */
  readonly arguments: string;
  readonly phase: 'arguments' | 'running' | 'completed' | 'failed';
  readonly output: string | null;
  readonly error: McpCallError | null;
  /** The request that was approved for it. */
  readonly approvalRequestId: string | null;
}

/** A call of an MCP tool that waits for the app's consent, or has had its answer. */
export interface McpApprovalRequestView extends ItemFacts {
  readonly kind: 'mcp_approval_request';
  readonly serverLabel: string;
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
  /** What the app answered; null until it has. */
  readonly answer: { readonly approve: boolean; readonly reason: string | null } | null;
}

/** The app's answer to a request for consent. */
export interface McpApprovalResponseView extends ItemFacts {
  readonly kind: 'mcp_approval_response';
  readonly approvalRequestId: string;
  readonly approve: boolean;
  readonly reason: string | null;
}

/** An item of a type that this version does not know, as it came. */
export interface OtherItemView extends ItemFacts {
  readonly kind: 'other';
  readonly item: unknown;
}

/** An item of a conversation, by `kind`. */
export type ViewItem =
  | MessageView
  | FunctionCallView
  | FunctionCallOutputView
  | McpListToolsView
  | McpCallView
  | McpApprovalRequestView
  | McpApprovalResponseView
  | OtherItemView;

/** The text or transcript of a message, parts joined by a space; `''` for anything else. */
export function wordsOf(item: ViewItem): string {
  if (item.kind !== 'message') return '';
  return item.parts
    .map(partWords)
    .filter((words) => words !== '')
    .join(' ');
}

function partWords(part: ViewPart): string {
  if ('text' in part) return part.text;
  return 'transcript' in part ? (part.transcript ?? '') : '';
}
