import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import {
  type BodyCheck,
  checkCallAcceptRequest,
  checkCallReferRequest,
  checkCallRejectRequest,
} from '../../protocol/bodies.ts';
import { parseJson } from '../../protocol/parse.ts';
import type { RealtimeSession } from '../../protocol/types.ts';
import { handleIn } from '../admission/decide.ts';
import { type HttpError, httpErrors, httpStatuses } from '../admission/http-errors.ts';
import { retryAfter } from '../admission/over-limit.ts';
import { refusals } from '../admission/refusal.ts';
import { type CallRequest, readCallBody } from '../calls/call-request.ts';
import type { Call } from '../calls/directory.ts';
import type { Exchanged } from '../calls/exchanged.ts';
import type { SessionLog } from '../log.ts';
import type { Found, Resuming } from '../resume/resuming.ts';
import { type Answered, reject as rejectCall } from '../telephony/sip/accept.ts';
import type { IncomingCall } from '../telephony/sip/incoming-call.ts';
import type { AppEnv } from './app-env.ts';
import { type AccountHouse, askerOf, limitHeaders } from './asker.ts';
import { limitBody } from './client-secrets.ts';
import { allowOnly } from './methods.ts';
import { type PassingHouse, passOn, passOnTo } from './pass-on.ts';

/** Where calls begin. */
export const callsPath = '/v1/realtime/calls';

/** What becomes of a call after its offer, and is asked of it by its id. */
const verbs = ['hangup', 'accept', 'reject', 'refer'] as const;

export interface CallHouse extends AccountHouse, PassingHouse {
  readonly findCall: (id: string, owner: string) => Call | null;
  /** A call that has come by SIP, or that there was one. */
  readonly findIncoming: (id: string, owner: string) => IncomingCall | 'ended' | null;
  readonly accept: (call: IncomingCall, session: RealtimeSession) => Promise<Answered>;
  readonly exchange: (request: CallRequest) => Promise<Exchanged>;
  readonly resuming: Pick<Resuming, 'find'>;
  readonly log: Pick<SessionLog, 'warn'>;
}

/** `POST /v1/realtime/calls`, and the control of calls (behaviour §7.1, §7.5). */
export function callRoutes(house: CallHouse): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.post(callsPath, limitBody(), async (context) => {
    const asker = whoAsks(context, house);
    const found = await find(asker, house);
    const passed = found.is === 'elsewhere' ? await passOnTo(context, house, found.node) : null;
    if (passed !== null) return passed;
    const body = await readCallBody(context.req.raw);
    if (!body.ok) return fail(context, body.status, body.error);
    const made = await house.exchange({ ...body, ...asker, ...(found.is !== 'new' && { found }) });
    for (const [name, value] of Object.entries(limitHeaders(asker.account, house.now()))) context.header(name, value);
    if (!made.ok) return fail(context, made.status, made.error, retryAfter(made.retrySeconds));
    return context.body(made.answer, 201, {
      'Content-Type': 'application/sdp',
      Location: `${callsPath}/${made.id}`,
    });
  });
  allowOnly(app, callsPath, ['POST']);
  for (const verb of verbs) {
    const path = `${callsPath}/:call_id/${verb}`;
    app.post(path, limitBody(), (context) => control(context, house, verb));
    allowOnly(app, path, ['POST']);
  }
  return app;
}

/** The session that the call is to take up, and where it is. Never rejects. */
async function find({ query, owner }: ReturnType<typeof whoAsks>, house: CallHouse): Promise<Found | { is: 'new' }> {
  const handle = handleIn(query);
  if (handle === null) return { is: 'new' };
  try {
    return await house.resuming.find({ handle, owner });
  } catch (cause) {
    house.log.warn('a session could not be looked for', { err: cause });
    return { is: 'refused', refusal: refusals.stateUnavailable() };
  }
}

function whoAsks(context: Context<AppEnv>, house: CallHouse): Omit<CallRequest, 'offer' | 'session'> {
  return {
    query: new URL(context.req.url).searchParams,
    header: (name) => context.req.header(name),
    address: context.env.address,
    ...askerOf(house, context),
    bound: context.get('binding')?.bound ?? null,
    signal: context.req.raw.signal,
  };
}

/** A call over WebRTC or a media stream is up from its beginning: only one by SIP is to be accepted. Telephones can be sent on. */
async function control(context: Context<AppEnv>, house: CallHouse, verb: (typeof verbs)[number]): Promise<Response> {
  const id = context.req.param('call_id') ?? '';
  const { owner } = askerOf(house, context);
  const incoming = verb === 'accept' || verb === 'reject' ? house.findIncoming(id, owner) : null;
  if (incoming === 'ended') return fail(context, httpStatuses.callEnded, httpErrors.callEnded(id));
  if (incoming !== null) return verb === 'accept' ? accept(context, house, incoming) : reject(context, incoming);
  const call = house.findCall(id, owner);
  if (call === null) {
    const answer = await passOn(context, house, id);
    return answer ?? fail(context, httpStatuses.unknownCall, httpErrors.unknownCall(id));
  }
  if (verb === 'refer' && call.refer) return refer(context, call.refer);
  if (verb === 'refer' && call.isRinging === true)
    return fail(context, httpStatuses.callRings, httpErrors.callRings(id));
  if (verb !== 'hangup') return fail(context, httpStatuses.callIsUp, httpErrors.callIsUp(id));
  call.hangUp();
  return context.body(null, 200);
}

/** Picks up a call that rings, with the session of the body. */
async function accept(context: Context<AppEnv>, house: CallHouse, call: IncomingCall): Promise<Response> {
  const read = readBody(await context.req.text(), checkCallAcceptRequest);
  return read.ok ? settle(context, await house.accept(call, read.value)) : fail(context, 400, read.error);
}

/** Turns down a call that rings. The body may be left out. */
async function reject(context: Context<AppEnv>, call: IncomingCall): Promise<Response> {
  const text = await context.req.text();
  const read = readBody(text.trim() === '' ? '{}' : text, checkCallRejectRequest);
  if (!read.ok) return fail(context, 400, read.error);
  const { status_code: status = 603 } = read.value;
  if (status < 300 || status > 699) return fail(context, httpStatuses.badStatus, httpErrors.badStatus(status));
  return settle(context, rejectCall(call, status));
}

function settle(context: Context<AppEnv>, answered: Answered): Response {
  if (answered.ok) return context.body(null, 200);
  return fail(context, answered.status, answered.error, retryAfter(answered.retrySeconds));
}

/** Sends a call on to another number. */
async function refer(context: Context<AppEnv>, to: NonNullable<Call['refer']>): Promise<Response> {
  const read = readBody(await context.req.text(), checkCallReferRequest);
  if (!read.ok) return fail(context, 400, read.error);
  const outcome = await to(read.value.target_uri);
  if (outcome === 'done') return context.body(null, 200);
  const name = outcome === 'refused' ? 'referRefused' : 'referFailed';
  return fail(context, httpStatuses[name], httpErrors[name]());
}

type Read<Body> = { readonly ok: true; readonly value: Body } | { readonly ok: false; readonly error: HttpError };

function readBody<Body>(text: string, check: BodyCheck<Body>): Read<Body> {
  const json = parseJson(text);
  const checked = json.ok ? check(json.value) : json;
  if (checked.ok) return checked;
  const { message, type, param = null, code = null } = checked.error;
  return { ok: false, error: { message, type, param, code } };
}

function fail(
  context: Context<AppEnv>,
  status: number,
  error: HttpError,
  headers: Record<string, string> = {},
): Response {
  return context.json({ error }, status as ContentfulStatusCode, headers);
}
