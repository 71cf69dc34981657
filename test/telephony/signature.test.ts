import fc from 'fast-check';
import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import { describe, expect, it } from 'vitest';
import { isSignedByTwilio } from '../../src/telephony/node/signatures.ts';

const authToken = 'twilio-test-token';
const name = fc.string({ minLength: 1, maxLength: 8, unit: 'binary' });
const fields = fc.dictionary(name, fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 1, maxLength: 3 })));
const urls = [
  'https://voice.example/telephony/twilio/voice?model=a%20b',
  'https://voice.example:443/telephony/twilio/voice',
  'https://voice.example:8443/a/telephony/twilio/voice',
  'http://127.0.0.1/telephony/twilio/voice',
];

/** What Twilio would send. */
function formOf(params: Record<string, string | string[]>): URLSearchParams {
  const form = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) for (const each of [value].flat()) form.append(key, each);
  return form;
}

describe('the signature of Twilio', () => {
  it.each(['HMAC_SHA1', 'HMAC_SHA256'])('is judged as the official package does: %s', (algorithm) => {
    const settings = `key=webhooks_sharedkey_1, algorithm=${algorithm}`;
    fc.assert(
      fc.property(fields, fc.constantFrom(...urls), (params, url) => {
        const signature = getExpectedTwilioSignature(authToken, url, params, algorithm);
        expect(validateRequest(authToken, signature, url, params, algorithm)).toBe(true);
        const form = formOf(params);
        const signed = { authToken, url, form, signature, settings };
        expect(isSignedByTwilio(signed)).toBe(true);
        expect(isSignedByTwilio({ ...signed, url: `${url}x` })).toBe(false);
        expect(isSignedByTwilio({ ...signed, authToken: 'other' })).toBe(false);
        expect(isSignedByTwilio({ ...signed, settings: 'algorithm=HMAC_MD5' })).toBe(false);
        form.append('More', '1');
        expect(isSignedByTwilio(signed)).toBe(false);
      }),
    );
  });

  it.each(urls)('of %s may cover the usual port or leave it out', (url) => {
    const bare = url.replace(/:(?:443|80)(?=\/)/, '');
    const usual = url.startsWith('https') ? ':443' : ':80';
    const addresses = url.includes('8443') ? [url] : [bare, bare.replace(/^(\w+:\/\/[^/]+)/, `$1${usual}`)];
    for (const address of addresses) {
      const signature = getExpectedTwilioSignature(authToken, address, {});
      expect(isSignedByTwilio({ authToken, url, form: new URLSearchParams(), signature })).toBe(true);
    }
  });

  it.each([undefined, '', 'AAAA', 'no base64!'])('is never %s', (signature) => {
    const unsigned = { authToken, url: urls[0] ?? '', form: new URLSearchParams(), signature };
    expect(isSignedByTwilio(unsigned)).toBe(false);
  });
});
