import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { type Binding, withSecret } from '../admission/client-secrets.ts';
import type { Caller, KeyVerdict, TurnedAway } from '../admission/door.ts';
import { httpErrors, httpStatuses } from '../admission/http-errors.ts';
import { adminRoutes } from './admin.ts';
import type { AppEnv } from './app-env.ts';
import { limitHeaderNames } from './asker.ts';
import { callRoutes, callsPath } from './calls.ts';
import { clientSecretRoutes } from './client-secrets.ts';
import { consoleRoutes } from './console.ts';
import { healthRoutes } from './health.ts';
import type { HttpHouse } from './house.ts';
import { metricsRoutes } from './metrics.ts';
import { modelRoutes } from './models.ts';
import { pageRoutes } from './page.ts';
import { realtimeRoutes } from './realtime.ts';
import { telephonyRoutes } from './telephony.ts';
import { translationSecretRoutes } from './translation-secrets.ts';

/** What pages of other origins may ask by. */
const allowMethods = ['GET', 'HEAD', 'POST', 'DELETE'];

/** What pages of other origins may read of an answer: where a call is, when to ask again, and what is left of limits. */
const exposeHeaders = ['Location', 'Retry-After', ...limitHeaderNames];

/** Everything the server answers by plain HTTP. A further part of the REST API is one more file with its routes. */
export function httpApp(house: HttpHouse): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.post(callsPath, knowSecret(house));
  // Carriers come by whatever name the server has outside, without a key: their signature is what counts.
  app.route('/', telephonyRoutes(house));
  app.use('*', requireWelcome(house)); // so that every origin after it is one to allow
  app.use('*', cors({ origin: (origin) => origin, allowMethods, exposeHeaders, maxAge: 600 }));
  app.use(
    '/v1/*',
    requireKey((context) => house.door.judge(callerOf(context))),
  );
  app.route('/', healthRoutes(house));
  app.route('/', metricsRoutes(house));
  app.route('/', modelRoutes(house));
  app.route('/', clientSecretRoutes(house));
  app.route('/', translationSecretRoutes(house));
  app.route('/', callRoutes(house));
  app.route(
    '/',
    adminRoutes(
      house,
      requireKey((context) => house.admins.judge(callerOf(context))),
    ),
  );
  app.route('/', realtimeRoutes());
  if (house.console) app.route('/', consoleRoutes());
  app.route('/', pageRoutes(house));
  app.notFound((context) =>
    context.json({ error: httpErrors.unknownUrl(context.req.method, context.req.path) }, httpStatuses.unknownUrl),
  );
  app.onError((error, context) => {
    // Whoever asked may be gone, or too slow for the rest of the body: there is nobody to answer, and nothing failed.
    if (!context.req.raw.signal.aborted) house.log.error('request failed', { path: context.req.path, err: error });
    return context.json({ error: httpErrors.internal() }, httpStatuses.internal);
  });
  return app;
}

/** Keeps pages of foreign origins, and names that are not the server's, from using it through a visitor's browser (contract). */
function requireWelcome({ door, admins }: HttpHouse): MiddlewareHandler<AppEnv> {
  return async (context, next) => {
    const caller = callerOf(context);
    // An operator's key is as good as any, where it opens something.
    const isAdmin = context.req.path.startsWith('/admin/') && admins.holds(caller);
    const turnedAway = door.turnsAway({ ...caller, holdsSecret: caller.holdsSecret || isAdmin });
    return turnedAway === null ? next() : refuse(context, turnedAway);
  };
}

function requireKey(judge: (context: Context<AppEnv>) => KeyVerdict): MiddlewareHandler<AppEnv> {
  return async (context, next) => {
    const verdict = judge(context);
    if (verdict === 'accepted') return next();
    if (typeof verdict === 'object') return refuse(context, verdict);
    const which = verdict === 'missing' ? 'noCredentials' : 'wrongKey';
    return context.json({ error: httpErrors[which]() }, httpStatuses[which], { 'WWW-Authenticate': 'Bearer' });
  };
}

/** Of all that is asked by plain HTTP a client secret opens calls. */
function knowSecret(house: HttpHouse): MiddlewareHandler<AppEnv> {
  return async (context, next) => {
    const binding = await new Promise<Binding | null>((go) =>
      withSecret(house, (name) => context.req.header(name), go),
    );
    if (binding !== null) context.set('binding', binding);
    return next();
  };
}

function callerOf(context: Context<AppEnv>): Caller {
  return {
    header: (name) => context.req.header(name),
    address: context.env.address,
    holdsSecret: context.get('binding') !== undefined,
  };
}

function refuse(context: Context<AppEnv>, { status, error, headers }: TurnedAway): Response {
  return context.json({ error }, status, { ...headers });
}
