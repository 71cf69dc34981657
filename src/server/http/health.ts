import { Hono } from 'hono';
import type { HttpHouse } from './house.ts';
import { allowOnly } from './methods.ts';

/**
 * `/healthz`: the process answers. `/readyz`: it takes new sessions; 503 while draining, and while all models are relayed and
 * no upstream is in use. Neither needs a key.
 */
export function healthRoutes(house: Pick<HttpHouse, 'isDraining' | 'isServable'>): Hono {
  const app = new Hono();
  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/readyz', (context) => {
    if (house.isDraining()) return context.json({ status: 'draining' }, 503);
    return house.isServable() ? context.json({ status: 'ready' }) : context.json({ status: 'no upstream' }, 503);
  });
  allowOnly(app, '/healthz', ['GET']);
  allowOnly(app, '/readyz', ['GET']);
  return app;
}
