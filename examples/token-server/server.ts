/** Hands out client secrets. Browsers then talk to the endpoint themselves, and never see the key. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const { REALTIME_URL = 'http://127.0.0.1:8080/v1/realtime?model=any', REALTIME_KEY = 'none' } = process.env;
const { APP_ORIGIN = 'http://localhost:3000', PORT = '3000' } = process.env;
const endpoint = new URL(REALTIME_URL);
const session = {
  type: 'realtime',
  model: endpoint.searchParams.get('model'),
  instructions: 'You are the voice of our shop. Be brief.',
};

const app = new Hono();

app.post('/token', async (context) => {
  if (context.req.header('origin') !== APP_ORIGIN) return context.text('This is not our page.', 403);
  // Your sign-in goes here: whoever holds a secret talks at your expense.
  const answer = await fetch(new URL('/v1/realtime/client_secrets', endpoint), {
    method: 'POST',
    headers: { Authorization: `Bearer ${REALTIME_KEY}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ session, expires_after: { anchor: 'created_at', seconds: 60 } }),
  }).catch(() => null);
  if (!answer?.ok) return context.text('There is nobody to talk to.', 502);
  const { value, expires_at } = await answer.json();
  return context.json({ value, expires_at }, 200, { 'Cache-Control': 'no-store' });
});

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(PORT) }, ({ port }) => {
  console.log(`Listening on http://127.0.0.1:${port}`);
});
