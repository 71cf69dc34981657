import type { KeyObject } from 'node:crypto';
import { isSignedByTelnyx, isSignedByTwilio, telnyxKey } from '../../telephony/node/signatures.ts';
import type { Carrier, CarrierName } from '../../telephony/streams/carrier.ts';
import { telnyx } from '../../telephony/streams/telnyx.ts';
import { twilio } from '../../telephony/streams/twilio.ts';
import type { HeaderReader } from '../admission/keys.ts';
import { type SipOptions, type SipSettings, type Surroundings, settleSip, sipMistake } from './sip/options.ts';
import { placeholders } from './told.ts';

/** How calls of one carrier are answered. */
export interface PhoneOptions {
  /** The model that answers; one of the server's own, since no upstream takes telephone calls. */
  readonly model: string;
  /** What the model is told to open the call with, e.g. `Say hello.`. Default: the caller speaks first. */
  readonly greeting?: string;
  /** The instructions of the sessions. Default: the model's own. */
  readonly instructions?: string;
  /** How much of an answer may be sent to the carrier ahead of playback, in milliseconds, from 200 to 60000. Default 4000. */
  readonly aheadMs?: number;
  /**
   * Whether the model is told who calls: then `{caller}`, `{called}` and `{call_id}` in `greeting` and `instructions` stand
   * for the two numbers and the carrier's id of the call. Default false.
   */
  readonly caller?: boolean;
  /** The name of the key that calls belong to, and under whose limits they are. Default: the first key. */
  readonly key?: string;
}

/** Numbers of Twilio, and of carriers that speak as it does. */
export interface TwilioOptions extends PhoneOptions {
  /** Signs the webhooks: the account's auth token, or the secret of a shared key. */
  readonly authToken: string;
  /** With it models may hang up (`hang_up`), and transfer calls to what `referAllow` has (`transfer`). */
  readonly accountSid?: string;
  /** Whom calls may be transferred to: patterns such as `tel:+49*`. Default: nobody. */
  readonly referAllow?: readonly string[];
  /** Where Twilio's API is reached. Default `https://api.twilio.com`. */
  readonly apiUrl?: string;
}

/** Numbers of Telnyx. */
export interface TelnyxOptions extends PhoneOptions {
  /** Checks the webhooks' signatures: 32 bytes in base64, as the portal shows them. */
  readonly publicKey: string;
  /** With both, models may hang up (`hang_up`), and transfer calls to what `referAllow` has (`transfer`). */
  readonly accountSid?: string;
  readonly apiKey?: string;
  /** Whom calls may be transferred to: patterns such as `tel:+49*`. Default: nobody. */
  readonly referAllow?: readonly string[];
  /** Where Telnyx's API is reached. Default `https://api.telnyx.com`. */
  readonly apiUrl?: string;
}

/** The telephone. */
export interface TelephonyOptions {
  /** Where carriers of media streams reach this server: `https://host`, with a path if a proxy takes one away. Needed with any. */
  readonly publicUrl?: string;
  readonly twilio?: TwilioOptions;
  readonly telnyx?: TelnyxOptions;
  readonly sip?: SipOptions;
}

/** What came with a webhook or an upgrade. */
export interface Signed {
  /** As the carrier knows it. */
  readonly url: string;
  readonly body: string;
  readonly header: HeaderReader;
  /** Unix time in milliseconds. */
  readonly nowMs: number;
}

/** How a carrier's calls are told to do something else. */
export interface CarrierAccount {
  /** What the carrier knows us by: no log or recording may hold it. */
  readonly secret: string;
  readonly referAllow: readonly string[];
  /** Has a call go on by other instructions. */
  readonly redirection: (callSid: string, markup: string) => Redirection;
}

/** A request to a carrier's API, whose body is a form. */
export interface Redirection {
  readonly url: string;
  readonly authorization: string;
  readonly form: Readonly<Record<string, string>>;
}

/** One carrier's calls, with every default filled in. */
export interface PhoneLine extends Required<Omit<PhoneOptions, 'greeting' | 'instructions' | 'key'>> {
  readonly carrier: Carrier;
  readonly greeting: string | null;
  readonly instructions: string | null;
  readonly key: string | null;
  readonly isSigned: (signed: Signed) => boolean;
  /** Whether an upgrade that bears a signature is signed. */
  readonly mayConnect: (signed: Signed) => boolean;
  /** Null where nothing can be asked of the carrier. */
  readonly account: CarrierAccount | null;
}

export interface TelephonySettings {
  /** Without a slash at its end. */
  readonly publicUrl: string;
  readonly lines: ReadonlyMap<CarrierName, PhoneLine>;
  /** Null where nobody calls by SIP. */
  readonly sip: SipSettings | null;
}

/** Nobody calls. */
const noTelephony: TelephonySettings = { publicUrl: '', lines: new Map(), sip: null };

/** Fills in the defaults of options that make sense. */
export function settleTelephony(options: TelephonyOptions | undefined): TelephonySettings {
  if (options === undefined) return noTelephony;
  const lines: PhoneLine[] = [];
  if (options.twilio !== undefined) lines.push(twilioLine(options.twilio));
  const key = telnyxKey(options.telnyx?.publicKey ?? '');
  if (options.telnyx !== undefined && key !== null) lines.push(telnyxLine(options.telnyx, key));
  const { publicUrl = '', sip } = options;
  return {
    publicUrl: publicUrl.replace(/\/+$/, ''),
    lines: new Map(lines.map((line) => [line.carrier.name, line])),
    sip: sip === undefined ? null : settleSip(sip),
  };
}

