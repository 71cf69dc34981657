import type { JsonObject } from '../json.ts';
import { merge, objectOr, present, remainder } from './fields.ts';
import { type SessionKind, sessionFromBeta, sessionToBeta } from './session.ts';

/**
 * The body that asks for an ephemeral key: in the beta the session itself, with `client_secret.expires_after` inside;
 * in GA the session and `expires_after` side by side.
 */
export function clientSecretRequestFromBeta(body: JsonObject, kind: SessionKind = 'realtime'): JsonObject {
  const { client_secret, ...session } = body;
  const { expires_after, ...otherSecret } = objectOr(client_secret);
  const unknown = present({ client_secret: remainder(client_secret, otherSecret) });
  return { session: { ...sessionFromBeta(session, kind), ...unknown }, ...present({ expires_after }) };
}

/** A request for a client secret as `POST /v1/realtime/sessions` of the beta API takes it. */
export function clientSecretRequestToBeta(body: JsonObject): JsonObject {
  const { session, expires_after, ...rest } = body;
  return { ...rest, ...sessionToBeta(objectOr(session)), ...secret({ expires_after }) };
}

/** The answer: in the beta the session with `client_secret` {value, expires_at} inside, in GA those beside the session. */
export function clientSecretResponseFromBeta(body: JsonObject, kind: SessionKind = 'realtime'): JsonObject {
  const { client_secret, ...session } = body;
  const { value, expires_at } = objectOr(client_secret);
  return { ...present({ value, expires_at }), session: sessionFromBeta(session, kind) };
}

/** The answer to a request for a client secret as the beta API gave it. */
export function clientSecretResponseToBeta(body: JsonObject): JsonObject {
  const { value, expires_at, session, ...rest } = body;
  return { ...rest, ...sessionToBeta(objectOr(session)), ...secret({ value, expires_at }) };
}

function secret(fields: JsonObject): JsonObject {
  return present({ client_secret: merge(undefined, present(fields)) });
}
