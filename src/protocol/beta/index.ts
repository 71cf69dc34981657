/**
 * Between the shape of the beta API (`OpenAI-Beta: realtime=v1`) and that of GA, over plain JSON. Pure, and total on any
 * object. What has no counterpart is listed in docs/beta.md.
 */

export type { JsonObject } from '../json.ts';
export { clientEventFromBeta, clientEventToBeta } from './client-event.ts';
export {
  clientSecretRequestFromBeta,
  clientSecretRequestToBeta,
  clientSecretResponseFromBeta,
  clientSecretResponseToBeta,
} from './client-secret.ts';
export { serverEventFromBeta, serverEventToBeta } from './server-event.ts';
export { type SessionKind, sessionFromBeta, sessionToBeta } from './session.ts';
