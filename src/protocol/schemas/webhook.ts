import * as z from 'zod';
import { unixSeconds } from './quantity.ts';

/** A header of the SIP INVITE. The caller's side wrote it, so do not trust it. */
export const sipHeader = z.object({ name: z.string(), value: z.string() });

/**
 * `realtime.call.incoming`: there is an incoming call. It is signed by the headers `webhook-id`, `webhook-timestamp`,
 * `webhook-signature`.
 */
export const incomingCallWebhook = z.object({
  type: z.literal('realtime.call.incoming'),
  id: z.string(),
  created_at: unixSeconds,
  object: z.literal('event').exactOptional(),
  data: z.object({
    /** The id by which the call is accepted or rejected. */
    call_id: z.string(),
    /** The headers in the order of the INVITE, repeated ones included. */
    sip_headers: z.array(sipHeader),
    /** How the media is protected: `rtp`, `srtp`, or a value that is not known yet. */
    sip_media_security: z.string().exactOptional(),
  }),
});
