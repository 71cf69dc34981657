import * as z from 'zod';
import { apiError } from './error.ts';
import { endingReason } from './resumption.ts';
import { serverEventId } from './server-event.ts';
import { effectiveSession } from './session-kind.ts';
import { rateLimit } from './usage.ts';

/** Something went wrong. Most errors leave the session open. */
export const errorEvent = z.object({ type: z.literal('error'), ...serverEventId, error: apiError });

/** What a server says of the session as a whole. */
export const sessionEvents = {
  /** The first event of a connection, with every setting in effect. */
  'session.created': z.object({ type: z.literal('session.created'), ...serverEventId, session: effectiveSession }),

  /** Answers `session.update` with every setting in effect, whether or not anything changed. */
  'session.updated': z.object({ type: z.literal('session.updated'), ...serverEventId, session: effectiveSession }),

  /** What came before it can be taken up again. Only for those who asked. */
  'session.resumption.updated': z.object({
    type: z.literal('session.resumption.updated'),
    ...serverEventId,
    /** Names the session for `?resume=`. */
    handle: z.string(),
    resumable: z.boolean(),
    /** How much sound of the session's timeline the server holds, in milliseconds: send again what comes after it. */
    input_audio_ms: z.number(),
  }),

  /** The server will close this connection. Only for those who asked to resume: take the session up again elsewhere. */
  'session.ending': z.object({
    type: z.literal('session.ending'),
    ...serverEventId,
    reason: endingReason,
    time_left_ms: z.number(),
    handle: z.string(),
  }),

  /** How much of the limits is left, after a response. */
  'rate_limits.updated': z.object({
    type: z.literal('rate_limits.updated'),
    ...serverEventId,
    rate_limits: z.array(rateLimit),
  }),

  /** Something went wrong. Most errors leave the session open. */
  error: errorEvent,
};
