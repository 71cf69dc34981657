import type { AudioFormatName } from '../../audio/format.ts';
import type {
  ApiError,
  Metadata,
  RateLimit,
  ResponseStatus,
  ResponseUsage,
  SessionPayload,
  StatusDetails,
} from '../../protocol/events/index.ts';
import { noUsage, type Usage } from '../../usage/usage.ts';
import type { InputAudioPart, ViewItem } from './item.ts';

/** How much of a long conversation is kept, and whether its sound is. */
export interface ViewOptions {
  /** Keep the sound of items, as base64. Default false: it is counted and let go of. */
  readonly keepAudio?: boolean;
  /** The most items kept; past it the oldest are dropped and counted, finished ones first. Default 1000. */
  readonly maxItems?: number;
  /** The most responses kept; past it the oldest are dropped, those that are over first. Default 100. */
  readonly maxResponses?: number;
}

/** A response, as far as its events tell. Its text is in the items it made. */
export interface ViewResponse {
  readonly id: string;
  /** `lost`: the connection went while it ran. */
  readonly status: ResponseStatus | 'lost';
  readonly statusDetails: StatusDetails | null;
  /** It does not belong to the conversation (`conversation: 'none'`). */
  readonly outOfBand: boolean;
  /** What it made, in order. Those of an out-of-band response are in `items`, all others in the view's. */
  readonly itemIds: readonly string[];
  readonly items: readonly ViewItem[];
  readonly metadata: Metadata | null;
  readonly usage: ResponseUsage | null;
  /** How its sound is encoded. */
  readonly format: AudioFormatName;
  /** On WebRTC and SIP: whether the server plays it. */
  readonly playback: 'none' | 'playing' | 'stopped' | 'cleared';
  /** From before a reconnection. */
  readonly stale: boolean;
}

/** The user's turn while it is open. */
export interface UserTurn {
  /** The message that will be made of it. */
  readonly itemId: string;
  readonly phase: 'speaking' | 'stopped';
  /** Milliseconds of all sound sent in the session. */
  readonly audioStartMs: number;
  readonly audioEndMs: number | null;
}

/** Words of speech whose item has not come yet. */
export interface EarlyWords {
  readonly itemId: string;
  readonly part: InputAudioPart;
}

/** A session as its events tell of it. Plain data; never changed in place. */
export interface View {
  /** The settings as last shown; null before the first. */
  readonly session: SessionPayload | null;
  /** The conversation, in its order. */
  readonly items: readonly ViewItem[];
  /** Older items that were dropped. */
  readonly collapsed: number;
  /** Null while the user is silent, as far as the server tells. */
  readonly turn: UserTurn | null;
  /** Words that came while the user was still speaking. */
  readonly early: readonly EarlyWords[];
  /** In the order in which they began. */
  readonly responses: readonly ViewResponse[];
  /** Since the view began, reconnections included. */
  readonly usage: Usage;
  readonly rateLimits: readonly RateLimit[];
  /** The last error that the server sent. */
  readonly lastError: ApiError | null;
  /** Items deleted lately: what is still said of them is not listened to. */
  readonly deletedIds: readonly string[];
  readonly options: Required<ViewOptions>;
}

/** The view of a session of which nothing is known. */
export function emptyView(options: ViewOptions = {}): View {
  return {
    session: null,
    items: [],
    collapsed: 0,
    turn: null,
    early: [],
    responses: [],
    usage: noUsage,
    rateLimits: [],
    lastError: null,
    deletedIds: [],
    options: { keepAudio: false, maxItems: 1000, maxResponses: 100, ...options },
  };
}

/** The response of the conversation that runs, if one does. */
export function runningResponse(view: View): ViewResponse | null {
  return view.responses.findLast(({ status, outOfBand }) => status === 'in_progress' && !outOfBand) ?? null;
}
