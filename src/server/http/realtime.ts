import { Hono } from 'hono';
import { realtimePath, translationsPath } from '../admission/decide.ts';
import { httpErrors, httpStatuses } from '../admission/http-errors.ts';
import { allowOnly } from './methods.ts';

/** What a plain request to a WebSocket endpoint is told; upgrades never come here. */
export function realtimeRoutes(): Hono {
  const app = new Hono();
  for (const path of [realtimePath, translationsPath]) {
    app.get(path, (context) =>
      context.json({ error: httpErrors.upgradeRequired() }, httpStatuses.upgradeRequired, {
        Upgrade: 'websocket',
        Connection: 'Upgrade',
      }),
    );
    allowOnly(app, path, ['GET']);
  }
  return app;
}
