import { describe, expect, it } from 'vitest';
import {
  checkCallAcceptRequest,
  checkCallReferRequest,
  checkCallRejectRequest,
  checkCallSession,
  checkClientSecretRequest,
  checkIncomingCallWebhook,
  checkTranslationClientSecretRequest,
} from './bodies.ts';

const call = {
  type: 'realtime.call.incoming',
  id: 'evt_1',
  created_at: 1_790_000_000,
  object: 'event',
  data: { call_id: 'rtc_1', sip_headers: [{ name: 'From', value: 'sip:a@b' }], sip_media_security: 'zrtp' },
};

describe('a body', () => {
  it.each([
    ['client secret', checkClientSecretRequest, {}],
    ['client secret', checkClientSecretRequest, { expires_after: { anchor: 'created_at', seconds: 7200 } }],
    ['client secret', checkClientSecretRequest, { session: { type: 'transcription' } }],
    ['translation secret', checkTranslationClientSecretRequest, { session: { model: 'gpt-realtime-translate' } }],
    ['call', checkCallSession, { type: 'realtime', audio: { output: { voice: 'alloy' } } }],
    ['accepted call', checkCallAcceptRequest, { type: 'realtime', model: 'gpt-realtime' }],
    ['rejected call', checkCallRejectRequest, { status_code: 486 }],
    ['rejected call', checkCallRejectRequest, {}],
    ['referred call', checkCallReferRequest, { target_uri: 'tel:+123' }],
    ['webhook', checkIncomingCallWebhook, call],
    ['webhook', checkIncomingCallWebhook, { ...call, from_the_future: {} }],
  ])('of a %s passes as it is', (_name, check, body) => {
    const result = check(body);
    expect(result).toEqual({ ok: true, value: body });
    expect(result.ok && result.value).toBe(body);
  });

  it.each([
    ['client secret', checkClientSecretRequest, [], 'invalid_type', null],
    ['client secret', checkClientSecretRequest, undefined, 'invalid_type', null],
    ['client secret', checkClientSecretRequest, { session: {} }, 'missing_required_parameter', 'session.type'],
    [
      'client secret',
      checkClientSecretRequest,
      { expires_after: { seconds: 7201 } },
      'integer_above_max_value',
      'expires_after.seconds',
    ],
    [
      'client secret',
      checkClientSecretRequest,
      { expires_after: { seconds: 9 } },
      'integer_below_min_value',
      'expires_after.seconds',
    ],
    [
      'client secret',
      checkClientSecretRequest,
      { expires_after: { anchor: 'now' } },
      'invalid_value',
      'expires_after.anchor',
    ],
    ['translation secret', checkTranslationClientSecretRequest, {}, 'missing_required_parameter', 'session'],
    ['call', checkCallSession, { type: 'transcription' }, 'invalid_value', 'session.type'],
    ['call', checkCallSession, 5, 'invalid_type', 'session'],
    ['accepted call', checkCallAcceptRequest, {}, 'missing_required_parameter', 'type'],
    ['rejected call', checkCallRejectRequest, { status: 486 }, 'unknown_parameter', 'status'],
    ['referred call', checkCallReferRequest, {}, 'missing_required_parameter', 'target_uri'],
    ['webhook', checkIncomingCallWebhook, { ...call, data: {} }, 'missing_required_parameter', 'data.call_id'],
  ])('of a %s with a mistake is refused', (_name, check, body, code, param) => {
    expect(check(body)).toMatchObject({
      ok: false,
      error: { type: 'invalid_request_error', code, param, event_id: null },
    });
  });

  it('may not be nested without end', () => {
    const parameters: unknown[] = [];
    parameters.push(parameters);
    const session = { type: 'realtime', tools: [{ type: 'function', parameters }] };
    expect(checkClientSecretRequest({ session })).toMatchObject({
      ok: false,
      error: { code: 'invalid_value', message: 'Invalid body: nested deeper than 64 levels.' },
    });
  });
});
