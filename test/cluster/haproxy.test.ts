import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { describe, expect, it, onTestFinished } from 'vitest';
import { redisState, systemClock } from '../../src/server/index.ts';
import { call } from '../calls/caller.ts';
import { until } from '../clients/until.ts';
import { connect } from '../e2e/peer.ts';
import { serve, type TestServer, textTurn } from '../e2e/test-server.ts';
import { frontOf } from './front.ts';
import { haproxy } from './haproxy.ts';
import { redisOfFile } from './redis-server.ts';

const key = 'sk-test';
const headers = { authorization: `Bearer ${key}` };
const clock = systemClock();
const redis = redisOfFile();

/** Three nodes that share a Redis of their own, and haproxy before them. */
async function endpoint(): Promise<{ url: string; nodes: readonly TestServer[] }> {
  const front = await frontOf(redis.path);
  const prefix = `${randomUUID()}:`;
  const nodes = [];
  for (const id of ['aaaaaa', 'bbbbbb', 'cccccc']) {
    const state = await redisState({ url: front.url, secret: 'a secret', prefix, clock });
    onTestFinished(() => state.close());
    nodes.push(await serve({ state, node: { id }, auth: { keys: [key] }, webrtc: { publicIp: ['127.0.0.1'] } }));
  }
  const { url, cert } = await haproxy(nodes.map((node) => node.url));
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(cert, 'utf8')]);
  return { url, nodes };
}

describe('three nodes behind haproxy', () => {
  it('hold a conversation with a stock client by a client secret that any of them has made', async () => {
    const { url } = await endpoint();
    const client = new OpenAI({ apiKey: key, baseURL: `${url}/v1`, maxRetries: 0 });
    for (let turn = 0; turn < 4; turn += 1) {
      const { value } = await client.realtime.clientSecrets.create({ session: { type: 'realtime', model: 'echo' } });
      const session = new OpenAIRealtimeWS(
        { model: 'echo' },
        new OpenAI({ apiKey: value, baseURL: `${url}/v1`, maxRetries: 0 }),
      );
      const said = new Promise<string>((resolve, reject) => {
        session.on('response.output_text.done', ({ text }) => resolve(text));
        session.on('error', reject);
      });
      session.on('session.created', () => {
        session.send({
          type: 'conversation.item.create',
          item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
        });
        session.send({ type: 'response.create', response: { output_modalities: ['text'] } });
      });
      expect(await said).toBe('You said: Hello');
      session.close();
    }
  });

  it('have a call, whose sidebands and hang-up come to it wherever haproxy sends them', async () => {
    const { url } = await endpoint();
    const caller = await call(url, { key });
    await caller.event('session.created');
    const ws = url.replace('https', 'wss');
    for (let turn = 1; turn <= 4; turn += 1) {
      const sideband = await connect(`${ws}/v1/realtime?call_id=${caller.id}`, { headers });
      await sideband.event('session.created');
      for (const event of textTurn) sideband.send(event);
      await sideband.event('response.output_text.done');
      await until('the same on the call', () => {
        return caller.events.filter(({ type }) => type === 'response.output_text.done').length === turn;
      });
      sideband.socket.close(4000, 'next');
      expect(await sideband.closed()).toEqual({ code: 4000, reason: 'next' });
    }
    const hangUp = `${url}/v1/realtime/calls/${caller.id}/hangup`;
    expect((await fetch(hangUp, { method: 'POST', headers })).status).toBe(200);
    await caller.closed();
    expect((await fetch(hangUp, { method: 'POST', headers })).status).toBe(404);
    expect((await fetch(`${url}/admin/sessions`, { headers })).status).toBe(403);
  });

  it('go on without one that has been stopped, and no session is refused', async () => {
    const { url, nodes } = await endpoint();
    await nodes[0]?.close();
    for (let session = 0; session < 6; session += 1) {
      const peer = await connect(`${url.replace('https', 'wss')}/v1/realtime?model=echo`, { headers });
      expect((await peer.event('session.created')).type).toBe('session.created');
      peer.socket.close();
    }
  });
});
