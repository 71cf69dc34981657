import type { ModelOutput } from '../core/response/model-output.ts';
import type { McpOutcome, SessionRules } from '../core/session.ts';
import type { TranscriberOutput } from '../core/transcription/transcriber-output.ts';
import type { ClientView } from '../laws/client-view.ts';
import type { ClientEvent } from '../laws/trace.ts';

/**
 * What happens to one session, step by step. Plain data, so that a counterexample can be pasted into a test. Where a
 * step needs an id that only the run knows, it has a name in its place, such as `@item:0` (see `resolveName`).
 */
export interface Program {
  /** What kind of session is opened. */
  readonly session: 'realtime' | 'transcription';
  /** The server plays the sound itself, as in a call. */
  readonly hasMedia: boolean;
  readonly rules: SessionRules;
  readonly steps: readonly Step[];
}

/** One step of a random session: what a client, a model, a transcriber or time does next. */
export type Step =
  /** A client sends an event, valid in its shape if not in what it asks for. `event_id` `@own` stands for a new id. */
  | { readonly do: 'send'; readonly event: ClientEvent }
  /** A client sends what is no event. */
  | { readonly do: 'frame'; readonly text: string }
  /** A client truncates an item to a share of what was said, 1 being all, and so many milliseconds more. */
  | {
      readonly do: 'truncate';
      readonly item: string;
      readonly contentIndex: number;
      readonly share: number;
      readonly plusMs: number;
    }
  /** A client appends sound: so many milliseconds, and some bytes more. */
  | { readonly do: 'append'; readonly ms: number; readonly plusBytes: number; readonly speech: boolean }
  /** The model of a response says something. */
  | { readonly do: 'say'; readonly response: string; readonly output: SaidOutput }
  /** The transcriber of a committed item says something: of the newest whose words are awaited but so many, or of the open turn. */
  | { readonly do: 'hear'; readonly item: number | '@turn'; readonly output: HeardOutput }
  /** An MCP server answers. */
  | { readonly do: 'mcp'; readonly news: McpNews }
  /**
   * So much of what waits is played, in packets of 20 ms, where the session has media; `late`: news of what was cleared
   * comes first, which must change nothing.
   */
  | { readonly do: 'play'; readonly ms: number; readonly late: boolean }
  /** Time passes; timers that are due by then go off. */
  | { readonly do: 'wait'; readonly ms: number }
  /** The idle or the drain timer goes off, whichever is next, if one runs. */
  | { readonly do: 'timer' }
  /** The server drains, the client reads too slowly, the client goes. */
  | { readonly do: 'drain' | 'lag' | 'hang-up' }
  /** The client stops reading, and reads on: for sessions on a wire. */
  | { readonly do: 'hold' | 'release' };

/** A model's output; sound is so many samples of silence. */
export type SaidOutput = Exclude<ModelOutput, { type: 'audio' }> | { readonly type: 'audio'; readonly samples: number };

/** A transcriber's output; `completed` says what its deltas said, or else `transcript`. */
export type HeardOutput =
  | Exclude<TranscriberOutput, { type: 'completed' }>
  | { readonly type: 'completed'; readonly transcript: string };

/** What an MCP server answers to the oldest question that waits; `late`: to the last that is over, where nobody listens. */
export type McpNews =
  | { readonly of: 'listing'; readonly late: boolean; readonly failed: boolean }
  | { readonly of: 'call'; readonly late: boolean; readonly outcome: McpOutcome };

const nobody = 'item_that_never_was';

/**
 * The id that a name stands for, as the client sees the session; `@kind:n` is the newest of its kind but n. Names that
 * stand for nothing become an id that nothing has. What does not begin with `@` is an id already.
 *
 * `@item` in the conversation · `@saying` in the conversation and not finished · `@spoken` in the conversation, with
 * sound · `@deleted` · `@hidden` of an out-of-band response · `@turn` of the open turn · `@call` (a `call_id`) ·
 * `@request` (an approval request) · `@response` running · `@ended` over
 */
export function resolveName(name: string, view: ClientView): string {
  if (!name.startsWith('@')) return name;
  const [kind = '', nth = '0'] = name.split(':');
  return idsOf(kind, view).at(-1 - Number(nth)) ?? nobody;
}

function idsOf(kind: string, view: ClientView): readonly string[] {
  switch (kind) {
    case '@item':
      return view.order;
    case '@saying':
      return view.order.filter((id) => !view.finished.has(id));
    case '@spoken':
      return view.order.filter((id) => view.spoken.has(id));
    case '@deleted':
      return view.deleted;
    case '@hidden':
      return view.hidden;
    case '@turn':
      return view.turn === null ? [] : [view.turn];
    case '@call':
      return [...view.items.values()].flatMap((item) => (item.type === 'function_call' ? [item.call_id ?? ''] : []));
    case '@request':
      return [...view.items].flatMap(([id, item]) => (item.type === 'mcp_approval_request' ? [id] : []));
    case '@response':
      return [...view.running.keys()];
    case '@ended':
      return view.ended;
    default:
      return [];
  }
}

/** A value with every name in it replaced by its id, at any depth. */
export function resolveNames<T>(value: T, resolve: (name: string) => string): T {
  return replaced(value, resolve) as T;
}

function replaced(value: unknown, resolve: (name: string) => string): unknown {
  if (typeof value === 'string') return value.startsWith('@') ? resolve(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => replaced(each, resolve));
  const result: Record<string, unknown> = {};
  for (const key in value) result[key] = replaced((value as Record<string, unknown>)[key], resolve);
  return result;
}
