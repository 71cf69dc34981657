import * as z from 'zod';

/**
 * How a session that was lost has been taken up: `continued` where it was, with every event that was missed;
 * `restored` whole, its items told again; `recovered` from what was written down of it, without what was under way.
 */
const resumed = z.enum(['continued', 'restored', 'recovered']);

/** How a session may be taken up again, as a server shows it to those who asked. */
export const resumption = z.object({
  enabled: z.boolean(),
  /** What to put in `?resume=` to resume the session. */
  handle: z.string(),
  /** How long it is good once the connection is lost, in seconds. */
  expires_in: z.int(),
  /** Only in the first event of a connection that has taken a session up. */
  resumed: resumed.exactOptional(),
  /** With `continued`, where more sound was said meanwhile than was kept: so many of its deltas are not told. */
  dropped_audio_deltas: z.int().min(1).exactOptional(),
});

/** What a client asks of it: `enabled`. The rest is what it was shown, taken when it is sent back, and without effect. */
export const askedResumption = z.object({
  enabled: z.boolean().exactOptional(),
  handle: z.string().exactOptional(),
  expires_in: z.number().exactOptional(),
  resumed: z.string().exactOptional(),
  dropped_audio_deltas: z.number().exactOptional(),
});

/** Why a session ends that nobody asked to end. */
export const endingReason = z.enum(['draining', 'expiring']);
