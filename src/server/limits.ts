/** What one session may use. */
export interface SessionLimits {
  /** Age at which a session ends with `session_expired`, in minutes. */
  readonly sessionMinutes: number;
  /** Largest frame that a client may send, in bytes; a larger one closes the socket with 1009. */
  readonly frameBytes: number;
  /** Input audio that one session may hold, in seconds. */
  readonly bufferedAudioSeconds: number;
  /** Bytes that may wait for a slow reader before the socket closes with `slow_consumer`, 1008. */
  readonly unsentBytes: number;
  /** Responses that one session may have under way; one more is refused with `response_limit_reached`. */
  readonly responses: number;
  /**
   * Items that the conversation of one session may have; whatever would add another is refused with
   * `conversation_limit_reached`.
   */
  readonly items: number;
  /**
   * Bytes that the conversation of one session may hold: texts, images, arguments, the sound that is kept, 500 for each
   * item, and what its running responses were given and have said. More is refused as with `items`.
   */
  readonly conversationBytes: number;
}

/** What the whole server may use: the limits of each session, and how many sessions there may be. */
export interface Limits extends SessionLimits {
  /** Sessions open at the same time; one more is refused with `session_limit_reached`, 1013. */
  readonly sessions: number;
  /** Texts that are being spoken at the same time, over all sessions; more wait, and sessions take turns. */
  readonly voices: number;
  /**
   * Bytes that all sessions of the process may hold together, including sound that is not committed yet. Once they are used
   * up, whatever needs more is refused with `conversation_limit_reached`, and new sessions with the same code and 1013. A
   * session may always hold its share: an eighth of them, divided by `sessions`.
   */
  readonly totalBytes: number;
  /** Client secrets that may be valid at the same time; one more is refused with 429. */
  readonly secrets: number;
  /** Bytes that the session of a client secret may have as JSON; more is refused with 400. */
  readonly secretBytes: number;
}

/** Sound that the items of a session keep together for retrieval and for models; past it the oldest items lose theirs. */
const keptSeconds = 120;
/** Of the densest format, 24 kHz PCM. */
const bytesPerSecond = 48_000;

/** Sound that the items of one session may keep together, in bytes: half of what a conversation may hold, at most. */
export function keptSoundBytes({ bufferedAudioSeconds, conversationBytes }: SessionLimits): number {
  return Math.min(Math.min(keptSeconds, bufferedAudioSeconds) * bytesPerSecond, Math.floor(conversationBytes / 2));
}

/** The bound on what all sessions hold together. */
export interface TotalBound {
  readonly bytes: number;
  /** How many sessions there may be. */
  readonly sessions: number;
}

/** What the limits say of it. */
export function totalBound({ totalBytes, sessions }: Limits): TotalBound {
  return { bytes: totalBytes, sessions };
}

/** The limits that apply if nothing else is configured. */
export const defaultLimits: Limits = {
  sessions: 200,
  sessionMinutes: 60,
  frameBytes: 21_000_000,
  bufferedAudioSeconds: 600,
  unsentBytes: 16_000_000,
  responses: 32,
  voices: 64,
  items: 100_000,
  conversationBytes: 32_000_000,
  totalBytes: 1_000_000_000,
  secrets: 10_000,
  secretBytes: 65_536,
};
