import { describe, expect, it } from 'vitest';
import { until } from '../clients/until.ts';
import { connect } from '../e2e/peer.ts';
import { serve } from '../e2e/test-server.ts';
import { answeringUpstream, relayed } from './answering-upstream.ts';

async function mint(url: string, session: object, key = 'sk-client', path = 'realtime/client_secrets') {
  const answer = await fetch(`${url}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ session }),
  });
  return { status: answer.status, body: await answer.json() };
}

describe('the settings of a relay', () => {
  it('are sent upstream before anything of the client, and their answer is shown to it', async () => {
    const { peer, session } = await relayed({
      relay: { session: { instructions: 'Be kind.', audio: { output: { voice: 'ash' } } } },
    });
    peer.send({ type: 'response.create' });
    await session.event('response.create');
    expect(session.types()).toEqual(['session.update', 'response.create']);
    expect(await session.event('session.update')).toMatchObject({
      session: { type: 'realtime', instructions: 'Be kind.', audio: { output: { voice: 'ash' } } },
    });
    session.socket.send(
      '{"type":"session.updated","event_id":"e","session":{"type":"realtime","instructions":"Be kind."}}',
    );
    expect(await peer.event('session.updated')).toMatchObject({ session: { instructions: 'Be kind.' } });
    peer.socket.terminate();
  });

  it('end the session where the upstream refuses them', async () => {
    const { peer, session } = await relayed({ relay: { session: { instructions: 'Be kind.' } } });
    const { event_id } = await session.event('session.update');
    const error = { type: 'invalid_request_error', code: 'invalid_value', message: 'No.', param: 'session', event_id };
    session.socket.send(JSON.stringify({ type: 'error', event_id: 'e', error }));
    expect(await peer.closed()).toMatchObject({ code: 1011 });
    expect(peer.events.map(({ type }) => type)).toEqual(['session.created', 'error']);
    expect(await session.closed()).toMatchObject({ code: 1011 });
  });

  it('are not those of a transcription session', async () => {
    const { peer, session } = await relayed({
      relay: { session: { instructions: 'Be kind.' } },
      query: '?intent=transcription',
    });
    peer.send({ type: 'input_audio_buffer.clear' });
    await session.event('input_audio_buffer.clear');
    expect(session.types()).toEqual(['input_audio_buffer.clear']);
    expect(session.request.url).toBe('/v1/realtime?intent=transcription');
    peer.socket.terminate();
  });

  it('that are locked answer a client that touches them, and its session goes on', async () => {
    const { peer, session } = await relayed({ relay: { lock: ['instructions'] } });
    const update = { type: 'session.update', event_id: 'mine', session: { type: 'realtime', instructions: 'x' } };
    peer.send(update);
    expect(await peer.event('error')).toMatchObject({
      error: {
        code: 'invalid_parameter',
        param: 'session.instructions',
        message: 'Locked by the server.',
        event_id: 'mine',
      },
    });
    peer.send({ type: 'response.create' });
    await session.event('response.create');
    expect(session.types()).toEqual(['response.create']);
    peer.socket.terminate();
  });
});

describe('the model of a relayed session', () => {
  it('is asked for by the name that the upstream has for it, in session.update as well', async () => {
    const { peer, session } = await relayed({ relay: { model: 'theirs' } });
    expect(session.request.url).toBe('/v1/realtime?model=theirs');
    peer.send({ type: 'session.update', session: { type: 'realtime', model: 'm', speed: 1 } });
    expect(await session.event('session.update')).toEqual({
      type: 'session.update',
      session: { type: 'realtime', model: 'theirs', speed: 1 },
    });
    peer.socket.terminate();
  });

  it('can not be changed, and its own name changes nothing', async () => {
    const { peer, session } = await relayed();
    peer.send({ type: 'session.update', event_id: 'mine', session: { type: 'realtime', model: 'dearer' } });
    expect(await peer.event('error')).toMatchObject({
      error: { code: 'invalid_model', param: 'session.model', event_id: 'mine' },
    });
    const same = '{ "type":"session.update", "session":{"type":"realtime","model":"m"} }';
    peer.socket.send(same);
    await until('the update', () => session.frames.length === 1);
    expect(session.frames[0]?.data.toString()).toBe(same);
    peer.socket.terminate();
  });

  it('that transcribes is called as the upstream calls it', async () => {
    const { peer, session } = await relayed({ upstream: { transcriptionModel: 'my-whisper' } });
    const audio = { input: { transcription: { model: 'whisper-1', language: 'en' } } };
    peer.send({ type: 'session.update', session: { type: 'realtime', audio } });
    expect(await session.event('session.update')).toMatchObject({
      session: { audio: { input: { transcription: { model: 'my-whisper', language: 'en' } } } },
    });
    peer.socket.terminate();
  });
});

describe('headers of the client', () => {
  it('are passed on where that is wanted, and no other is', async () => {
    const { peer, session } = await relayed({
      relay: { passHeaders: ['OpenAI-Safety-Identifier', 'x-gone'] },
      client: { headers: { 'openai-safety-identifier': 'u1', 'openai-beta': 'realtime=v1', cookie: 'c' } },
    });
    const { headers } = session.request;
    expect(headers['openai-safety-identifier']).toBe('u1');
    expect(Object.keys(headers).filter((name) => /^(openai-beta|cookie|origin|x-)/.test(name))).toEqual([]);
    peer.socket.terminate();
  });
});

describe('a client secret of ours', () => {
  const auth = { keys: ['sk-client'] };

  it.each<[string, (value: string) => { headers?: Record<string, string>; protocols?: string[] }]>([
    ['in a header', (value) => ({ headers: { authorization: `Bearer ${value}` } })],
    ['as a subprotocol', (value) => ({ protocols: ['realtime', `openai-insecure-api-key.${value}`] })],
  ])('opens a relayed session %s, and what it settles is sent first', async (_, client) => {
    const upstream = await answeringUpstream();
    const relay = { upstreams: [{ url: upstream.url, apiKey: 'sk-up' }], session: { instructions: 'a', speed: 1 } };
    const server = await serve({ auth, models: { m: { relay } } });
    const bound = { type: 'realtime', model: 'm', instructions: 'b' };
    const { status, body } = await mint(server.url, bound);
    expect(status).toBe(200);
    expect(body.value).toMatch(/^ek_/);
    const peer = await connect(`${server.ws}/v1/realtime`, client(body.value));
    const session = await upstream.session();
    expect(session.request.headers.authorization).toBe('Bearer sk-up');
    expect(session.request.url).toBe('/v1/realtime?model=m');
    expect(JSON.stringify(session.request.headers)).not.toContain('ek_');
    expect(await session.event('session.update')).toMatchObject({
      session: { type: 'realtime', instructions: 'b', speed: 1 },
    });
    peer.socket.terminate();
  });

  it('settles no more than a client may', async () => {
    const upstream = await answeringUpstream();
    const relay = { upstreams: [{ url: upstream.url }], lock: ['instructions' as const] };
    const server = await serve({ auth, models: { m: { relay }, '*': { relay } } });
    const locked = await mint(server.url, { type: 'realtime', model: 'm', instructions: 'b' });
    expect(locked).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_parameter', param: 'session.instructions' } },
    });
    expect(await mint(server.url, { type: 'realtime', model: 'm' })).toMatchObject({ status: 200 });
  });

  it('that names no model is looked at where it is used', async () => {
    const upstream = await answeringUpstream();
    const relay = { upstreams: [{ url: upstream.url }], lock: ['instructions' as const] };
    const open = { upstreams: [{ url: upstream.url }] };
    const server = await serve({ auth, models: { open: { relay: open }, m: { relay } } });
    const { body } = await mint(server.url, { type: 'realtime', instructions: 'b' });
    const peer = await connect(`${server.ws}/v1/realtime?model=m`, {
      headers: { authorization: `Bearer ${body.value}` },
    });
    expect(await peer.event('error')).toMatchObject({
      error: { code: 'invalid_parameter', param: 'session.instructions' },
    });
    expect(await peer.closed()).toMatchObject({ code: 4000 });
    expect(upstream.reached()).toBe(0);
  });

  it('may have tools that only the upstream reaches', async () => {
    const upstream = await answeringUpstream();
    const server = await serve({ auth, models: { m: { relay: { upstreams: [{ url: upstream.url }] } } } });
    const tools = [{ type: 'mcp', server_label: 's', server_url: 'https://tools.example/mcp' }];
    expect(await mint(server.url, { type: 'realtime', model: 'm', tools })).toMatchObject({ status: 200 });
  });
});

describe('a session of another kind', () => {
  it('is a transcription session upstream as well', async () => {
    const { peer, session } = await relayed({ query: '?intent=transcription&model=m' });
    expect(session.request.url).toBe('/v1/realtime?model=m&intent=transcription');
    peer.socket.terminate();
  });

  it('is a translation session upstream as well', async () => {
    const upstream = await answeringUpstream();
    const server = await serve({ models: { m: { relay: { upstreams: [{ url: upstream.url }] } } } });
    const peer = await connect(`${server.ws}/v1/realtime/translations?model=m`);
    const session = await upstream.session();
    expect(session.request.url).toBe('/v1/realtime/translations?model=m');
    peer.send({ type: 'session.close' });
    await session.event('session.close');
    peer.socket.terminate();
  });
});
