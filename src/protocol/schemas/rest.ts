import * as z from 'zod';
import { unixSeconds } from './quantity.ts';
import { realtimeSession } from './session.ts';
import { mintedSession, session } from './session-kind.ts';
import { translationSession, translationSessionCreate } from './translation.ts';

/** When a client secret stops opening sessions. Sessions that are open by then may outlive it. */
export const expiresAfter = z.object({
  /** The moment from which the time counts; there is only one choice. */
  anchor: z.literal('created_at').exactOptional(),
  /** 10 to 7200 seconds; default 600. */
  seconds: z.int().min(10).max(7200).exactOptional(),
});

/** `POST /v1/realtime/client_secrets`. An empty object is a valid request. */
export const clientSecretRequest = z.object({
  expires_after: expiresAfter.exactOptional(),
  /** The settings with which sessions begin that use the secret. */
  session: session.exactOptional(),
});

const secret = {
  /** The secret, `ek_…`: a browser presents it instead of a key. */
  value: z.string(),
  expires_at: unixSeconds,
};

/** Answers `POST /v1/realtime/client_secrets`. */
export const clientSecretResponse = z.object({ ...secret, session: mintedSession });

/** `POST /v1/realtime/translations/client_secrets`. */
export const translationClientSecretRequest = z.object({
  expires_after: expiresAfter.exactOptional(),
  session: translationSessionCreate,
});

/** Answers `POST /v1/realtime/translations/client_secrets`. */
export const translationClientSecretResponse = z.object({ ...secret, session: translationSession });

/** `POST /v1/realtime/calls/{call_id}/accept`: the settings of the session that takes the call. */
export const callAcceptRequest = realtimeSession;

/** `POST /v1/realtime/calls/{call_id}/reject`; the body itself is optional. */
export const callRejectRequest = z.object({
  /** The SIP status to answer with. Default 603, declined. */
  status_code: z.int().exactOptional(),
});

/** `POST /v1/realtime/calls/{call_id}/refer`. */
export const callReferRequest = z.object({
  /** Where the call goes: a `tel:` or `sip:` address. */
  target_uri: z.string(),
});
