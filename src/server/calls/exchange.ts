import { OfferError, PeersUnavailableError } from '../../media/peer.ts';
import { closed, decideCall, decideClaimed, type House, type SessionEntrance, spentOf } from '../admission/decide.ts';
import { httpErrors } from '../admission/http-errors.ts';
import { overLimit } from '../admission/over-limit.ts';
import { placed, placedAgain } from '../admission/placed.ts';
import { refusals } from '../admission/refusal.ts';
import { settledSession } from '../admission/settled-session.ts';
import type { Place } from '../metering/places.ts';
import { open } from '../open.ts';
import type { Found } from '../resume/resuming.ts';
import { type AnsweredCall, beginCall } from './call.ts';
import { newCallId } from './call-id.ts';
import { type CallRequest, targetOf } from './call-request.ts';
import { layered } from './call-session.ts';
import { type Exchanged, invalid, type RefusedCall, refusal, refusedBy } from './exchanged.ts';
import type { CallLine } from './line.ts';
import { type PassOnOptions, passOn, passOnMistake } from './pass-on.ts';

export interface ExchangeOptions extends PassOnOptions {
  readonly house: House;
  readonly line: Pick<CallLine, 'answer'>;
}

type Opening = Extract<SessionEntrance, { answer: 'open' }>;
type Relaying = Extract<SessionEntrance, { answer: 'relay' }>;

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
  if (request.found !== undefined) return takeUp(options, request, request.found);
  const entrance = admitted(options, request);
  if ('ok' in entrance) return entrance;
  return placed(options.house, options.sessions, entrance, (given) =>
    given.answer === 'refuse' ? refusedBy(given.refusal) : answer(options, request, given),
  );
}

/** Has a session go on in the call, once its offer is known to be good. */
async function takeUp(options: ExchangeOptions, request: CallRequest, found: Found): Promise<Exchanged> {
  if (found.is === 'refused') return refusedBy(found.refusal);
  if (request.session !== null) return refusal('unknownField', httpErrors.unknownField('session'));
  let place: Place | undefined;
  const entrance = async (): Promise<Opening | RefusedCall> => {
    const given = await claimed(options, request, found);
    if (!('ok' in given)) place = given.place;
    return given;
  };
  const late = (): RefusedCall | null => tooLate(options, request);
  const made = takeRequest(options, request) ?? (await answerHere(options, { request, entrance, late }));
  if (!made.ok) place?.release();
  return made;
}

/** The session that the call takes up. Where it is open here, it ends here: it goes on with the sound of the new call. */
async function claimed(
  options: ExchangeOptions,
  request: CallRequest,
  found: Exclude<Found, { is: 'refused' }>,
): Promise<Opening | RefusedCall> {
  const { house, resuming, sessions, log } = options;
  const { account, header } = request;
  const shut = closed(header, house);
  if (shut !== null) return refusedBy(shut.refusal);
  try {
    const claim = await (found.is === 'here' ? resuming.claimHere(found.resumption) : resuming.claim(found));
    if ('closeCode' in claim) return refusedBy(claim);
    const entrance = decideClaimed(claim, house, { account, header });
    if (entrance.answer === 'open') return await placedAgain(sessions, entrance, claim.written.holder);
    return refusedBy(entrance.answer === 'relay' ? refusals.resumeNotAvailable() : entrance.refusal);
  } catch (cause) {
    log.warn('a session could not be looked for', { err: cause });
    return refusedBy(refusals.stateUnavailable());
  }
}

/** Answers the offer of one who may have the call. */
async function answer(
  options: ExchangeOptions,
  request: CallRequest,
  entrance: Opening | Relaying,
): Promise<Exchanged> {
  const arrived = expect(options, request); // others may ask while the offer is answered
  let made: Exchanged | null = null;
  try {
    made = takeRequest(options, request) ?? (await answerByKind(options, request, entrance));
    return made;
  } finally {
    arrived();
    if (made?.ok !== true) entrance.place?.release();
  }
}

function answerByKind(
  options: ExchangeOptions,
  request: CallRequest,
  entrance: Opening | Relaying,
): Promise<Exchanged> {
  const late = (): RefusedCall | null => tooLate(options, request);
  if (entrance.answer === 'relay') return passOn(options, { request, entrance, late });
  return answerHere(options, { request, entrance: () => entrance, late });
}

interface Admitted {
  readonly request: CallRequest;
  /** Asked once the offer was answered. */
  readonly entrance: () => Opening | RefusedCall | Promise<Opening | RefusedCall>;
  /** Why there is to be no call after all. */
  readonly late: () => RefusedCall | null;
}

async function answerHere(options: ExchangeOptions, { request, entrance, late }: Admitted): Promise<Exchanged> {
  try {
    const answered = await options.line.answer(request.offer);
    const given = late() ?? (await entrance());
    if (!('ok' in given)) return begin(options, { request, entrance: given, answered });
    answered.sound.end();
    answered.peer.close();
    return given;
  } catch (cause) {
    if (cause instanceof OfferError) return refusal('badOffer', httpErrors.badOffer(cause.message));
    if (!(cause instanceof PeersUnavailableError)) throw cause;
    return refusal('callsUnavailable', httpErrors.callsUnavailable(cause.message));
  }
}

/** A call counts as a request of its key, as a client secret does. */
function takeRequest({ house }: ExchangeOptions, { account }: CallRequest): RefusedCall | null {
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
function admitted(
  { house, mcp, upstreamsOf }: ExchangeOptions,
  request: CallRequest,
): Opening | Relaying | RefusedCall {
  const { query, session } = request;
  const ofAddress = query.get('model') || null;
  const ofSession = session?.model || null;
  if (ofAddress !== null && ofSession !== null && ofAddress !== ofSession) {
    return refusal('modelTwice', httpErrors.modelTwice(ofSession, ofAddress));
  }
  const asked = new URLSearchParams(query);
  if (ofSession !== null) asked.set('model', ofSession);
  const entrance = decideCall(asked, house, request);
  const param = ofSession === null ? 'model' : 'session.model';
  if (entrance.answer === 'refuse') return withModelAt(param, refusedBy(entrance.refusal));
  const { settled: bound } = entrance;
  const isOfCall = bound?.type === 'realtime' || bound?.type === 'transcription'; // no other is let in
  const all = layered(isOfCall ? bound : null, session);
  if (!all.ok) return invalid(all.error);
  if (entrance.answer === 'relay') {
    const mistake = passOnMistake(upstreamsOf(entrance.relay), entrance, session);
    if (mistake !== null) return withModelAt(param, mistake);
    return all.session === null ? entrance : { ...entrance, settled: all.session };
  }
  if (all.session === null) return entrance;
  const settled = settledSession(all.session, entrance.modelName, mcp.rules);
  if (!settled.ok) return invalid(settled.error);
  const asksToResume = entrance.asksToResume === true || all.session.resumption?.enabled === true;
  return { ...entrance, settled: all.session, asksToResume };
}

/** A mistake of the model is told of the place where that was named. */
function withModelAt(param: string, refused: RefusedCall): RefusedCall {
  return refused.error.param === 'model' ? { ...refused, error: { ...refused.error, param } } : refused;
}

/** What has changed meanwhile. */
function tooLate({ house }: ExchangeOptions, { account, signal }: CallRequest): RefusedCall | null {
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
  const target = targetOf(request);
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
    open: (wire, media) =>
      open(options, entrance, { wire, media, transport: 'webrtc', target, callId: id, header, log }),
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
