import { Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { credentialOf, type Keyring } from '../auth.ts';
import type { SessionLog } from '../log.ts';
import type { McpRules } from '../mcp/rules.ts';
import type { Exposition } from '../metrics/exposition.ts';
import type { ModelTable } from '../models.ts';
import type { OriginRule } from '../origin.ts';
import type { Secrets } from '../secrets.ts';
import { clientSecretRoutes } from './client-secrets.ts';
import { httpErrors } from './errors.ts';
import { healthRoutes } from './health.ts';
import { metricsRoutes } from './metrics.ts';
import { modelRoutes } from './models.ts';
import { pageRoutes } from './page.ts';
import { realtimeRoutes } from './realtime.ts';
import { translationSecretRoutes } from './translation-secrets.ts';

/** What the routes need to know of the server. */
export interface HttpHouse {
  readonly keys: Keyring;
  readonly origins: OriginRule;
  readonly models: ModelTable;
  readonly secrets: Secrets;
  readonly mcpRules?: McpRules;
  readonly needsKey: boolean;
  readonly isDraining: () => boolean;
  /** Unix time at which the server started, in seconds. */
  readonly startedAt: number;
  readonly metrics: () => Promise<Exposition>;
  readonly log: SessionLog;
}

/** Everything the server answers by plain HTTP. A further part of the REST API is one more file with its routes. */
export function httpApp(house: HttpHouse): Hono {
  const app = new Hono();
  app.use('*', requireOrigin(house.origins)); // so that every origin after it is one to allow
  app.use('*', cors({ origin: (origin) => origin, allowMethods: ['GET', 'HEAD', 'POST'], maxAge: 600 }));
  app.use('/v1/*', requireKey(house.keys));
  app.route('/', healthRoutes(house));
  app.route('/', metricsRoutes(house));
  app.route('/', modelRoutes(house));
  app.route('/', clientSecretRoutes(house));
  app.route('/', translationSecretRoutes(house));
  app.route('/', realtimeRoutes());
  app.route('/', pageRoutes(house));
  app.notFound((context) => context.json({ error: httpErrors.unknownUrl(context.req.method, context.req.path) }, 404));
  app.onError((error, context) => {
    house.log.error('request failed', { path: context.req.path, err: error });
    return context.json({ error: httpErrors.internal() }, 500);
  });
  return app;
}

/** Keeps pages of foreign origins from using the server through a visitor's browser (contract). */
function requireOrigin(accepts: OriginRule): MiddlewareHandler {
  return async (context, next) => {
    if (!accepts(context.req.header('origin') ?? null)) {
      return context.json({ error: httpErrors.originNotAllowed() }, 403);
    }
    return next();
  };
}

function requireKey(keys: Keyring): MiddlewareHandler {
  return async (context, next) => {
    const verdict = keys.check(credentialOf((name) => context.req.header(name)));
    if (verdict === 'accepted') return next();
    const error = verdict === 'missing' ? httpErrors.noCredentials() : httpErrors.wrongKey();
    return context.json({ error }, 401, { 'WWW-Authenticate': 'Bearer' });
  };
}
