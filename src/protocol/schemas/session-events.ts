import * as z from 'zod';
import { apiError } from './error.ts';
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

  /** How much is left of each limit after a response. */
  'rate_limits.updated': z.object({
    type: z.literal('rate_limits.updated'),
    ...serverEventId,
    rate_limits: z.array(rateLimit),
  }),

  /** Something went wrong. Most errors leave the session open. */
  error: errorEvent,
};
