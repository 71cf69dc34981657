import { OfferError, PeersUnavailableError } from '../../media/peer.ts';
import type { ApiError, RealtimeSession } from '../../protocol/types.ts';
import { type Asker, decideCall, type House, type SessionEntrance, spentOf } from '../admission/decide.ts';
import { type HttpError, httpErrors, httpStatuses } from '../admission/http-errors.ts';
import { overLimit } from '../admission/over-limit.ts';
import { placed } from '../admission/placed.ts';
import { type Refusal, refusals } from '../admission/refusal.ts';
import { settledSession } from '../admission/settled-session.ts';
import { type OpenOptions, open } from '../open.ts';
import { type AnsweredCall, beginCall } from './call.ts';
import { newCallId } from './call-id.ts';
import { layered } from './call-session.ts';
import type { CallDirectory } from './directory.ts';
import type { CallLine } from './line.ts';

export interface ExchangeOptions extends OpenOptions {
  readonly house: House;
  readonly line: Pick<CallLine, 'answer'>;
  readonly calls: CallDirectory;
}

/** Somebody wants a call. */
export interface CallRequest extends Asker {
  /** SDP. */
  readonly offer: string;
  /** What came with it. */
  readonly session: RealtimeSession | null;
  readonly query: URLSearchParams;
  /** Where it comes from. */
  readonly address: string;
  readonly owner: string;
  /** Whoever asked is gone. */
  readonly signal: AbortSignal;
}

/** What becomes of it. */
export type Exchanged =
  | { readonly ok: true; readonly id: string; readonly answer: string }
  | {
      readonly ok: false;
      readonly status: number;
      readonly error: HttpError;
      /** When to ask again; Infinity where waiting does not help. Absent where nobody can say. */
      readonly retrySeconds?: number;
    };

type Opening = Extract<SessionEntrance, { answer: 'open' }>;
type Refused = Extract<Exchanged, { ok: false }>;

/** Answers an offer and begins the call (behaviour §7.1). Rejects where the machine fails. */
export async function exchange(options: ExchangeOptions, request: CallRequest): Promise<Exchanged> {
  const made = await attempt(options, request);
  if (!made.ok) {
    const { message: _message, ...error } = made.error;
    options.insight.observer.refused(error.code ?? error.type);
    options.log.info('call refused', { peer: request.address, status: made.status, ...error });
  }
  return made;
}

async function attempt(options: ExchangeOptions, request: CallRequest): Promise<Exchanged> {
  const entrance = admitted(options, request);
  if ('ok' in entrance) return entrance;
  return placed(options.house, options.sessions, entrance, (given) =>
    given.answer === 'refuse' ? refusedBy(given.refusal) : answer(options, request, given),
  );
}

/** Answers the offer of one who may have the call. */
async function answer(options: ExchangeOptions, request: CallRequest, entrance: Opening): Promise<Exchanged> {
  const arrived = expect(options, request); // others may ask while the offer is answered
  let made: Exchanged | null = null;
  try {
    made = takeRequest(options, request);
    if (made !== null) return made;
    const answered = await options.line.answer(request.offer);
    made = tooLate(options, request);
    if (made === null) {
      made = begin(options, { request, entrance, answered });
      return made;
    }
    answered.sound.end();
    answered.peer.close();
    return made;
  } catch (cause) {
    if (cause instanceof OfferError) return refusal('badOffer', httpErrors.badOffer(cause.message));
    if (!(cause instanceof PeersUnavailableError)) throw cause;
    return refusal('callsUnavailable', httpErrors.callsUnavailable(cause.message));
  } finally {
    arrived();
    if (made?.ok !== true) entrance.place?.release();
  }
}

/** A call counts as a request of its key, as a client secret does. */
function takeRequest({ house }: ExchangeOptions, { account }: CallRequest): Refused | null {
  const now = house.now();
  const refused = account.takeRequest(now);
  return refused === null ? null : { ok: false, status: 429, ...overLimit(refused, now) };
}

