import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { describe, expect, it } from 'vitest';
import { certificate } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { connect, refusedUpgrade } from '../e2e/peer.ts';
import { modelThat, serve, type TestServer, textTurn } from '../e2e/test-server.ts';
import { weriftPeer } from '../media/werift-peer.ts';
import { call, postOffer } from './caller.ts';

const webrtc = { publicIp: ['127.0.0.1'] };
const key = 'sk-test';
const keyed = () => serve({ webrtc, auth: { keys: [key] } });
const types = (events: readonly { readonly type: string }[]) => events.map(({ type }) => type);

function openai(server: TestServer): OpenAI {
  return new OpenAI({ apiKey: key, baseURL: `${server.url}/v1`, maxRetries: 0 });
}

async function metric(server: TestServer, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.split(' ').at(-1) ?? Number.NaN);
}

describe('a call', () => {
  it('holds a text turn over its channel, and a spoken one over its track', async () => {
    const server = await serve({ webrtc });
    const caller = await call(server.url, { query: '?model=echo' });
    expect(caller.id).toMatch(/^rtc_[0-9a-f]{28}$/);
    expect(await caller.event('session.created')).toMatchObject({ session: { type: 'realtime', model: 'echo' } });
    caller.send(...textTurn);
    expect(await caller.event('response.output_text.done')).toMatchObject({ text: 'You said: Hello' });
    caller.send({ type: 'response.create' });
    await caller.event('output_audio_buffer.started');
    await caller.event('output_audio_buffer.stopped');
    await until('sound on the track', () => caller.peer.packets.length > 10);
    expect(types(caller.events)).not.toContain('response.output_audio.delta');
    expect(types(caller.events)).not.toContain('error');
    await caller.hangUp();
  });

  it.each([
    ['that only listens', 'recvonly' as const],
    ['without sound', null],
  ])('%s holds a turn over its channel', async (_, sound) => {
    const server = await serve({ webrtc });
    const caller = await call(server.url, { sound });
    caller.send(...textTurn);
    expect(await caller.event('response.output_text.done')).toMatchObject({ text: 'You said: Hello' });
    caller.send({ type: 'response.create' });
    await caller.event('output_audio_buffer.stopped');
    expect(types(caller.events)).not.toContain('response.output_audio.delta');
    await caller.hangUp();
  });

  it('begins with the session of its form, and with what its client secret has settled', async () => {
    const server = await keyed();
    const made = await openai(server).realtime.clientSecrets.create({
      session: { type: 'realtime', model: 'echo', instructions: 'Be brief.' },
    });
    const session = { type: 'realtime', audio: { output: { voice: 'cedar' } } };
    const caller = await call(server.url, { key: made.value, session });
    expect(await caller.event('session.created')).toMatchObject({
      session: { instructions: 'Be brief.', audio: { output: { voice: 'cedar' } } },
    });
    await caller.hangUp();
  });

  it('tells of binary messages and of those that make no sense, and goes on', async () => {
    const server = await serve({ webrtc });
    const caller = await call(server.url);
    const [channel] = caller.peer.channels;
    channel?.send(Buffer.from([1, 2, 3]));
    channel?.send('no JSON');
    caller.send({ type: 'input_audio_buffer.append', audio: '' });
    await until('three errors', () => caller.events.filter(({ type }) => type === 'error').length === 3);
    const codes = caller.events.flatMap(({ error }) =>
      error === undefined ? [] : [Reflect.get(Object(error), 'code')],
    );
    expect(codes).toEqual(['invalid_event', 'invalid_json', 'invalid_event_for_transport']);
    caller.send(...textTurn);
    await caller.event('response.done');
    await caller.hangUp();
  });

  it('ends for the server when its peer hangs up, and for its peer when the server drains', async () => {
    const server = await serve({ webrtc });
    const leaving = await call(server.url);
    const staying = await call(server.url);
    const open = 'antiphon_sessions{kind="realtime",transport="webrtc"}';
    expect(await metric(server, open)).toBe(2);
    await leaving.hangUp();
    await until('the end of the session', async () => (await metric(server, open)) === 1);
    expect(await metric(server, 'antiphon_session_closes_total{code="1000",transport="webrtc"}')).toBe(1);
    const closing = server.close();
    await staying.closed();
    await closing;
    await staying.hangUp();
  });

  it('ends its running response before it drains', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow = modelThat(async function* () {
      yield { type: 'text', text: 'One' } as const;
      await held;
      yield { type: 'text', text: ' two.' } as const;
    });
    const server = await serve({ webrtc, models: { slow } });
    const caller = await call(server.url);
    caller.send(...textTurn);
    await caller.event('response.output_text.delta');
    const closing = server.close();
    release();
    expect(await caller.event('response.done')).toMatchObject({ response: { status: 'completed' } });
    await caller.closed();
    await closing;
    await caller.hangUp();
  });

  it('counts its packets in the metrics', async () => {
    const server = await serve({ webrtc });
    const caller = await call(server.url);
    await until('packets', async () => (await metric(server, 'antiphon_call_packets_total{outcome="sent"}')) > 0);
    await caller.hangUp();
  });
});

