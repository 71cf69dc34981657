import * as z from 'zod';
import { endingReason } from './resumption.ts';
import { serverEventId } from './server-event.ts';

/** What a server says of the session's connections, and only to those who have asked to be able to resume. */
export const resumptionEvents = {
  /** What came before it can be taken up again. */
  'session.resumption.updated': z.object({
    type: z.literal('session.resumption.updated'),
    ...serverEventId,
    /** Names the session for `?resume=`. */
    handle: z.string(),
    resumable: z.boolean(),
    /** How much sound of the session's timeline the server holds, in milliseconds: send again what comes after it. */
    input_audio_ms: z.number(),
  }),

  /** The server will close this connection. Take the session up again elsewhere. */
  'session.ending': z.object({
    type: z.literal('session.ending'),
    ...serverEventId,
    reason: endingReason,
    time_left_ms: z.number(),
    handle: z.string(),
  }),
};
