import * as z from 'zod';
import { endingReason } from './resumption.ts';
import { serverEventId } from './server-event.ts';

/** What a server says of the session's connections, and only to those who have asked to be able to resume. */
export const resumptionEvents = {
  /** The session can be resumed with everything that came before this event. */
  'session.resumption.updated': z.object({
    type: z.literal('session.resumption.updated'),
    ...serverEventId,
    /** What to put in `?resume=` to resume the session. */
    handle: z.string(),
    resumable: z.boolean(),
    /**
     * How much of all the sound that was sent in this session the server has kept, in milliseconds. Send again what comes
     * after it.
     */
    input_audio_ms: z.number(),
  }),

  /** The server will close this connection. Resume the session on another one. */
  'session.ending': z.object({
    type: z.literal('session.ending'),
    ...serverEventId,
    reason: endingReason,
    time_left_ms: z.number(),
    handle: z.string(),
  }),
};
