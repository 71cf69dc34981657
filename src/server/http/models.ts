import { Hono } from 'hono';
import { openTo } from '../models.ts';
import type { AppEnv } from './app-env.ts';
import { askerOf } from './asker.ts';
import type { HttpHouse } from './house.ts';
import { allowOnly } from './methods.ts';

/** `/v1/models`: the configured models that the key may ask for, in the list shape of the OpenAI REST API. */
export function modelRoutes(
  house: Pick<HttpHouse, 'models' | 'startedAt' | 'keys' | 'accounts' | 'now'>,
): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get('/v1/models', (context) => {
    const { names } = openTo(house.models, askerOf(house, context).account.policy.models);
    const data = names.map((id) => ({ id, object: 'model', created: house.startedAt, owned_by: 'antiphon' }));
    return context.json({ object: 'list', data });
  });
  allowOnly(app, '/v1/models', ['GET']);
  return app;
}
