import { Hono } from 'hono';
import { realtimePath } from '../entrance.ts';
import { httpErrors } from './errors.ts';
import { allowOnly } from './methods.ts';

/** What a plain request to the WebSocket endpoint is told; upgrades never come here. */
export function realtimeRoutes(): Hono {
  const app = new Hono();
  app.get(realtimePath, (context) =>
    context.json({ error: httpErrors.upgradeRequired() }, 426, { Upgrade: 'websocket', Connection: 'Upgrade' }),
  );
  allowOnly(app, realtimePath, ['GET']);
  return app;
}
