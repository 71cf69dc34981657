import type { SipCall, SipSound } from '../../../telephony/sip/phone.ts';
import { fullFor, shutFor } from '../../admission/decide.ts';
import { networkOf } from '../../admission/wrong-keys.ts';
import { newCallId } from '../../calls/call-id.ts';
import type { CallDirectory } from '../../calls/directory.ts';
import type { KeyOptions } from '../../metering/policy.ts';
import type { TelephonySettings } from '../options.ts';
import { phoneOwner } from '../phone-entrance.ts';
import { type AcceptOptions, answer } from './accept.ts';
import { announce } from './announce.ts';
import { IncomingCall } from './incoming-call.ts';
import type { IncomingCalls } from './incoming-calls.ts';
import type { App, SipSettings } from './options.ts';
import type { Seldom } from './seldom.ts';
import type { SetUps } from './set-ups.ts';
import { busySeconds, retryAfter, sipReason } from './statuses.ts';

/** What is remembered of telephones that call by SIP, however options change. */
export interface SipFront {
  readonly setUps: SetUps;
  readonly seldom: Seldom;
  readonly incoming: IncomingCalls;
}

export interface InvitedOptions extends AcceptOptions {
  readonly telephony: Pick<TelephonySettings, 'sip'>;
  readonly front: SipFront;
  readonly keys: readonly KeyOptions[];
  readonly calls: CallDirectory;
}

/** The same, where somebody may call at all. */
interface Front extends InvitedOptions {
  readonly sip: SipSettings;
}

/** Why a call does not even ring. */
interface Unwelcome {
  readonly status: 403 | 488 | 500 | 503;
  readonly code: string;
  readonly why: string;
  /** When to try again, in seconds. */
  readonly retrySeconds?: number;
}

/** A call has come: it rings and is announced or answered, or is refused at once. Never rejects. */
export async function invited(given: InvitedOptions, sip: SipCall): Promise<void> {
  const { sip: settings } = given.telephony;
  if (settings === null) return;
  const options = { ...given, sip: settings };
  const ends: ((why: string) => void)[] = [];
  let isGone = false;
  sip.open({
    ended(why) {
      isGone = true;
      for (const end of ends) end(why);
    },
  });
  const unwelcome = unwelcomeAt(options, sip);
  if (unwelcome !== null) return refuse(options, sip, unwelcome);
  const arrived = options.sessions.expect(); // others may come while its sound is agreed on
  const sound = await soundOf(options, sip);
  arrived();
  if (isGone || sound === 'gone') return;
  if ('status' in sound) return refuse(options, sip, sound);
  const call = ringing(options, sip, sound);
  ends.push((why) => call.ended(why));
  if (settings.answer !== null) await answer(options, settings.answer, call);
  if (settings.app !== null) await tell(options, settings.app, call);
}

const withoutSound = {
  'no-codec': { status: 488, code: 'invalid_offer', why: 'it offers no sound that is spoken here' },
  'no-port': {
    status: 503,
    code: 'calls_unavailable',
    why: 'no port for its sound is free',
    retrySeconds: busySeconds,
  },
} as const satisfies Record<string, Unwelcome>;

async function soundOf({ log }: Front, sip: SipCall): Promise<SipSound | Unwelcome | 'gone'> {
  try {
    const sound = await sip.prepare();
    return sound === 'no-codec' || sound === 'no-port' ? withoutSound[sound] : sound;
  } catch (cause) {
    log.error('the sound of a call could not be prepared', { err: cause });
    return { status: 500, code: 'server_error', why: 'its sound could not be prepared' };
  }
}

function unwelcomeAt({ house, sip, front }: Front, { from }: SipCall): Unwelcome | null {
  if (!sip.isPeer(from)) return { status: 403, code: 'peer_not_allowed', why: 'its source is none of the peers' };
  if (!front.setUps.take(networkOf(from.address))) {
    return { status: 503, code: 'rate_limit_exceeded', why: 'its source sets up too many', retrySeconds: 1 };
  }
  const refusal = shutFor(house) ?? fullFor(house);
  if (refusal === null) return null;
  return {
    status: 503,
    code: refusal.error.code ?? refusal.error.type,
    why: refusal.error.message,
    retrySeconds: busySeconds,
  };
}

function refuse({ front, insight }: Front, sip: SipCall, { status, code, why, ...wait }: Unwelcome): void {
  insight.observer.refused(code);
  front.seldom.warn('a call by SIP was refused', code, { peer: sip.from.address, status, why });
  sip.refuse(status, sipReason(status), retryAfter(wait.retrySeconds));
}

/** The call rings, and counts as one that is to come: there is room for it once it is accepted. */
function ringing(options: Front, sip: SipCall, sound: SipSound): IncomingCall {
  const { sip: settings, front, keys, calls, sessions, clock, nodeName } = options;
  const id = newCallId(nodeName);
  const { transport, address, port } = sip.from;
  const log = options.log.child({ peer: address, transport: 'sip', call: id });
  const forgets: (() => void)[] = [];
  const call = new IncomingCall({
    id,
    owner: phoneOwner(settings, keys),
    sip,
    sound,
    referAllow: settings.referAllow,
    answerMs: settings.answerMs,
    clock,
    log,
    expect: () => sessions.expect(),
    ending() {
      for (const forget of forgets) forget();
    },
  });
  forgets.push(calls.began(call), front.incoming.began(call));
  sessions.carries(call, call.gone);
  log.info('a call rings', { over: transport, from: `${address}:${port}` });
  sip.ring();
  return call;
}

/** Nobody accepts a call that no app has heard of. */
async function tell({ clock }: Front, app: App, call: IncomingCall): Promise<void> {
  const { id: callId, sip, log, settled } = call;
  const announced = { callId, headers: sip.headers, isEncrypted: sip.security !== null };
  if (!(await announce({ app, clock, log, settled }, announced))) call.reject(480);
}
