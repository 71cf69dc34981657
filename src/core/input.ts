import type { ApiError, ClientEventMap, McpListedTool, Tool } from '../protocol/types.ts';
import type { Allowance } from './response/allowance.ts';
import type { ModelOutput } from './response/model-output.ts';
import type { McpOutcome, Timer } from './session.ts';
import type { TranscriberOutput } from './transcription/transcriber-output.ts';

type ClientEvent = ClientEventMap[keyof ClientEventMap];

/** How a client is met that comes back. */
interface Return {
  /** It is told of every item again. Default false. */
  readonly retells?: boolean;
  /** The session's age counts anew. Default false. */
  readonly renews?: boolean;
}

/** Everything that can happen to a session. `at` is Unix time in milliseconds, never going back. */
export type Input = {
  readonly at: number;
  /** What may be started with it, where the session's key has limits. Default: anything. */
  readonly allowance?: Allowance;
} /** First of all, once. */ /** `tools` and `servers`: what a client secret has settled, as a client's event would bring it. */ & (
  | {
      readonly from: 'server';
      readonly say: 'open';
      readonly tools?: readonly Tool[];
      readonly servers?: readonly (string | null)[];
    }
  /** A client has joined: it is greeted with the session as it is now. */
  | { readonly from: 'server'; readonly say: 'joined' }
  /** First of all after `restore`: what was under way when the session was written down has ended. `hasMedia`: as in `Opening`; default: as before. */
  | ({
      readonly from: 'server';
      readonly say: 'resumed';
      readonly reseed?: number;
      readonly hasMedia?: boolean;
    } & Return)
  /** The session's own client has lost its connection, and is back on another. */
  | ({ readonly from: 'server'; readonly say: 'returned' } & Return)
  /** Take no new work; close when the running responses have ended, for which they have so long (default 5 s). */
  | { readonly from: 'server'; readonly say: 'drain'; readonly graceMs?: number }
  /** What the key may spend is used up: `finish` lets running responses end, `cancel` does not; then the session closes. */
  | { readonly from: 'server'; readonly say: 'exhausted'; readonly how: 'finish' | 'cancel' }
  /** The client reads more slowly than its limit allows. */
  | { readonly from: 'server'; readonly say: 'slow_reader' }
  /** All sessions together hold as much as they may: what still adds to this one ends. */
  | { readonly from: 'server'; readonly say: 'full' }
  /**
   * A checked event other than `input_audio_buffer.append`. `audio`: decoded audio of the item's parts, by index.
   * `servers`: for each entry of the event's `tools`, where the MCP server that it names is reached; null where the
   * operator does not allow it, and for entries that name none.
   */
  | {
      readonly from: 'client';
      readonly event: ClientEvent;
      readonly audio?: readonly (Uint8Array | null)[];
      readonly servers?: readonly (string | null)[];
    }
  /** `input_audio_buffer.append`, decoded: bytes of the session's input format, which may end in half a sample. */
  | { readonly from: 'microphone'; readonly audio: Uint8Array; readonly eventId: string | null }
  /** A frame that was refused before it became an event. */
  | { readonly from: 'refusal'; readonly error: ApiError }
  /** How likely the window that ends at this tick holds speech, 0 to 1. */
  | { readonly from: 'vad'; readonly endTick: number; readonly windowTicks: number; readonly probability: number }
  | { readonly from: 'transcriber'; readonly itemId: string; readonly output: TranscriberOutput }
  | { readonly from: 'model'; readonly responseId: string; readonly output: ModelOutput }
  /** The tools of the MCP server with this definition; description a text and schema an object, always. */
  | { readonly from: 'mcp'; readonly say: 'listed'; readonly id: string; readonly tools: readonly McpListedTool[] }
  | { readonly from: 'mcp'; readonly say: 'list_failed'; readonly id: string }
  | { readonly from: 'mcp'; readonly say: 'called'; readonly itemId: string; readonly outcome: McpOutcome }
  /**
   * So many ticks of this part's sound have been played in all, or more than were told before. Told every 20 ms while
   * sound plays, where the session has media; late news of what was cleared is harmless.
   */
  | {
      readonly from: 'playback';
      readonly say: 'played';
      readonly itemId: string;
      readonly contentIndex: number;
      readonly ticks: number;
    }
  /** The peer of a telephone call has pressed this key: `0` to `9`, `*`, `#`, `A` to `D`. */
  | { readonly from: 'keypad'; readonly key: string }
  | { readonly from: 'timer'; readonly timer: Timer }
  /** The peer is gone. */
  | { readonly from: 'wire'; readonly say: 'closed' }
);