function twilioLine({ authToken, accountSid, referAllow = [], apiUrl, ...options }: TwilioOptions): PhoneLine {
  const isSigned = ({ url, body, header }: Signed): boolean =>
    isSignedByTwilio({
      authToken,
      url,
      form: new URLSearchParams(body),
      signature: header('x-twilio-signature'),
      settings: header('x-twilio-webhooks-signature-settings'),
    });
  return {
    ...lineOf(options),
    carrier: twilio,
    isSigned,
    mayConnect: (signed) =>
      signed.header('x-twilio-signature') === undefined ||
      isSigned(signed) ||
      isSigned({ ...signed, url: `${signed.url}/` }),
    account: accountSid === undefined ? null : twilioAccount({ accountSid, authToken, referAllow, apiUrl }),
  };
}

interface AccountFacts {
  readonly accountSid: string;
  readonly authToken: string;
  readonly referAllow: readonly string[];
  readonly apiUrl: string | undefined;
}

/** https://www.twilio.com/docs/voice/tutorials/how-to-modify-calls-in-progress */
function twilioAccount({ accountSid, authToken, referAllow, apiUrl }: AccountFacts): CarrierAccount {
  const calls = `${baseOf(apiUrl, 'https://api.twilio.com')}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Calls`;
  return {
    secret: authToken,
    referAllow,
    redirection: (callSid, markup) => ({
      url: `${calls}/${encodeURIComponent(callSid)}.json`,
      authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
      form: { Twiml: markup },
    }),
  };
}

/** https://developers.telnyx.com/api-reference/texml-rest-commands/update-call */
function telnyxAccount({ accountSid, authToken, referAllow, apiUrl }: AccountFacts): CarrierAccount {
  const calls = `${baseOf(apiUrl, 'https://api.telnyx.com')}/v2/texml/Accounts/${encodeURIComponent(accountSid)}/Calls`;
  return {
    secret: authToken,
    referAllow,
    redirection: (callSid, markup) => ({
      url: `${calls}/${encodeURIComponent(callSid)}`,
      authorization: `Bearer ${authToken}`,
      form: { Texml: markup },
    }),
  };
}

function baseOf(url: string | undefined, usual: string): string {
  return (url ?? usual).replace(/\/+$/, '');
}

function telnyxLine(
  { publicKey: _publicKey, accountSid, apiKey, referAllow = [], apiUrl, ...options }: TelnyxOptions,
  key: KeyObject,
): PhoneLine {
  const hasAccount = accountSid !== undefined && apiKey !== undefined;
  return {
    ...lineOf(options),
    carrier: telnyx,
    isSigned: ({ body, header, nowMs }) =>
      isSignedByTelnyx(key, {
        body,
        nowMs,
        timestamp: header('telnyx-timestamp'),
        signature: header('telnyx-signature-ed25519'),
      }),
    mayConnect: () => true,
    account: hasAccount ? telnyxAccount({ accountSid, authToken: apiKey, referAllow, apiUrl }) : null,
  };
}

function lineOf({ model, greeting, instructions, aheadMs = 4000, caller = false, key }: PhoneOptions) {
  return { model, greeting: greeting ?? null, instructions: instructions ?? null, aheadMs, caller, key: key ?? null };
}

/** What is wrong with the options; null where nothing is. */
export function telephonyMistake(options: TelephonyOptions | undefined, surroundings: Surroundings): string | null {
  if (options === undefined) return null;
  return streamsMistake(options, surroundings) ?? sipMistake(options.sip, surroundings);
}

function streamsMistake(options: TelephonyOptions, surroundings: Surroundings): string | null {
  const { publicUrl, twilio: ofTwilio, telnyx: ofTelnyx } = options;
  if (publicUrl === undefined ? ofTwilio !== undefined || ofTelnyx !== undefined : !isPublicUrl(publicUrl)) {
    const found = publicUrl === undefined ? '' : `, not "${publicUrl}"`;
    return `telephony.public_url must be where carriers reach the server, such as https://voice.example${found}.`;
  }
  if (options.telnyx !== undefined && telnyxKey(options.telnyx.publicKey) === null) {
    return 'telephony.telnyx.public_key must be the 32 bytes in base64 that the portal of Telnyx shows.';
  }
  if ((options.telnyx?.accountSid === undefined) !== (options.telnyx?.apiKey === undefined)) {
    return 'telephony.telnyx.account_sid and telephony.telnyx.api_key go together: give both, or neither.';
  }
  for (const [name, line] of Object.entries({ twilio: options.twilio, telnyx: options.telnyx })) {
    const mistake = line === undefined ? null : lineMistake(`telephony.${name}`, line, surroundings);
    if (mistake !== null) return mistake;
  }
  return null;
}

function lineMistake(
  name: string,
  { model, greeting = '', instructions = '', aheadMs = 4000, caller = false, key }: PhoneOptions,
  { isRelayed, hasKey }: Surroundings,
): string | null {
  if (isRelayed(model)) {
    return `${name}.model is "${model}", which an upstream answers: a telephone call needs a model of this server.`;
  }
  if (!(aheadMs >= 200 && aheadMs <= 60_000)) return `${name}.ahead_ms must be a number from 200 to 60000.`;
  if (!caller && placeholders.test(greeting + instructions)) {
    return `${name} tells the model who calls ({caller}, {called} or {call_id}): allow that with "caller: true".`;
  }
  return key === undefined || hasKey(key) ? null : `${name}.key is "${key}", and no API key has that name.`;
}

function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && url.username === '';
}