/** Keeps room for the call's session, on the server and under the limits of its key. */
function expect({ sessions }: ExchangeOptions, { account }: CallRequest): () => void {
  const kept = [sessions.expect(), account.expect()];
  return () => {
    for (const arrived of kept) arrived();
  };
}

/** Who may have a call, and with which session. */
function admitted({ house, mcp }: ExchangeOptions, request: CallRequest): Opening | Refused {
  const { query, session } = request;
  const ofAddress = query.get('model') || null;
  const ofSession = session?.model || null;
  if (ofAddress !== null && ofSession !== null && ofAddress !== ofSession) {
    return refusal('modelTwice', httpErrors.modelTwice(ofSession, ofAddress));
  }
  const asked = new URLSearchParams(query);
  if (ofSession !== null) asked.set('model', ofSession);
  const entrance = decideCall(asked, house, request);
  if (entrance.answer !== 'open') {
    const refused =
      entrance.answer === 'refuse'
        ? refusedBy(entrance.refusal)
        : refusal('callNotPassedOn', httpErrors.callNotPassedOn(entrance.modelName));
    const isOfSession = ofSession !== null && refused.error.param === 'model';
    return isOfSession ? { ...refused, error: { ...refused.error, param: 'session.model' } } : refused;
  }
  const all = layered(entrance.settled ?? null, session);
  if (!all.ok) return invalid(all.error);
  if (all.session === null) return entrance;
  const settled = settledSession(all.session, entrance.modelName, mcp.rules);
  return settled.ok ? { ...entrance, settled: all.session } : invalid(settled.error);
}

/** What has changed meanwhile. */
function tooLate({ house }: ExchangeOptions, { account, signal }: CallRequest): Refused | null {
  if (house.isDraining()) return refusedBy(refusals.draining());
  const spent = spentOf(account, house.now());
  if (spent !== null) return refusedBy(spent);
  return signal.aborted ? refusal('requestTimeout', httpErrors.requestTimeout()) : null;
}

interface Beginning {
  readonly request: CallRequest;
  readonly entrance: Opening;
  readonly answered: AnsweredCall;
}

function begin(options: ExchangeOptions, { request, entrance, answered }: Beginning): Exchanged {
  const { calls, sessions, clock, limits, nodeName, insight } = options;
  const { header, address, owner } = request;
  const id = newCallId(nodeName);
  const log = options.log.child({ peer: address, transport: 'webrtc', call: id });
  const uncount = insight.packets.follow(answered.sound);
  let forget = (): void => {};
  const call = beginCall({
    ...answered,
    id,
    owner,
    clock,
    frameBytes: limits.frameBytes,
    log,
    open: (wire, media) => open(options, entrance, { wire, media, transport: 'webrtc', callId: id, header, log }),
    ending() {
      uncount();
      forget();
    },
  });
  if (call === null) return refusal('internal', httpErrors.internal());
  sessions.connected(call, call.gone);
  forget = calls.began(call);
  return { ok: true, id, answer: answered.peer.answer };
}

function refusal(name: keyof typeof httpStatuses, error: HttpError): Refused {
  return { ok: false, status: httpStatuses[name], error };
}

/** A mistake in the session that came with the call. */
function invalid({ message, type, param = null, code = null }: ApiError): Refused {
  return { ok: false, status: 400, error: { message, type, param, code } };
}

/** What would be told on a socket, with the status for its close code. */
function refusedBy({ error, closeCode, retrySeconds }: Refusal): Refused {
  if (retrySeconds !== undefined) return { ...invalid(error), status: 429, retrySeconds };
  return { ...invalid(error), status: statusOf[closeCode] ?? 400 };
}

const statusOf: Readonly<Record<number, number>> = { 3000: 401, 4000: 400, 1001: 503, 1013: 503, 1011: 500 };
