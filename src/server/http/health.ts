import { Hono } from 'hono';
import type { HttpHouse } from './house.ts';
import { allowOnly } from './methods.ts';

/** `/healthz`: the process answers. `/readyz`: it takes new sessions; 503 while draining. Neither needs a key. */
export function healthRoutes(house: Pick<HttpHouse, 'isDraining'>): Hono {
  const app = new Hono();
  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/readyz', (context) =>
    house.isDraining() ? context.json({ status: 'draining' }, 503) : context.json({ status: 'ready' }),
  );
  allowOnly(app, '/healthz', ['GET']);
  allowOnly(app, '/readyz', ['GET']);
  return app;
}
