import { afterEach, describe, expect, it } from 'vitest';
import { echoModel, energyVad, type Model } from '../../src/engines/index.ts';
import { type ListenOptions, listen, type RunningServer } from '../../src/server/index.ts';
import { connect, type Peer, refusedUpgrade } from '../e2e/peer.ts';
import { babble } from './memory-session.ts';

const running: RunningServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

const echo = echoModel({ voice: null, vad: energyVad });

/** A model that answers, but does not translate. */
const talker: Model = {
  open() {
    const { translate: _, ...rest } = echo.open();
    return rest;
  },
};

async function start(
  options: Partial<ListenOptions> = {},
): Promise<{ http: string; ws: string; server: RunningServer }> {
  const server = await listen({ port: 0, models: { echo, talker }, ...options });
  running.push(server);
  const http = `${server.url}/v1/realtime/translations`;
  return { http, ws: http.replace('http', 'ws'), server };
}

/** How a connection that was refused on the socket ended: the code and param of its error, and its close. */
async function refusal(peer: Peer): Promise<unknown> {
  const { error } = await peer.event('error');
  const { code, reason } = await peer.closed();
  expect(peer.events).toHaveLength(1);
  return [error, code, reason];
}

describe('the server, asked for a translation', () => {
  it('plays speech back with the echo model and closes when asked', async () => {
    const { ws } = await start();
    const peer = await connect(`${ws}?model=echo`);
    expect(await peer.event('session.created')).toMatchObject({ session: { type: 'translation', model: 'echo' } });
    const audio = Buffer.from(babble(1000, 0)).toString('base64');
    peer.send({ type: 'session.input_audio_buffer.append', audio });
    peer.send({ type: 'session.close' });
    await peer.event('session.closed');
    expect(await peer.closed()).toEqual({ code: 1000, reason: 'session.closed' });
    const sounds = peer.events.filter(({ type }) => type === 'session.output_audio.delta');
    const echoed = Buffer.concat(sounds.map(({ delta }) => Buffer.from(String(delta), 'base64')));
    expect(echoed.toString('base64')).toBe(audio);
  });

  it('refuses a model that cannot translate', async () => {
    const { ws } = await start();
    expect(await refusal(await connect(`${ws}?model=talker`))).toEqual([
      {
        type: 'invalid_request_error',
        code: 'invalid_model',
        message: "Model 'talker' is not supported in translation mode.",
        param: 'model',
        event_id: null,
      },
      4000,
      'invalid_request_error.invalid_model',
    ]);
  });

  it.each([
    ['no model', '', 'missing_model', 'model'],
    ['an unknown model', '?model=other', 'invalid_model', 'model'],
    ['an intent', '?model=echo&intent=transcription', 'unknown_parameter', 'intent'],
  ])('refuses %s', async (_, query, code, param) => {
    const { ws } = await start();
    const expected = [expect.objectContaining({ code, param }), 4000, `invalid_request_error.${code}`];
    expect(await refusal(await connect(ws + query))).toEqual(expected);
  });

  it('wants a key where keys are configured', async () => {
    const { ws } = await start({ auth: { keys: ['sk-1'] } });
    expect(await refusal(await connect(`${ws}?model=echo`))).toMatchObject([
      { code: null },
      3000,
      'invalid_request_error',
    ]);
    const peer = await connect(`${ws}?model=echo`, { protocols: ['realtime', 'openai-insecure-api-key.sk-1'] });
    await peer.event('session.created');
    expect(peer.socket.protocol).toBe('realtime');
    peer.socket.close();
  });

  it('starts from the configuration that a client secret is bound to', async () => {
    const { ws, http } = await start();
    const session = { model: 'echo', audio: { input: { transcription: { model: 'w' } }, output: { language: 'es' } } };
    const minted = await fetch(`${http}/client_secrets`, { method: 'POST', body: JSON.stringify({ session }) });
    const { value } = Object(await minted.json());
    const peer = await connect(`${ws}?model=echo`, { headers: { authorization: `Bearer ${value}` } });
    expect(await peer.event('session.created')).toMatchObject({
      session: { audio: { input: { transcription: { model: 'w' } }, output: { language: 'es' } } },
    });
    peer.socket.close();
  });

  it('refuses pages of foreign origins, and plain requests, by HTTP', async () => {
    const { ws, http } = await start();
    const refused = await refusedUpgrade(`${ws}?model=echo`, { headers: { origin: 'https://evil.example' } });
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'origin_not_allowed' } } });
    const plain = await fetch(`${http}?model=echo`);
    expect([plain.status, plain.headers.get('upgrade')]).toEqual([426, 'websocket']);
    expect((await fetch(http, { method: 'POST' })).status).toBe(405);
  });

  it('counts translations among its sessions', async () => {
    const { ws } = await start({ limits: { sessions: 1 } });
    const first = await connect(`${ws}?model=echo`);
    await first.event('session.created');
    expect(await refusal(await connect(`${ws}?model=echo`))).toMatchObject([
      { code: 'session_limit_reached' },
      1013,
      'rate_limit_error.session_limit_reached',
    ]);
    first.socket.close();
  });

  it('drains them', async () => {
    const { ws, server } = await start();
    const peer = await connect(`${ws}?model=echo`);
    await peer.event('session.created');
    await server.close();
    expect(await peer.closed()).toEqual({ code: 1001, reason: 'server_error.server_draining' });
    expect(peer.events.at(-1)).toMatchObject({ type: 'error', error: { code: 'server_draining' } });
  });

  it('closes a socket that sends too large a frame', async () => {
    const { ws } = await start({ limits: { frameBytes: 1000 } });
    const peer = await connect(`${ws}?model=echo`);
    peer.send({ type: 'session.input_audio_buffer.append', audio: 'A'.repeat(2000) });
    expect((await peer.closed()).code).toBe(1009);
  });
});
