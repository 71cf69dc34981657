import { Hono } from 'hono';
import { readinessOf } from '../together.ts';
import type { HttpHouse } from './house.ts';
import { allowOnly } from './methods.ts';

/**
 * `/healthz`: the process answers. `/readyz`: it takes new sessions; 503 while draining, and while all models are relayed and
 * no upstream is in use, and while the shared state is away and nobody is let in without it. It answers for all that serve as one. Neither needs a key.
 */
export function healthRoutes({ readiness }: Pick<HttpHouse, 'readiness'>): Hono {
  const app = new Hono();
  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/readyz', async (context) => {
    const status = readinessOf(await readiness());
    return context.json({ status }, status === 'ready' ? 200 : 503);
  });
  allowOnly(app, '/healthz', ['GET']);
  allowOnly(app, '/readyz', ['GET']);
  return app;
}
