import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { checkCallReferRequest } from '../../protocol/bodies.ts';
import { parseJson } from '../../protocol/parse.ts';
import { handleIn } from '../admission/decide.ts';
import { type HttpError, httpErrors, httpStatuses } from '../admission/http-errors.ts';
import { retryAfter } from '../admission/over-limit.ts';
import { refusals } from '../admission/refusal.ts';
import { type CallRequest, readCallBody } from '../calls/call-request.ts';
import type { Call } from '../calls/directory.ts';
import type { Exchanged } from '../calls/exchanged.ts';
import type { SessionLog } from '../log.ts';
import type { Found, Resuming } from '../resume/resuming.ts';
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

/** A call over WebRTC began with its offer: there is nothing to accept, and nowhere to send it. A telephone's can be sent on. */
async function control(context: Context<AppEnv>, house: CallHouse, verb: (typeof verbs)[number]): Promise<Response> {
  const id = context.req.param('call_id') ?? '';
  const call = house.findCall(id, askerOf(house, context).owner);
  if (call === null) {
    const answer = await passOn(context, house, id);
    return answer ?? fail(context, httpStatuses.unknownCall, httpErrors.unknownCall(id));
  }
  if (verb === 'refer' && call.refer) return refer(context, call.refer);
  if (verb !== 'hangup') return fail(context, httpStatuses.callIsUp, httpErrors.callIsUp(id));
  call.hangUp();
  return context.body(null, 200);
}

/** Sends a call on to another number. */
async function refer(context: Context<AppEnv>, to: NonNullable<Call['refer']>): Promise<Response> {
  const json = parseJson(await context.req.text());
  const checked = json.ok ? checkCallReferRequest(json.value) : json;
  if (!checked.ok) {
    const { message, type, param = null, code = null } = checked.error;
    return fail(context, 400, { message, type, param, code });
  }
  const outcome = await to(checked.value.target_uri);
  if (outcome === 'done') return context.body(null, 200);
  const name = outcome === 'refused' ? 'referRefused' : 'referFailed';
  return fail(context, httpStatuses[name], httpErrors[name]());
}

function fail(
  context: Context<AppEnv>,
  status: number,
  error: HttpError,
  headers: Record<string, string> = {},
): Response {
  return context.json({ error }, status as ContentfulStatusCode, headers);
}
