import type { AudioFormatName } from '../audio/format.ts';
import type { Item, MaxOutputTokens, McpCall, OutputModality, ServerEventMap } from '../protocol/types.ts';
import type { PreemptiveRequest, ResponseRequest } from './response/model-input.ts';
import type { McpAccess, Timer, TokenCount } from './session.ts';
import type { StreamingRequest, TranscriptionRequest } from './transcription/transcriber-input.ts';

type ServerEvent = ServerEventMap[keyof ServerEventMap];

/** The input audio of a turn that has not ended yet, as positions on the audio clock. */
export interface SpeechSoFar {
  readonly itemId: string;
  readonly fromTick: number;
  readonly toTick: number;
}

/**
 * What the session wants done. Plain data; the runner carries it out in order. Ticks are 1/24000 s on the session's own
 * audio clock, which counts the audio appended since the session began.
 */
export type Effect =
  /** Send this event. Never dropped. */
  | { readonly do: 'emit'; readonly event: ServerEvent }
  /** Send this event to a client that is back; it tells what was told before, so that nobody who watches need hear it. */
  | { readonly do: 'retell'; readonly event: ServerEvent }
  /**
   * Send `response.output_audio.delta` with these bytes; where the session has media, play them instead. Never dropped
   * once decided, but by `clear-playback`. `keep`: the item is in the conversation and untruncated, so remember them for
   * retrieval.
   */
  | {
      readonly do: 'emit-audio';
      readonly eventId: string;
      readonly responseId: string;
      readonly itemId: string;
      readonly outputIndex: number;
      readonly contentIndex: number;
      readonly format: AudioFormatName;
      readonly audio: Uint8Array;
      readonly keep: boolean;
    }
  /** Play nothing more of what waits, within 20 ms; interruption causes it. Only where the session has media. */
  | { readonly do: 'clear-playback' }
  /** Send `conversation.item.retrieved` with the audio that is kept for the item. */
  | { readonly do: 'emit-retrieved'; readonly eventId: string; readonly item: Item }
  /** Put these bytes at the end of the input audio; `listen`: let the vad hear them. */
  | {
      readonly do: 'store-input';
      readonly audio: Uint8Array;
      readonly format: AudioFormatName;
      readonly listen: boolean;
    }
  /** Input audio begins at this tick: what came before is not here. Only before any is stored. */
  | { readonly do: 'begin-input'; readonly atTick: number }
  /** Drop the odd byte that waits for its other half. */
  | { readonly do: 'forget-spare-byte' }
  /** Forget what the vad heard so far: the open window and its memory. */
  | { readonly do: 'reset-vad' }
  /** The input audio between two ticks belongs to this item; keep it for retrieval and for the model. */
  | {
      readonly do: 'keep-input';
      readonly itemId: string;
      readonly fromTick: number;
      readonly toTick: number;
      readonly format: AudioFormatName;
    }
  /** Input audio before this tick is no longer needed by the buffer. */
  | { readonly do: 'release-input'; readonly beforeTick: number }
  /** Keep the audio that the client put into an item it created. */
  | {
      readonly do: 'keep-given';
      readonly itemId: string;
      readonly contentIndex: number;
      readonly format: AudioFormatName;
      readonly audio: Uint8Array;
    }
  /** Cut the kept audio of an assistant item to its first bytes. */
  | { readonly do: 'trim-audio'; readonly itemId: string; readonly bytes: number }
  /** The item is gone; drop its audio. */
  | { readonly do: 'forget-audio'; readonly itemId: string }
  /** Put committed audio into words. Goes on when a response is interrupted. */
  | { readonly do: 'transcribe'; readonly request: TranscriptionRequest }
  /** Put speech into words while it goes on; its sound follows. Goes on when a response is interrupted. */
  | { readonly do: 'stream-speech'; readonly request: StreamingRequest }
  /** This stretch of the input audio is the next of the streamed speech. Stretches come without gaps. */
  | { readonly do: 'hand-over'; readonly itemId: string; readonly fromTick: number; readonly toTick: number }
  /** The speech is committed: its sound is whole, its words may still come. */
  | { readonly do: 'end-speech'; readonly itemId: string }
  /** What came of an item's transcription that the client did not ask for: only who watches the session is told. */
  | {
      readonly do: 'note-words';
      readonly itemId: string;
      readonly outcome: { readonly transcript: string } | { readonly code: string };
    }
  /** The speech was discarded: stop putting it into words at once. */
  | { readonly do: 'drop-speech'; readonly itemId: string }
  /** The turn is likely to end: let the model begin to think. `speech`: the newest item's sound so far. */
  | { readonly do: 'preempt'; readonly request: PreemptiveRequest; readonly speech: SpeechSoFar }
  /** The preempted turn will not come: stop thinking of it. */
  | { readonly do: 'stop-preempting' }
  /**
   * A response is about to start that may read and say so much: set it aside under the limits of the key. Only where an
   * allowance came with the input.
   */
  | {
      readonly do: 'reserve';
      readonly responseId: string;
      readonly input: TokenCount;
      readonly maxOutputTokens: MaxOutputTokens;
      readonly modality: OutputModality;
    }
  /** Start a model on a response. */
  | { readonly do: 'respond'; readonly request: ResponseRequest }
  /** Stop the model of this response at once, and the call it waits for; interruption causes it. */
  | { readonly do: 'abort'; readonly responseId: string }
  /** List the tools of an MCP server. Goes on when a response is interrupted; ends with `listed` or `list_failed`. */
  | { readonly do: 'list-tools'; readonly access: McpAccess }
  /** The definition is out of use: stop its listing, and let go of the server once no call uses it. */
  | { readonly do: 'leave-server'; readonly id: string }
  /** Call a tool of an MCP server while the response's model waits; ends with `called`. */
  | {
      readonly do: 'call-tool';
      readonly responseId: string;
      readonly itemId: string;
      readonly access: McpAccess;
      readonly name: string;
      readonly arguments: Readonly<Record<string, unknown>>;
    }
  /** Stop this call; nothing is heard of it any more. Interruption causes it. */
  | { readonly do: 'abort-call'; readonly itemId: string }
  /** The model of this response may go on: this came of its call. */
  | { readonly do: 'resume'; readonly responseId: string; readonly call: McpCall }
  | { readonly do: 'arm'; readonly timer: Timer; readonly afterMs: number }
  | { readonly do: 'disarm'; readonly timer: Timer }
  /** Close the wire after what was emitted before. */
  | { readonly do: 'close'; readonly code: number; readonly reason: string };
