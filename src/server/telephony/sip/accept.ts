import type { ApiError, RealtimeSession } from '../../../protocol/types.ts';
import { parseAddress } from '../../../telephony/sip/address.ts';
import { valueOf } from '../../../telephony/sip/message.ts';
import type { SipCall } from '../../../telephony/sip/phone.ts';
import { isSipUri, parseUri } from '../../../telephony/sip/uri.ts';
import { httpErrors } from '../../admission/http-errors.ts';
import { settledSession } from '../../admission/settled-session.ts';
import { invalid, type RefusedCall, refusal } from '../../calls/exchanged.ts';
import { type OpenOptions, open } from '../../open.ts';
import { deskTools } from '../desk.ts';
import { beginPhoneCall, type PhoneCall } from '../phone-call.ts';
import { admitPhone, type PhoneEntrance, type PhoneHouse } from '../phone-entrance.ts';
import { type CallFacts, told } from '../told.ts';
import type { IncomingCall } from './incoming-call.ts';
import type { SipSettings } from './options.ts';
import { busySeconds } from './statuses.ts';

/** As what calls by SIP are known that come with no request of their own. */
const callsPath = '/v1/realtime/calls';

export interface AcceptOptions extends OpenOptions, PhoneHouse {}

/** What became of the wish to accept or reject a call. */
export type Answered = { readonly ok: true } | RefusedCall;

/** With what a call is picked up. */
interface Pickup {
  readonly session: RealtimeSession;
  readonly greeting: string | null;
  /** Whether the model may hang up, and transfer where that is allowed. */
  readonly hasDesk: boolean;
}

/** Picks up a call as its app says: the session is opened, and then the caller hears of it. Rejects only by our fault. */
export async function accept(options: AcceptOptions, call: IncomingCall, session: RealtimeSession): Promise<Answered> {
  return pickUp(options, call, { session, greeting: null, hasDesk: false });
}

/** Turns a call down as its app says. */
export function reject(call: IncomingCall, status: number): Answered {
  return call.reject(status) ? { ok: true } : tooLate(call);
}

/** Picks up a call without an app; one that can't be is refused. Never rejects. */
export async function answer(
  options: AcceptOptions,
  answering: NonNullable<SipSettings['answer']>,
  call: IncomingCall,
): Promise<void> {
  const made = await pickUp(options, call, pickupOf(answering, call)).catch((cause: unknown): RefusedCall => {
    call.log.error('a call could not be answered', { err: cause });
    return refusal('internal', httpErrors.internal());
  });
  if (made.ok) return;
  const { status, error, retrySeconds } = made;
  const code = error.code ?? error.type;
  options.insight.observer.refused(code);
  call.log.warn('the call can’t be answered', { code, why: error.message });
  if (status === 429 || status === 503) call.turnDown(503, retrySeconds ?? busySeconds);
  else call.turnDown(500);
}

function pickupOf(
  { model, instructions, greeting, caller }: NonNullable<SipSettings['answer']>,
  call: IncomingCall,
): Pickup {
  const facts = caller ? factsOf(call.sip) : null;
  return {
    session: {
      type: 'realtime',
      model,
      ...(instructions === null ? {} : { instructions: told(instructions, facts) }),
      tools: [...deskTools({ transfer: call.transfer })],
    },
    greeting: greeting === null ? null : told(greeting, facts),
    hasDesk: true,
  };
}

/** Who calls whom: the number or name of each, as the addresses say it. */
function factsOf(sip: SipCall): CallFacts {
  const from = parseAddress(valueOf(sip, 'From') ?? '')?.uri ?? '';
  return { caller: nameIn(from), called: nameIn(sip.uri), callId: valueOf(sip, 'Call-ID') ?? 'unknown' };
}

function nameIn(address: string): string {
  const uri = parseUri(address);
  if (uri === null) return 'unknown';
  return isSipUri(uri) ? (uri.user ?? uri.host) : (uri.rest.split(';')[0] ?? 'unknown');
}

async function pickUp(options: AcceptOptions, call: IncomingCall, pickup: Pickup): Promise<Answered> {
  if (!call.beginAnswer()) return tooLate(call);
  let made: Answered | null = null;
  try {
    const account = options.house.accounts.of(call.owner);
    const asked = { modelName: pickup.session.model ?? null, account };
    made = await admitPhone(options, asked, (entrance) => begin(options, { call, pickup, entrance }));
    return made;
  } finally {
    if (made?.ok !== true) call.ringOn();
  }
}

function tooLate({ id, phase }: IncomingCall): RefusedCall {
  return phase === 'over'
    ? refusal('callEnded', httpErrors.callEnded(id))
    : refusal('callAnswered', httpErrors.callAnswered(id));
}

interface Beginning {
  readonly call: IncomingCall;
  readonly pickup: Pickup;
  readonly entrance: PhoneEntrance;
}

function begin(options: AcceptOptions, { call, pickup, entrance }: Beginning): Answered {
  const { clock, insight, mcp } = options;
  if (call.phase !== 'answering') return tooLate(call);
  const settled = withSound(pickup.session, call);
  const checked = settledSession(settled, entrance.modelName, mcp.rules);
  if (!checked.ok) return invalid(atTop(checked.error));
  const { id, owner, sound, log, sip } = call;
  const phone: PhoneCall | null = beginPhoneCall({
    id,
    owner,
    sound,
    greeting: pickup.greeting,
    desk: pickup.hasDesk ? { transfer: call.transfer } : null,
    clock,
    packets: insight.packets,
    log,
    open: (wire, media) => {
      const asksToResume = entrance.asksToResume === true || pickup.session.resumption?.enabled === true;
      const opening = { ...entrance, settled, asksToResume };
      const header = (name: string): string | undefined => valueOf(sip, name) ?? undefined;
      return open(options, opening, { wire, media, transport: 'sip', target: callsPath, callId: id, header, log });
    },
    close() {
      sip.hangUp();
      queueMicrotask(() => phone?.left());
    },
    ending: () => call.left(),
  });
  if (phone === null) return refusal('internal', httpErrors.internal());
  call.answered(phone);
  return { ok: true };
}

/** What the session begins with. Its sound is what the line carries, so that nothing is coded anew, unless the app wants another. */
function withSound(session: RealtimeSession, { sound: { coding } }: IncomingCall): RealtimeSession {
  const format = { type: coding };
  const { audio } = session;
  return {
    ...session,
    audio: { ...audio, input: { format, ...audio?.input }, output: { format, ...audio?.output } },
  };
}

/** The body is the session itself. */
function atTop({ param, ...error }: ApiError): ApiError {
  const message = error.message.replaceAll("'session.", "'");
  return { ...error, message, param: param?.replace(/^session\./, '') ?? null };
}
