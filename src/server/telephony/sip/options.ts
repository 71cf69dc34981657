import { isIP } from 'node:net';
import type { SipAddressToListen } from '../../../telephony/sip/phone.ts';
import { referShape } from '../referral.ts';
import { placeholders } from '../told.ts';
import { type IsPeer, peerMistake, peers } from './peers.ts';

/** How a call is answered without an app. */
export interface SipAnswer {
  /** The model that answers; one of the server's own, since no upstream takes telephone calls. */
  readonly model: string;
  /** What the model is told to open the call with, e.g. `Say hello.`. Default: the caller speaks first. */
  readonly greeting?: string;
  /** The instructions of the sessions. Default: the model's own. */
  readonly instructions?: string;
  /**
   * Whether the model is told who calls: then `{caller}`, `{called}` and `{call_id}` in `greeting` and `instructions` stand
   * for the two addresses and the `Call-ID`. Default false.
   */
  readonly caller?: boolean;
}

/** Calls by SIP. They are answered either by `answer` or by an app, which `webhook` tells of them. */
export interface SipOptions {
  /** Where telephones reach us: `udp://0.0.0.0:5060`, `tcp://…`, `tls://…`; port 0 takes a free one. */
  readonly listen: readonly string[];
  /**
   * Who may call: IP addresses and networks such as `10.0.0.0/8`, and names that a peer's TLS certificate proves. Default:
   * loopback.
   */
  readonly peers?: readonly string[];
  /** The app that is told of each call, and signs nothing: it checks our signature by the secret, `whsec_` and base64. */
  readonly webhook?: { readonly url: string; readonly secret: string };
  /** Answers each call at once. */
  readonly answer?: SipAnswer;
  /** How long a call rings if nobody accepts it, in seconds, from 1 to 180. Default 30. */
  readonly answerSeconds?: number;
  /** Where the other side reaches us, if that is not the address of this machine. */
  readonly publicIp?: string;
  /** The UDP ports of sound, such as `20000-20999`; each call takes two. Default `16384-32767`. */
  readonly rtpPorts?: string;
  /** Whom calls may be transferred to: patterns such as `tel:+49*` and `sip:*@pbx.example`. Default: nobody. */
  readonly referAllow?: readonly string[];
  /** The name of the key that calls belong to, and under whose limits they are. Default: the first key. */
  readonly key?: string;
}

/** An app that is told of calls. */
export interface App {
  readonly url: string;
  /** As it is written in the configuration: no log or recording may hold it. */
  readonly secret: string;
  /** Signs what it is told. */
  readonly signingKey: Uint8Array;
}

/** Calls by SIP, with every default filled in. */
export interface SipSettings {
  readonly listen: readonly SipAddressToListen[];
  readonly isPeer: IsPeer;
  readonly app: App | null;
  readonly answer: {
    readonly model: string;
    readonly greeting: string | null;
    readonly instructions: string | null;
    readonly caller: boolean;
  } | null;
  readonly answerMs: number;
  readonly publicIp: string | null;
  readonly rtpPorts: { readonly from: number; readonly to: number } | null;
  readonly referAllow: readonly string[];
  readonly key: string | null;
}

