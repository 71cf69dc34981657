import type { RealtimeSession } from '../../src/protocol/types.ts';
import { httpErrors, httpStatuses } from '../../src/server/admission/http-errors.ts';
import { refusals } from '../../src/server/admission/refusal.ts';
import type { CallRequest } from '../../src/server/calls/call-request.ts';
import type { Call } from '../../src/server/calls/directory.ts';
import { type Exchanged, type RefusedCall, refusal, refusedBy } from '../../src/server/calls/exchanged.ts';
import { maxBodyBytes } from '../../src/server/http/client-secrets.ts';
import { silentLog } from '../../src/server/log.ts';
import type { Answered } from '../../src/server/telephony/sip/accept.ts';
import { IncomingCall } from '../../src/server/telephony/sip/incoming-call.ts';
import { FakeSipCall } from '../../src/testing/fake-sip.ts';
import { virtualClock } from '../../src/testing/index.ts';
import { limited, type Probe } from './probe.ts';

/** An offer of nothing but a data channel. */
const dataOffer = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'a=mid:0',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdefghijklmnopqrstuvwx',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  'a=setup:actpass',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
  '',
].join('\r\n');

const offers = 'POST /v1/realtime/calls';
const hangUp = 'POST /v1/realtime/calls/{call_id}/hangup';
const accept = 'POST /v1/realtime/calls/{call_id}/accept';
const reject = 'POST /v1/realtime/calls/{call_id}/reject';
const refer = 'POST /v1/realtime/calls/{call_id}/refer';
const forTelephones = [accept, reject, refer];

export const callOperations = [offers, hangUp, ...forTelephones];

const key = { authorization: 'Bearer sk-test' };
const sdp = { ...key, 'content-type': 'application/sdp' };

const good = { name: offers, headers: sdp, body: dataOffer };

/** What is asked of calls. */
export const callProbes: readonly Probe[] = [
  { name: offers, status: 201, headers: sdp, body: dataOffer },
  { name: offers, status: 400, example: 'missing_required_parameter', headers: sdp, body: '' },
  { name: offers, status: 400, example: 'invalid_offer', headers: sdp, body: 'hello' },
  {
    name: offers,
    status: 400,
    example: 'unsupported_content_type',
    headers: { ...key, 'content-type': 'application/json' },
    body: {},
  },
  { name: offers, status: 400, example: 'invalid_model', headers: sdp, body: dataOffer, query: '?model=nobody' },
  { name: offers, status: 413, example: 'request_too_large', headers: sdp, body: ' '.repeat(maxBodyBytes + 1) },
  { ...good, ...limited({ limits: { requestsPerMinute: 1 } }), example: 'rate_limit_exceeded', before: 1 },
  { ...good, ...limited({ budget: { usd: 0.000_000_1, per: 'day' } }), example: 'insufficient_quota' },
  { ...good, ...limited({ sessions: 1 }), example: 'session_limit_reached', before: 1 },
  { ...good, status: 503, example: 'session_limit_reached', options: { limits: { sessions: 0 } } },
  ...[hangUp, ...forTelephones].map(
    (name): Probe => ({ name, status: 404, example: 'call_id_not_found', headers: key, call: 'rtc_9c6574da8b8a' }),
  ),
];

const wanting = (instructions: string) => ({ type: 'realtime', instructions });

/** Why a call can't be accepted. */
const notAccepted: Readonly<Record<string, RefusedCall>> = {
  invalid_model: refusedBy(refusals.unknownModel('nobody', ['echo'])),
  call_already_answered: refusal('callAnswered', httpErrors.callAnswered('rtc_answered')),
  rate_limit_exceeded: { ok: false, status: 429, error: httpErrors.limitReached(60), retrySeconds: 60 },
  insufficient_quota: { ok: false, status: 429, error: httpErrors.quotaUsedUp() },
  session_limit_reached: refusedBy(refusals.tooManySessionsOfKey(1)),
};

