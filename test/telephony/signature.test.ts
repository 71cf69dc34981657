import fc from 'fast-check';
import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import { describe, expect, it } from 'vitest';
import { isSignedByTwilio } from '../../src/telephony/node/signatures.ts';

const authToken = 'twilio-test-token';
const url = 'https://voice.example/telephony/twilio/voice?model=a%20b';
const name = fc.string({ minLength: 1, maxLength: 8, unit: 'binary' });
const fields = fc.dictionary(name, fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 1, maxLength: 3 })));

/** What Twilio would send. */
function formOf(params: Record<string, string | string[]>): URLSearchParams {
  const form = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) for (const each of [value].flat()) form.append(key, each);
  return form;
}

describe('the signature of Twilio', () => {
  it('is judged as the official package does', () => {
    fc.assert(
      fc.property(fields, (params) => {
        const signature = getExpectedTwilioSignature(authToken, url, params);
        expect(validateRequest(authToken, signature, url, params)).toBe(true);
        const form = formOf(params);
        expect(isSignedByTwilio({ authToken, url, form }, signature)).toBe(true);
        expect(isSignedByTwilio({ authToken, url: `${url}x`, form }, signature)).toBe(false);
        expect(isSignedByTwilio({ authToken: 'other', url, form }, signature)).toBe(false);
        form.append('More', '1');
        expect(isSignedByTwilio({ authToken, url, form }, signature)).toBe(false);
      }),
    );
  });

  it.each([undefined, '', 'AAAA', 'no base64!'])('is never %s', (signature) => {
    expect(isSignedByTwilio({ authToken, url, form: new URLSearchParams() }, signature)).toBe(false);
  });
});
