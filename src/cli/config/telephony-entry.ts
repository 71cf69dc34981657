import * as z from 'zod';
import type { TelephonyOptions } from '../../server/telephony/options.ts';
import { defined } from './defined.ts';
import { flag, httpUrl, key, section, text, whole } from './field.ts';
import { answering, ownerKey } from './phone-fields.ts';
import { sipEntry, sipNames, sipOf } from './sip-entry.ts';

const referPattern = z
  .string({ error: 'must be a pattern such as "tel:+49*"' })
  .regex(/^tel:\+?[\d*]+$/, { error: 'must be a pattern such as "tel:+49*"' });

const line = {
  ...answering,
  ahead_ms: key(
    'How much of an answer may be sent to the carrier ahead of playback, in milliseconds. Default 4000.',
    whole(200, 60_000),
  ),
  caller: key(
    'Whether {caller}, {called} and {call_id} in greeting and instructions stand for the numbers and the id of the call. Default false.',
    flag(),
  ),
  key: ownerKey,
};

const referAllow = key(
  'The numbers that calls may be transferred to. Default: none.',
  z.array(referPattern, { error: 'must be a list of patterns such as "tel:+49*"' }),
);

const twilio = section({
  ...line,
  auth_token: text('an auth token').describe(
    "The account's auth token, or the secret of the shared key that signs the webhooks.",
  ),
  account_sid: key(
    'The account. With it the model may hang up, and transfer calls if refer_allow allows any.',
    text('the id of an account'),
  ),
  refer_allow: referAllow,
  api_url: key(
    "Where Twilio's API is reached. Default https://api.twilio.com.",
    httpUrl('https://api.dublin.ie1.twilio.com'),
  ),
});

const telnyx = section({
  ...line,
  public_key: text('a public key').describe("The account's public key, as the portal shows it: 32 bytes in base64."),
  account_sid: key(
    'The account. With it and api_key the model may hang up, and transfer calls if refer_allow allows any.',
    text('the id of an account'),
  ),
  api_key: key('A key of the account, for its API.', text('an API key')),
  refer_allow: referAllow,
  api_url: key("Where Telnyx's API is reached. Default https://api.telnyx.com.", httpUrl('https://api.telnyx.eu')),
});

/** The telephone, as the file says it. */
export const telephonyEntry = section({
  public_url: key(
    'Where carriers of media streams reach this server: their signatures cover it, and their streams go there. Needed with twilio or telnyx.',
    httpUrl('https://voice.example'),
  ),
  twilio: key('Calls over media streams of Twilio.', twilio),
  telnyx: key('Calls over media streams of Telnyx.', telnyx),
  sip: key('Calls by SIP. Either webhook or answer.', sipEntry),
});

/** What the parts of it are called in the published JSON Schema. */
export const telephonyNames: readonly (readonly [schema: z.ZodType, name: string])[] = [
  [telephonyEntry, 'Telephony'],
  [twilio, 'Twilio'],
  [telnyx, 'Telnyx'],
  ...sipNames,
];

/** The telephone, as the server takes it. */
export function telephonyOf(entry: z.infer<typeof telephonyEntry>): TelephonyOptions {
  const { public_url: publicUrl, twilio: ofTwilio, telnyx: ofTelnyx, sip: ofSip } = entry;
  return defined({
    publicUrl,
    twilio: ofTwilio && {
      ...lineOf(ofTwilio),
      authToken: ofTwilio.auth_token,
      accountSid: ofTwilio.account_sid,
      referAllow: ofTwilio.refer_allow,
      apiUrl: ofTwilio.api_url,
    },
    telnyx: ofTelnyx && {
      ...lineOf(ofTelnyx),
      publicKey: ofTelnyx.public_key,
      accountSid: ofTelnyx.account_sid,
      apiKey: ofTelnyx.api_key,
      referAllow: ofTelnyx.refer_allow,
      apiUrl: ofTelnyx.api_url,
    },
    sip: ofSip && sipOf(ofSip),
  });
}

type Line = z.infer<ReturnType<typeof section<typeof line>>>;

function lineOf({ model, greeting, instructions, ahead_ms: aheadMs, caller, key: owner }: Line) {
  return { model, greeting, instructions, aheadMs, caller, key: owner };
}
