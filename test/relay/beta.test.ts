import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connect } from '../e2e/peer.ts';
import { serve, textTurn } from '../e2e/test-server.ts';
import { relayed } from './answering-upstream.ts';
import { overWebSocket } from './faulty-upstream.ts';

const betaHeader = { 'openai-beta': 'realtime=v1' };
const compatibility = { betaHeader: 'translate' } as const;
const betaTurn = [textTurn[0], { type: 'response.create', response: { modalities: ['text'] } }];

/** Our own server, speaking the beta, where Azure had it; the addresses that were asked are written down. */
async function azurePreview() {
  const server = await serve({ compatibility });
  const asked: string[] = [];
  const keys: unknown[] = [];
  const { url } = await overWebSocket((socket, request) => {
    asked.push(request.url ?? '');
    keys.push(request.headers['api-key']);
    const behind = new WebSocket(server.realtime, { headers: betaHeader });
    const early: string[] = [];
    socket.on('message', (data) => {
      if (behind.readyState === WebSocket.OPEN) behind.send(String(data));
      else early.push(String(data));
    });
    behind.on('open', () => early.forEach((text) => behind.send(text)));
    behind.on('message', (data) => socket.send(String(data)));
    behind.on('close', () => socket.close(1000));
    socket.on('close', () => behind.close(1000));
  });
  return { url: new URL(url).origin, asked, keys };
}

describe('the beta shape', () => {
  it('of a client is translated on its way to an upstream that speaks today’s', async () => {
    const upstream = await serve();
    const models = { '*': { relay: { upstreams: [{ url: `${upstream.ws}/v1/realtime` }] } } };
    const relay = await serve({ models, compatibility });
    const peer = await connect(relay.realtime, { headers: betaHeader });
    expect(await peer.event('session.created')).toMatchObject({ session: { modalities: ['text', 'audio'] } });
    for (const event of betaTurn) peer.send(event);
    await peer.event('response.done');
    expect(peer.events.map(({ type }) => type)).toContain('response.text.delta');
    peer.socket.close(1000);
    await peer.closed();
  });

  it('of an upstream is translated on its way to a client that speaks today’s, and locks hold', async () => {
    const upstream = await azurePreview();
    const relay = {
      upstreams: [{ kind: 'azure-preview' as const, url: upstream.url, apiKey: 'k', deployment: 'd', apiVersion: 'v' }],
      lock: ['instructions' as const],
    };
    const server = await serve({ models: { echo: { relay } } });
    const peer = await connect(server.realtime);
    expect(await peer.event('session.created')).toMatchObject({
      session: { type: 'realtime', output_modalities: ['audio'], audio: { output: { voice: expect.any(String) } } },
    });
    expect([upstream.asked, upstream.keys]).toEqual([['/openai/realtime?api-version=v&deployment=d'], ['k']]);
    peer.send({ type: 'session.update', session: { type: 'realtime', instructions: 'x' } });
    expect(await peer.event('error')).toMatchObject({ error: { param: 'session.instructions' } });
    peer.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
    expect(await peer.event('session.updated')).toMatchObject({ session: { output_modalities: ['text'] } });
    for (const event of textTurn) peer.send(event);
    expect(await peer.event('response.done')).toMatchObject({ response: { status: 'completed' } });
    const types = peer.events.map(({ type }) => type);
    expect(types).toContain('response.output_text.delta');
    expect(types.filter((type) => type.startsWith('conversation.item.'))).toEqual([
      'conversation.item.added',
      'conversation.item.done',
      'conversation.item.added',
    ]);
    peer.socket.close(1000);
    await peer.closed();
  });

  it('is not asked of an upstream by a client that is served today’s all the same', async () => {
    const { peer, session } = await relayed({ client: { headers: betaHeader } });
    expect(session.request.headers['openai-beta']).toBeUndefined();
    peer.socket.terminate();
  });
});
