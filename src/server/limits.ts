/** What one session may take up. */
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
}

/** What the whole server may take up: the limits of each session, and how many sessions there may be. */
export interface Limits extends SessionLimits {
  /** Sessions open at the same time; one more is refused with `session_limit_reached`, 1013. */
  readonly sessions: number;
  /** Texts that are being spoken at the same time, over all sessions; more wait, and sessions take turns. */
  readonly voices: number;
}

/** What holds where nothing else is configured. */
export const defaultLimits: Limits = {
  sessions: 200,
  sessionMinutes: 60,
  frameBytes: 21_000_000,
  bufferedAudioSeconds: 600,
  unsentBytes: 16_000_000,
  responses: 32,
  voices: 64,
};