describe('an offer over HTTP', () => {
  it('is refused in the shape of the API', async () => {
    const server = await keyed();
    const { offer, close } = await weriftPeer();
    const refusal = async (options: Parameters<typeof postOffer>[2], sdp = offer) => {
      const answer = await postOffer(server.url, sdp, options);
      const { error } = Object(await answer.json());
      return `${answer.status} ${error.code} ${error.param}`;
    };
    expect(await refusal({})).toBe('401 null null');
    expect(await refusal({ key: 'sk-wrong' })).toBe('401 invalid_api_key null');
    expect(await refusal({ key, query: '?model=nobody' })).toBe('400 invalid_model model');
    expect(await refusal({ key }, 'hello')).toBe('400 invalid_offer sdp');
    const videoOnly = offer.replace('m=audio', 'm=video').replace(/m=application[\s\S]*/, '');
    expect(await refusal({ key }, videoOnly)).toBe('400 invalid_offer sdp');
    await close();
  });

  it('may come from a page, after a preflight', async () => {
    const server = await serve({ webrtc, auth: { keys: [key], allowedOrigins: ['https://app.example'] } });
    const url = `${server.url}/v1/realtime/calls`;
    const origin = 'https://app.example';
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(preflight.ok).toBe(true);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,content-type');
    const { offer, close } = await weriftPeer();
    const headers = { origin, authorization: `Bearer ${key}`, 'content-type': 'application/sdp' };
    const answer = await fetch(url, { method: 'POST', headers, body: offer });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('access-control-expose-headers')).toContain('Location');
    await close();
  });
});

describe('the official openai package', () => {
  it('makes a call, joins it and hangs it up', async () => {
    const { cert, key: certKey } = certificate();
    const tls = { cert: readFileSync(cert, 'utf8'), key: readFileSync(certKey, 'utf8') };
    setDefaultCACertificates([...getCACertificates('default'), tls.cert]);
    const server = await serve({ webrtc, tls, auth: { keys: [key] } });
    const client = openai(server);
    const peer = await weriftPeer();
    const answer = await client.realtime.calls.create({
      sdp: peer.offer,
      session: { type: 'realtime', model: 'echo', instructions: 'Be brief.' },
    });
    expect(answer.status).toBe(201);
    const id = answer.headers.get('location')?.split('/').at(-1) ?? '';
    await peer.answer(await answer.text());
    const seen: string[] = [];
    const sideband = new OpenAIRealtimeWS({ callID: id }, client);
    sideband.on('error', () => {}); // found among the events
    sideband.on('event', ({ type }) => seen.push(type));
    await until('the greeting', () => seen.includes('session.created'));
    sideband.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
    });
    sideband.send({ type: 'response.create', response: { output_modalities: ['text'] } });
    await until('the answer over the sideband', () => seen.includes('response.done'));
    await until('the answer over the channel', () =>
      peer.messages.get('oai-events')?.some((text) => text.includes('response.done')),
    );
    await client.realtime.calls.hangup(id);
    await until('the sideband to close', () => sideband.socket.readyState === sideband.socket.CLOSED);
    expect(seen).not.toContain('error');
    await until('the channel to close', () => peer.channels[0]?.readyState === 'closed');
    await expect(client.realtime.calls.hangup(id)).rejects.toMatchObject({ status: 404, code: 'call_id_not_found' });
    await peer.close();
  });
});

describe('a sideband', () => {
  it('hears and says what the channel does, leaves the call up, and is closed with it', async () => {
    const server = await keyed();
    const caller = await call(server.url, { key });
    const target = `${server.ws}/v1/realtime?call_id=${caller.id}`;
    const bearer = { headers: { authorization: `Bearer ${key}` } };
    const [one, two] = await Promise.all([connect(target, bearer), connect(target, bearer)]);
    await one.event('session.created');
    await two.event('session.created');
    one.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } });
    for (const each of [caller, one, two]) {
      expect(await each.event('session.updated')).toMatchObject({ session: { instructions: 'Be brief.' } });
    }
    two.send({ type: 'input_audio_buffer.append', audio: '' });
    expect(await two.event('error')).toMatchObject({ error: { code: 'invalid_event_for_transport', param: 'type' } });
    expect([...types(one.events), ...types(caller.events)]).not.toContain('error');
    two.socket.close();
    await two.closed();
    caller.send(...textTurn);
    await one.event('response.done');
    expect(await metric(server, 'antiphon_sessions{kind="realtime",transport="webrtc"}')).toBe(1);
    await caller.hangUp();
    expect(await one.closed()).toMatchObject({ code: 1000 });
    expect(await refusedUpgrade(target, bearer)).toMatchObject({ status: 404 });
  });

  it('needs the key, and a call that is there', async () => {
    const server = await keyed();
    const caller = await call(server.url, { key });
    const target = `${server.ws}/v1/realtime?call_id=${caller.id}`;
    const keyless = await connect(target);
    expect(await keyless.closed()).toMatchObject({ code: 3000 });
    const bearer = { headers: { authorization: `Bearer ${key}` } };
    const unknown = await refusedUpgrade(`${server.ws}/v1/realtime?call_id=rtc_0`, bearer);
    expect(unknown).toMatchObject({ status: 404, body: { error: { code: 'call_id_not_found' } } });
    await caller.hangUp();
  });
});