/** An address to listen at, as it is written; and the ports of sound. */
export const listenShape = /^(udp|tcp|tls):\/\/(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i;
export const rtpPortsShape = /^(\d{1,5})-(\d{1,5})$/;
export const secretShape = /^(?:whsec_(?:[\w+/-]{4})*(?:[\w+/-]{2,4})={0,2}|(?!whsec_).+)$/;

/** Fills in the defaults of options that make sense. */
export function settleSip(options: SipOptions): SipSettings {
  const { webhook, answer } = options;
  return {
    listen: options.listen.flatMap((text) => addressIn(text) ?? []),
    isPeer: peers(options.peers ?? []),
    app: webhook === undefined ? null : { ...webhook, signingKey: signingKeyOf(webhook.secret) },
    answer:
      answer === undefined
        ? null
        : {
            model: answer.model,
            greeting: answer.greeting ?? null,
            instructions: answer.instructions ?? null,
            caller: answer.caller ?? false,
          },
    answerMs: (options.answerSeconds ?? 30) * 1000,
    publicIp: options.publicIp ?? null,
    rtpPorts: options.rtpPorts === undefined ? null : portsIn(options.rtpPorts),
    referAllow: options.referAllow ?? [],
    key: options.key ?? null,
  };
}

const usualPorts = { udp: 5060, tcp: 5060, tls: 5061 } as const;

function addressIn(text: string): SipAddressToListen | null {
  const [, scheme = '', host = '', port] = listenShape.exec(text) ?? [];
  const transport = (['udp', 'tcp', 'tls'] as const).find((known) => known === scheme.toLowerCase());
  if (transport === undefined || Number(port ?? 0) > 65_535) return null;
  return {
    transport,
    host: host.replaceAll(/[[\]]/g, ''),
    port: port === undefined ? usualPorts[transport] : Number(port),
  };
}

function portsIn(text: string): SipSettings['rtpPorts'] {
  const [from = 0, to = 0] = text.split('-').map(Number);
  return from > 0 && to > from && to <= 65_535 ? { from, to } : null;
}

/** What behind `whsec_` is base64; any other secret is its own text, as the official SDKs read it. */
function signingKeyOf(secret: string): Uint8Array {
  const [, encoded] = /^whsec_(.*)$/s.exec(secret) ?? [];
  return encoded === undefined ? Buffer.from(secret) : Buffer.from(encoded, 'base64');
}

/** What the options of telephones are judged by. */
export interface Surroundings {
  readonly hasCertificate: boolean;
  readonly hasKey: (name: string) => boolean;
  readonly isRelayed: (model: string) => boolean;
}

/** What is wrong with the options; null where nothing is. */
export function sipMistake(options: SipOptions | undefined, surroundings: Surroundings): string | null {
  if (options === undefined) return null;
  const { key } = options;
  return (
    addressMistake(options, surroundings) ??
    answerMistake(options, surroundings) ??
    numberMistake(options) ??
    (key === undefined || surroundings.hasKey(key)
      ? null
      : `telephony.sip.key is "${key}", and no API key has that name.`)
  );
}

function addressMistake({ listen, peers: named = [] }: SipOptions, { hasCertificate }: Surroundings): string | null {
  if (listen.length === 0) return 'telephony.sip.listen is empty: say where, such as udp://0.0.0.0:5060.';
  const wrong = listen.find((text) => addressIn(text) === null);
  if (wrong !== undefined) {
    return `telephony.sip.listen has "${wrong}", which is no address such as udp://0.0.0.0:5060, tcp://… or tls://….`;
  }
  const isSecured = listen.some((text) => /^tls:/i.test(text));
  if (isSecured && !hasCertificate) {
    return 'telephony.sip.listen has a tls:// address: give tls.cert and tls.key (--tls-cert, --tls-key) as well.';
  }
  return peerMistake(named, isSecured);
}

function answerMistake({ webhook, answer }: SipOptions, { isRelayed }: Surroundings): string | null {
  if (webhook !== undefined && answer !== undefined) {
    return 'telephony.sip.webhook and telephony.sip.answer exclude each other: either an app answers, or a model does.';
  }
  if (webhook !== undefined) return webhookMistake(webhook);
  if (answer === undefined) return 'telephony.sip needs "webhook", for an app that answers, or "answer" with a model.';
  const { model, greeting = '', instructions = '', caller = false } = answer;
  if (isRelayed(model)) {
    return `telephony.sip.answer.model is "${model}", which an upstream answers: a telephone call needs a model of this server.`;
  }
  return !caller && placeholders.test(greeting + instructions)
    ? 'telephony.sip.answer tells the model who calls ({caller}, {called} or {call_id}): allow that with "caller: true".'
    : null;
}

function webhookMistake({ url, secret }: NonNullable<SipOptions['webhook']>): string | null {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    return `telephony.sip.webhook.url must be where the app is told of calls, such as https://app.example/hook, not "${url}".`;
  }
  return secretShape.test(secret) ? null : 'telephony.sip.webhook.secret must be "whsec_" and base64 behind it.';
}

function numberMistake({ answerSeconds = 30, publicIp, rtpPorts, referAllow = [] }: SipOptions): string | null {
  if (!(answerSeconds >= 1 && answerSeconds <= 180)) return 'telephony.sip.answer_s must be a number from 1 to 180.';
  if (publicIp !== undefined && isIP(publicIp) === 0) {
    return `telephony.sip.public_ip is "${publicIp}", which is no address such as 203.0.113.7.`;
  }
  if (rtpPorts !== undefined && (!rtpPortsShape.test(rtpPorts) || portsIn(rtpPorts) === null)) {
    return `telephony.sip.rtp_ports must be two ports such as 20000-20999, the lower first, not "${rtpPorts}".`;
  }
  const wrong = referAllow.find((pattern) => !referShape.test(pattern));
  return wrong === undefined
    ? null
    : `telephony.sip.refer_allow has "${wrong}", which is no pattern such as tel:+49* or sip:*@pbx.example.`;
}
