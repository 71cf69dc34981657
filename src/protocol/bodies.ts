import type * as z from 'zod';
import type { Check, Sender } from './check/check.ts';
import { compile } from './check/compile.ts';
import type { Refused } from './check/event.ts';
import { type NullFields, withoutFields } from './check/nulls.ts';
import { invalidRequest, toApiError } from './check/problem.ts';
import { defaultLimits, isDeeperThan, type ParseLimits } from './limits.ts';
import {
  callAcceptRequest,
  callReferRequest,
  callRejectRequest,
  clientSecretRequest,
  translationClientSecretRequest,
} from './schemas/rest.ts';
import { realtimeSession } from './schemas/session.ts';
import { incomingCallWebhook } from './schemas/webhook.ts';

/**
 * A body that is as its schema says. `value` is the object that was checked, untouched; where a client sent null for
 * absent, a copy without those fields.
 */
export interface Accepted<Body> {
  readonly ok: true;
  readonly value: Body;
}

/** Checks a value that is JSON already. Never throws. */
export type BodyCheck<Body> = (value: unknown, limits?: ParseLimits) => Accepted<Body> | Refused;

/** The body of `POST /v1/realtime/client_secrets`. */
export const checkClientSecretRequest = bodyCheck(clientSecretRequest, 'client');

/** The body of `POST /v1/realtime/translations/client_secrets`. */
export const checkTranslationClientSecretRequest = bodyCheck(translationClientSecretRequest, 'client');

/** The `session` part of `POST /v1/realtime/calls`; errors name its fields `session.…`. */
export const checkCallSession = bodyCheck(realtimeSession, 'client', 'session');

/** The body of `POST /v1/realtime/calls/{call_id}/accept`. */
export const checkCallAcceptRequest = bodyCheck(callAcceptRequest, 'client');

/** The body of `POST /v1/realtime/calls/{call_id}/reject`, where there is one. */
export const checkCallRejectRequest = bodyCheck(callRejectRequest, 'client');

/** The body of `POST /v1/realtime/calls/{call_id}/refer`. */
export const checkCallReferRequest = bodyCheck(callReferRequest, 'client');

/** The webhook `realtime.call.incoming`, as it comes in: unknown fields pass. */
export const checkIncomingCallWebhook = bodyCheck(incomingCallWebhook, 'server');

/** `prefix` names the body where it is only a part of what was sent. */
function bodyCheck<Schema extends z.ZodType>(schema: Schema, sender: Sender, prefix = ''): BodyCheck<z.infer<Schema>> {
  let check: Check | undefined;
  return (value, limits = defaultLimits) => {
    if (isDeeperThan(value, limits.maxDepth)) {
      const message = `Invalid body: nested deeper than ${limits.maxDepth} levels.`;
      return { ok: false, error: invalidRequest('invalid_value', message, prefix === '' ? null : prefix, null) };
    }
    check ??= compile(schema, sender);
    const nulls: NullFields = [];
    const problem = check(value, nulls);
    if (problem !== null) return { ok: false, error: toApiError(problem, null, prefix) };
    return { ok: true, value: withoutFields(value, nulls) as z.infer<Schema> };
  };
}