/** What is asked of calls on a server on which nothing goes well. */
export const rareCallProbes: readonly Probe[] = [
  { name: offers, status: 500, example: 'internal', headers: sdp, body: dataOffer },
  { name: offers, status: 501, example: 'calls_unavailable', headers: sdp, body: 'library' },
  { name: offers, status: 503, example: 'server_draining', headers: sdp, body: 'draining' },
  { name: hangUp, status: 200, call: 'rtc_up' },
  ...forTelephones.map((name): Probe => ({ name, status: 409, example: 'invalid_call_state', call: 'rtc_up' })),
  { name: refer, status: 400, example: 'missing_required_parameter', call: 'rtc_phone', body: {} },
  { name: refer, status: 400, example: 'invalid_value', call: 'rtc_phone', body: { target_uri: 'refused' } },
  { name: refer, status: 200, call: 'rtc_phone', body: { target_uri: 'done' } },
  { name: refer, status: 502, example: 'refer_failed', call: 'rtc_phone', body: { target_uri: 'failed' } },
  { name: refer, status: 409, example: 'call_rings', call: 'rtc_rings', body: {} },
  { name: accept, status: 200, call: 'rtc_rings', body: wanting('nothing else') },
  { name: accept, status: 400, example: 'missing_required_parameter', call: 'rtc_rings', body: {} },
  ...Object.entries(notAccepted).map(
    ([example, { status }]): Probe => ({ name: accept, status, example, call: 'rtc_rings', body: wanting(example) }),
  ),
  { name: accept, status: 503, example: 'session_limit_reached', call: 'rtc_rings', body: wanting('room') },
  { name: accept, status: 500, example: 'internal', call: 'rtc_rings', body: wanting('a miracle') },
  { name: accept, status: 409, example: 'call_ended', call: 'rtc_over', body: wanting('anything') },
  { name: reject, status: 200, call: 'rtc_rings' },
  { name: reject, status: 400, example: 'invalid_value', call: 'rtc_rings', body: { status_code: 200 } },
  { name: reject, status: 409, example: 'call_already_answered', call: 'rtc_answered' },
  { name: reject, status: 409, example: 'call_ended', call: 'rtc_over' },
];

/** A call by SIP of such a server. */
export function incomingCall(id: string): IncomingCall | 'ended' | null {
  if (id === 'rtc_over') return 'ended';
  if (id !== 'rtc_rings' && id !== 'rtc_answered') return null;
  const sip = new FakeSipCall();
  const call = new IncomingCall({
    id,
    owner: '',
    sip,
    sound: sip.sound,
    referAllow: [],
    answerMs: 1,
    clock: virtualClock(),
    log: silentLog,
    expect: () => () => {},
    ending() {},
  });
  if (id === 'rtc_answered') call.beginAnswer();
  return call;
}

/** What comes of the wish to accept one: what its session wants. */
export async function failingAccept(_call: IncomingCall, { instructions = '' }: RealtimeSession): Promise<Answered> {
  if (instructions === 'nothing else') return { ok: true };
  if (instructions === 'room') return refusedBy(refusals.tooManySessions(0));
  const refused = Object.entries(notAccepted).find(([example]) => example === instructions)?.[1];
  if (refused === undefined) throw new Error('the machine fails');
  return refused;
}

/** The calls of such a server: one that is up, and one of a telephone, which may be sent to where the outcome is as asked. */
export function callThatIsUp(id: string): Call | null {
  if (id === 'rtc_phone') {
    const outcomes = ['done', 'refused', 'failed'] as const;
    const sent = async (target: string) => outcomes.find((outcome) => outcome === target) ?? 'refused';
    return { id, owner: '', attach() {}, hangUp() {}, refer: sent };
  }
  if (id === 'rtc_rings') return { id, owner: '', isRinging: true, attach() {}, hangUp() {} };
  return id === 'rtc_up' ? { id, owner: '', attach() {}, hangUp() {} } : null;
}

/** An exchange of a server on which nothing goes well: it tells what the offer names. */
export async function failingExchange({ offer }: CallRequest): Promise<Exchanged> {
  if (offer === 'library') {
    const error = httpErrors.callsUnavailable(
      'WebRTC calls need the package node-datachannel: npm install node-datachannel',
    );
    return { ok: false, status: httpStatuses.callsUnavailable, error };
  }
  if (offer !== 'draining') throw new Error('the machine fails');
  const { message, type, param = null, code = null } = refusals.draining().error;
  return { ok: false, status: 503, error: { message, type, param, code } };
}
