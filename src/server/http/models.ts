import { Hono } from 'hono';
import type { HttpHouse } from './house.ts';
import { allowOnly } from './methods.ts';

/** `/v1/models`: the configured models, in the list shape of the OpenAI REST API. */
export function modelRoutes(house: Pick<HttpHouse, 'models' | 'startedAt'>): Hono {
  const app = new Hono();
  const data = house.models.names.map((id) => ({
    id,
    object: 'model',
    created: house.startedAt,
    owned_by: 'antiphon',
  }));
  app.get('/v1/models', (context) => context.json({ object: 'list', data }));
  allowOnly(app, '/v1/models', ['GET']);
  return app;
}
