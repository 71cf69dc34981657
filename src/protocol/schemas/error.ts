import * as z from 'zod';

/** What went wrong, on the socket and in REST answers. Servers send all five keys, null where not applicable (behaviour §8). */
export const apiError = z.object({
  /** The kind of error: `invalid_request_error`, `server_error`, `rate_limit_error` … */
  type: z.string(),
  /** An explanation for people to read. */
  message: z.string(),
  /** For programs: see behaviour §8. */
  code: z.string().nullable().exactOptional(),
  /** The dotted path of the field at fault, such as `session.audio.input.format.rate`. */
  param: z.string().nullable().exactOptional(),
  /** The `event_id` of the client event at fault. */
  event_id: z.string().nullable().exactOptional(),
});
