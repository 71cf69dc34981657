/** All of the wire: types, schemas, parsers, constructors, builders, the serialiser. */

export {
  type Accepted,
  type BodyCheck,
  checkCallAcceptRequest,
  checkCallReferRequest,
  checkCallRejectRequest,
  checkCallSession,
  checkClientSecretRequest,
  checkIncomingCallWebhook,
  checkTranslationClientSecretRequest,
} from './bodies.ts';
export * from './events/index.ts';
export { defaultLimits, type ParseLimits } from './limits.ts';
export {
  checkClientEvent,
  checkServerEvent,
  checkTranslationClientEvent,
  checkTranslationServerEvent,
  type Known,
  type ParsedClientEvent,
  type ParsedServerEvent,
  type ParsedTranslationClientEvent,
  type ParsedTranslationServerEvent,
  parseClientEvent,
  parseServerEvent,
  parseTranslationClientEvent,
  parseTranslationServerEvent,
  type Refused,
  type Unknown,
} from './parse.ts';
export { clientEvents } from './schemas/client-events.ts';
export {
  callAcceptRequest,
  callReferRequest,
  callRejectRequest,
  clientSecretRequest,
  clientSecretResponse,
  translationClientSecretRequest,
  translationClientSecretResponse,
} from './schemas/rest.ts';
export { serverEvents } from './schemas/server-events.ts';
export { effectiveSession, session } from './schemas/session-kind.ts';
export { translationClientEvents, translationServerEvents } from './schemas/translation-events.ts';
export { incomingCallWebhook } from './schemas/webhook.ts';
