import { createHmac, generateKeyPairSync, sign } from 'node:crypto';

export const authToken = 'twilio-test-token';
export const publicUrl = 'https://voice.example';
const pair = generateKeyPairSync('ed25519');
/** As the portal of Telnyx shows it. */
export const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');

/** A call that rings at a carrier. */
export interface Ring {
  readonly carrier?: 'twilio' | 'telnyx';
  readonly query?: string;
  /** Over the usual fields. */
  readonly form?: Readonly<Record<string, string>>;
  /** In place of the right signature. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Unix milliseconds. Default: now. */
  readonly at?: number;
}

/** A carrier's webhook, signed as it signs. */
export interface SentWebhook {
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The call that a webhook is of, where its form does not say. */
export const usualCallSid = 'CA01';

export function webhookOf({ carrier = 'twilio', query = '', form = {}, headers, at = Date.now() }: Ring): SentWebhook {
  const target = `/telephony/${carrier}/voice${query}`;
  const fields = { CallSid: usualCallSid, From: '+493012345', To: '+493054321', CallStatus: 'ringing', ...form };
  const body = new URLSearchParams(fields).toString();
  const signed = carrier === 'twilio' ? twilioHeaders(target, fields) : telnyxHeaders(body, at);
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  return { target, body, headers: { ...type, ...(headers ?? signed) } };
}

/** The signature of a webhook, or of an upgrade where there are no fields. */
export function twilioSignature(url: string, fields: Readonly<Record<string, string>> = {}): string {
  const names = Object.keys(fields).toSorted();
  const text = url + names.map((name) => `${name}${fields[name]}`).join('');
  return createHmac('sha1', authToken).update(text).digest('base64');
}

function twilioHeaders(target: string, fields: Readonly<Record<string, string>>): Record<string, string> {
  return { 'x-twilio-signature': twilioSignature(`${publicUrl}${target}`, fields) };
}

export function telnyxHeaders(body: string, at: number): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const signature = sign(null, Buffer.from(`${timestamp}|${body}`), pair.privateKey).toString('base64');
  return { 'telnyx-timestamp': timestamp, 'telnyx-signature-ed25519': signature };
}

/** What a carrier reads in the answer to its webhook. */
export interface StreamOrder {
  /** Path of the stream. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** `rtc_…` */
  readonly callId: string;
}

export async function orderIn(answer: Response): Promise<StreamOrder> {
  const text = await answer.text();
  const path = /<Stream url="wss:\/\/voice\.example(\/[^"]*)"/.exec(text)?.[1];
  if (path === undefined) throw new Error(`no stream is named: ${answer.status} ${text}`);
  const parameters = [...text.matchAll(/<Parameter name="([^"]*)" value="([^"]*)"\/>/g)];
  const named = Object.fromEntries(parameters.map(([, name = '', value = '']) => [name, value]));
  return { path, parameters: named, callId: path.split('/').at(-1) ?? '' };
}
