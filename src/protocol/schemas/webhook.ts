import * as z from 'zod';
import { unixSeconds } from './quantity.ts';

/** A header of the SIP INVITE. Written by the caller's side: do not trust it. */
export const sipHeader = z.object({ name: z.string(), value: z.string() });

/** `realtime.call.incoming`: somebody calls. Signed by the headers `webhook-id`, `webhook-timestamp`, `webhook-signature`. */
export const incomingCallWebhook = z.object({
  type: z.literal('realtime.call.incoming'),
  id: z.string(),
  created_at: unixSeconds,
  object: z.literal('event').exactOptional(),
  data: z.object({
    /** Names the call when it is accepted or rejected. */
    call_id: z.string(),
    /** In the order of the INVITE, repeats included. */
    sip_headers: z.array(sipHeader),
    /** How the media is protected: `rtp`, `srtp`, or a value that nobody knows yet. */
    sip_media_security: z.string().exactOptional(),
  }),
});
