import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';

/** How far the clock of a webhook may be from ours, in seconds. */
const toleranceSeconds = 300;

export interface TwilioSigned {
  /** The account's auth token, or the secret of the shared key that signs. */
  readonly authToken: string;
  /** As Twilio knows it. */
  readonly url: string;
  readonly form: URLSearchParams;
  /** `X-Twilio-Signature`, and `X-Twilio-Webhooks-Signature-Settings`, which names the algorithm where it is not SHA-1. */
  readonly signature: string | undefined;
  readonly settings?: string | undefined;
}

const hashes: Readonly<Record<string, string>> = { HMAC_SHA1: 'sha1', HMAC_SHA256: 'sha256' };

/**
 * Whether Twilio has signed this: the HMAC of the address, with or without the usual port, and of the form's fields by name.
 * https://www.twilio.com/docs/usage/security#validating-requests
 */
export function isSignedByTwilio({ authToken, url, form, signature, settings = '' }: TwilioSigned): boolean {
  const named = /(?:^|,)\s*algorithm=\s*([^,]*[^,\s])/.exec(settings)?.[1] ?? 'HMAC_SHA1';
  const hash = hashes[named.toUpperCase()];
  if (hash === undefined) return false;
  const given = Buffer.from(signature ?? '', 'base64');
  const fields = fieldsOf(form);
  return withAndWithoutPort(url).some((address) => {
    const hmac = createHmac(hash, authToken);
    const expected = hmac.update(address + fields).digest();
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** Twilio does not say whether it has written down the port that goes without saying. */
function withAndWithoutPort(url: string): readonly string[] {
  const [, scheme = '', host = '', port = '', rest = ''] = /^(\w+:\/\/)([^/?:]+)(:\d+)?(.*)$/s.exec(url) ?? [];
  const usual = /^(?:https|wss):/.test(scheme) ? ':443' : ':80';
  if (port !== '' && port !== usual) return [url];
  return [`${scheme}${host}${rest}`, `${scheme}${host}${usual}${rest}`];
}

/** The names in order, each with its values, every value once. */
function fieldsOf(form: URLSearchParams): string {
  const names = [...new Set(form.keys())].toSorted(byCodeUnits);
  return names
    .flatMap((name) => [...new Set(form.getAll(name))].toSorted(byCodeUnits).map((value) => name + value))
    .join('');
}

function byCodeUnits(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** Telnyx's public key as its portal shows it: 32 bytes in base64. Null for what is none. */
export function telnyxKey(text: string): KeyObject | null {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 32 || bytes.toString('base64') !== text.trim()) return null;
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') }, format: 'jwk' });
}

export interface TelnyxSigned {
  readonly body: string;
  /** `telnyx-timestamp` and `telnyx-signature-ed25519`. */
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  /** Unix time in milliseconds. */
  readonly nowMs: number;
}

/** Whether Telnyx has signed this, a while ago at most. https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks#webhook-signing */
export function isSignedByTelnyx(
  key: KeyObject,
  { body, timestamp = '', signature = '', nowMs }: TelnyxSigned,
): boolean {
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > toleranceSeconds) return false;
  return verify(null, Buffer.from(`${timestamp}|${body}`), key, Buffer.from(signature, 'base64'));
}
