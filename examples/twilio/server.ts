/** Answers the telephone: point a Twilio number at POST https://YOUR.HOST/call, and it talks to the endpoint. */
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { WebSocketServer } from 'ws';
import { bridge } from './bridge.ts';

const { PORT = '3000', PUBLIC_HOST = `127.0.0.1:${PORT}` } = process.env;
const app = new Hono();

// In earnest, check X-Twilio-Signature here, and give the stream a parameter that only this answer knows.
app.post('/call', (context) => {
  const twiml = `<Response><Connect><Stream url="wss://${PUBLIC_HOST}/stream" /></Connect></Response>`;
  return context.body(twiml, 200, { 'Content-Type': 'text/xml' });
});

const server = createServer(getRequestListener(app.fetch));
new WebSocketServer({ server, path: '/stream' }).on('connection', (stream) => {
  const call = bridge(stream);
  stream.on('message', (frame) => call.take(String(frame)));
  stream.on('close', () => call.hangUp());
});
server.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object') console.log(`Listening on http://127.0.0.1:${address?.port}`);
});
