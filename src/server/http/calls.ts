import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type HttpError, httpErrors, httpStatuses } from '../admission/http-errors.ts';
import { credentialOf, type Keyring } from '../admission/keys.ts';
import { readCallBody } from '../calls/call-request.ts';
import type { Call } from '../calls/directory.ts';
import type { CallRequest, Exchanged } from '../calls/exchange.ts';
import type { AppEnv } from './app-env.ts';
import { limitBody } from './client-secrets.ts';
import { allowOnly } from './methods.ts';

/** Where calls begin. */
export const callsPath = '/v1/realtime/calls';

/** What becomes of a call after its offer, and is asked of it by its id. */
const verbs = ['hangup', 'accept', 'reject', 'refer'] as const;

export interface CallHouse {
  readonly keys: Keyring;
  readonly findCall: (id: string, owner: string) => Call | null;
  readonly exchange: (request: CallRequest) => Promise<Exchanged>;
}

/** `POST /v1/realtime/calls`, and the control of calls (behaviour §7.1, §7.5). */
export function callRoutes(house: CallHouse): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.post(callsPath, limitBody(), async (context) => {
    const body = await readCallBody(context.req.raw);
    const made = body.ok ? await house.exchange({ ...body, ...whoAsks(context, house) }) : body;
    if (!made.ok) return fail(context, made.status, made.error);
    return context.body(made.answer, 201, {
      'Content-Type': 'application/sdp',
      Location: `${callsPath}/${made.id}`,
    });
  });
  allowOnly(app, callsPath, ['POST']);
  for (const verb of verbs) {
    const path = `${callsPath}/:id/${verb}`;
    app.post(path, (context) => control(context, house, verb));
    allowOnly(app, path, ['POST']);
  }
  return app;
}

function whoAsks(context: Context<AppEnv>, { keys }: CallHouse): Omit<CallRequest, 'offer' | 'session'> {
  const header = (name: string): string | undefined => context.req.header(name);
  const binding = context.get('binding') ?? null;
  return {
    query: new URL(context.req.url).searchParams,
    header,
    address: context.env.address,
    owner: binding?.owner ?? keys.ownerOf(credentialOf(header)),
    bound: binding?.bound ?? null,
    signal: context.req.raw.signal,
  };
}

/** A call over WebRTC began with its offer: there is nothing to accept, and nowhere to send it. */
function control(context: Context<AppEnv>, house: CallHouse, verb: (typeof verbs)[number]): Response {
  const id = context.req.param('id') ?? '';
  const owner = house.keys.ownerOf(credentialOf((name) => context.req.header(name)));
  const call = house.findCall(id, owner);
  if (call === null) return fail(context, httpStatuses.unknownCall, httpErrors.unknownCall(id));
  if (verb !== 'hangup') return fail(context, httpStatuses.callIsUp, httpErrors.callIsUp(id));
  call.hangUp();
  return context.body(null, 200);
}

function fail(context: Context<AppEnv>, status: number, error: HttpError): Response {
  return context.json({ error }, status as ContentfulStatusCode);
}
