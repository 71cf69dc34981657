import * as z from 'zod';
import { referShape } from '../../server/telephony/referral.ts';
import { listenShape, rtpPortsShape, type SipOptions, secretShape } from '../../server/telephony/sip/options.ts';
import { defined } from './defined.ts';
import { flag, httpUrl, key, section, text, whole } from './field.ts';
import { answering, ownerKey } from './phone-fields.ts';

function shaped(error: string, shape: RegExp): z.ZodString {
  return z.string({ error }).regex(shape, { error });
}

const answer = section({
  ...answering,
  caller: key(
    'Whether {caller}, {called} and {call_id} in greeting and instructions stand for the two addresses and the Call-ID. Default false.',
    flag(),
  ),
});

const webhook = section({
  url: httpUrl('https://app.example/hook').describe('Where the app is told of each call.'),
  secret: shaped('must be "whsec_" and base64 behind it', secretShape).describe(
    'What the app checks our signature by: whsec_ and base64 behind it.',
  ),
});

/** Calls by SIP, as the file says it. */
export const sipEntry = section({
  listen: z
    .array(shaped('must be an address such as "udp://0.0.0.0:5060", tcp:// or tls://', listenShape), {
      error: 'must be a list of addresses such as "udp://0.0.0.0:5060"',
    })
    .describe('Where telephones call: udp://, tcp:// and tls:// addresses. tls:// takes the certificate of tls.'),
  peers: key(
    'Who may call: addresses, networks such as 10.0.0.0/8, and names that a TLS certificate proves. Default: only this machine.',
    z.array(text('an address, a network or a name'), { error: 'must be a list of networks such as "10.0.0.0/8"' }),
  ),
  webhook: key('The app that is told of each call, and accepts or rejects it.', webhook),
  answer: key('The model that answers each call, in place of an app.', answer),
  answer_s: key('How long a call rings if nobody accepts it, in seconds. Default 30.', whole(1, 180)),
  public_ip: key(
    'Where telephones reach this machine, if that is not its own address, such as 203.0.113.7.',
    text('an IP address'),
  ),
  rtp_ports: key(
    'The UDP ports of sound, such as 20000-20999; each call takes two. Default 16384-32767.',
    shaped('must be two ports such as 20000-20999', rtpPortsShape),
  ),
  refer_allow: key(
    'Whom calls may be transferred to, such as "tel:+49*" or "sip:*@pbx.example". Default: to nobody.',
    z.array(shaped('must be a pattern such as "tel:+49*" or "sip:*@pbx.example"', referShape), {
      error: 'must be a list of patterns such as "tel:+49*"',
    }),
  ),
  key: ownerKey,
});

/** What the parts of it are called in the published JSON Schema. */
export const sipNames: readonly (readonly [schema: z.ZodType, name: string])[] = [
  [sipEntry, 'Sip'],
  [answer, 'SipAnswer'],
  [webhook, 'SipWebhook'],
];

/** Calls by SIP, as the server takes them. */
export function sipOf({
  answer_s: answerSeconds,
  public_ip: publicIp,
  rtp_ports: rtpPorts,
  refer_allow: referAllow,
  ...same
}: z.infer<typeof sipEntry>): SipOptions {
  return defined({ ...same, answerSeconds, publicIp, rtpPorts, referAllow });
}
