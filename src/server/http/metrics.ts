import { Hono } from 'hono';
import type { HttpHouse } from './house.ts';
import { allowOnly } from './methods.ts';

/** `GET /metrics`: what the server has done, as Prometheus text. Needs no key. */
export function metricsRoutes({ metrics }: Pick<HttpHouse, 'metrics'>): Hono {
  const app = new Hono();
  app.get('/metrics', async (context) => {
    const { text, contentType } = await metrics();
    return context.body(text, 200, { 'Content-Type': contentType });
  });
  allowOnly(app, '/metrics', ['GET']);
  return app;
}
