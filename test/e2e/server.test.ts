import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../src/engines/contract.ts';
import { listen } from '../../src/server/index.ts';
import { certificate } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { connect, refusedUpgrade } from './peer.ts';
import { echo, serve, textTurn } from './test-server.ts';

describe('a connection', () => {
  it('opens with session.created and carries a turn', async () => {
    const server = await serve();
    const peer = await connect(server.realtime);
    await peer.event('session.created');
    for (const event of textTurn) peer.send(event);
    const done = await peer.event('response.done');
    expect(done).toMatchObject({ response: { status: 'completed' } });
    expect(peer.events[0]?.type).toBe('session.created');
    peer.socket.close(1000, 'thanks');
    expect(await peer.closed()).toEqual({ code: 1000, reason: 'thanks' });
  });

  it('takes frames that a client sends before it has heard anything', async () => {
    const server = await serve();
    const peer = await connect(server.realtime);
    for (const event of textTurn) peer.send(event);
    await peer.event('response.done');
    expect(peer.events[0]?.type).toBe('session.created');
    expect(peer.events.filter(({ type }) => type === 'error')).toEqual([]);
  });

  it('answers a binary frame with an error and goes on', async () => {
    const server = await serve();
    const peer = await connect(server.realtime);
    peer.socket.send(Buffer.from([1, 2, 3]));
    expect(await peer.event('error')).toMatchObject({ error: { code: 'invalid_event', param: null } });
    for (const event of textTurn) peer.send(event);
    await peer.event('response.done');
  });

  it('for transcription needs no model', async () => {
    const server = await serve();
    const peer = await connect(`${server.ws}/v1/realtime?intent=transcription`);
    expect(await peer.event('session.created')).toMatchObject({ session: { type: 'transcription' } });
  });

  it.each(['echo', 'gpt-4o-transcribe'])('for transcription may name the model %s beside the intent', async (model) => {
    const server = await serve();
    const peer = await connect(`${server.ws}/v1/realtime?intent=transcription&model=${model}`);
    expect(await peer.event('session.created')).toMatchObject({ session: { type: 'transcription' } });
  });

  it('is compressed only where the server allows it', async () => {
    const plain = await connect((await serve()).realtime, { deflate: true });
    expect(plain.socket.extensions).toBe('');
    const deflated = await connect((await serve({ deflate: true })).realtime, { deflate: true });
    expect(deflated.socket.extensions).toContain('permessage-deflate');
    for (const event of textTurn) deflated.send(event);
    await deflated.event('response.done');
  });
});

describe('a refused connection is upgraded, told one error and closed:', () => {
  const keyed = { auth: { keys: ['sk-right'] } };
  const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

  it.each([
    ['no model', {}, '', {}, 4000, 'invalid_request_error', 'missing_model', 'model'],
    ['an unknown model', {}, '?model=nobody', {}, 4000, 'invalid_request_error', 'invalid_model', 'model'],
    ['no key', keyed, '?model=echo', {}, 3000, 'invalid_request_error', null, null],
    ['a wrong key', keyed, '?model=echo', bearer('sk-wrong'), 3000, 'invalid_request_error', 'invalid_api_key', null],
    [
      'an unknown ephemeral key',
      keyed,
      '?model=echo',
      bearer('ek_1'),
      3000,
      'invalid_request_error',
      'invalid_api_key',
      null,
    ],
    [
      'an unknown ephemeral key where no key is needed',
      {},
      '?model=echo',
      bearer('ek_1'),
      3000,
      'invalid_request_error',
      'invalid_api_key',
      null,
    ],
    [
      'the beta header',
      { compatibility: { betaHeader: 'strict' } },
      '?model=echo',
      { headers: { 'openai-beta': 'realtime=v1' } },
      4000,
      'invalid_request_error',
      'beta_api_shape_disabled',
      null,
    ],
  ] as const)('%s', async (_, options, query, how, closeCode, type, code, param) => {
    const server = await serve(options);
    const peer = await connect(`${server.ws}/v1/realtime${query}`, how);
    const { event_id, ...event } = await peer.event('error');
    expect(event_id).toMatch(/^event_[0-9A-Za-z]{21}$/);
    expect(event).toEqual({ type: 'error', error: { type, code, param, message: expect.any(String), event_id: null } });
    expect(await peer.closed()).toEqual({ code: closeCode, reason: code === null ? type : `${type}.${code}` });
    expect(peer.events).toHaveLength(1);
  });

  it('one session too many, until another has ended', async () => {
    const server = await serve({ limits: { sessions: 1 } });
    const first = await connect(server.realtime);
    await first.event('session.created');
    const second = await connect(server.realtime);
    expect(await second.event('error')).toMatchObject({ error: { code: 'session_limit_reached' } });
    expect(await second.closed()).toEqual({ code: 1013, reason: 'rate_limit_error.session_limit_reached' });
    first.socket.close();
    await first.closed();
    const third = await connect(server.realtime);
    await third.event('session.created');
  });

  it('a model that fails to open', async () => {
    const broken: Model = {
      open() {
        throw new Error('out of memory');
      },
    };
    const server = await serve({ models: { broken } });
    const peer = await connect(`${server.ws}/v1/realtime?model=broken`);
    const { error } = await peer.event('error');
    expect(error).toMatchObject({ type: 'server_error', code: null });
    expect(JSON.stringify(error)).not.toContain('out of memory');
    expect(await peer.closed()).toEqual({ code: 1011, reason: 'server_error' });
  });
});

describe('an upgrade is refused by HTTP', () => {
  it.each([
    ['on another path', '/v1/chat', {}, 404, 'unknown_url'],
    ['for a call that is not there', '/v1/realtime?call_id=rtc_1', {}, 404, 'call_id_not_found'],
    [
      'to a page of a foreign origin',
      '/v1/realtime?model=echo',
      { headers: { origin: 'https://evil.example' } },
      403,
      'origin_not_allowed',
    ],
  ] as const)('%s', async (_, path, how, status, code) => {
    const server = await serve();
    const answer = await refusedUpgrade(`${server.ws}${path}`, how);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({
      error: {
        type: 'invalid_request_error',
        code,
        message: expect.any(String),
        param: code === 'call_id_not_found' ? 'call_id' : null,
      },
    });
  });

  it('when it is no WebSocket handshake, in JSON all the same', async () => {
    const server = await serve();
    const socket = connectTcp(Number(new URL(server.url).port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.write(
      'GET /v1/realtime?model=echo HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    await until('the answer', () => answer.includes('}}'));
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ error: { code: 'invalid_upgrade' } });
    socket.destroy();
  });
});

describe('a page', () => {
  it.each(['http://localhost:3000', 'https://app.example'])('of %s may connect', async (origin) => {
    const server = await serve({ auth: { allowedOrigins: ['https://app.example'] } });
    const peer = await connect(server.realtime, { headers: { origin } });
    expect((await peer.event('session.created')).type).toBe('session.created');
  });

  it('is answered with the subprotocol realtime, and its key is not echoed', async () => {
    const server = await serve({ auth: { keys: ['sk-right'] } });
    const peer = await connect(server.realtime, { protocols: ['openai-insecure-api-key.sk-right', 'realtime'] });
    await peer.event('session.created');
    expect(peer.socket.protocol).toBe('realtime');
  });

  it('is answered with no subprotocol where it offers none', async () => {
    const peer = await connect((await serve()).realtime);
    expect(peer.socket.protocol).toBe('');
  });

  it.each([
    ['a bearer token', { authorization: 'Bearer sk-right' }],
    ['the api-key header', { 'api-key': 'sk-right' }],
  ])('or program may present its key as %s', async (_, headers) => {
    const server = await serve({ auth: { keys: ['sk-right'] } });
    const peer = await connect(server.realtime, { headers });
    expect((await peer.event('session.created')).type).toBe('session.created');
  });
});

describe('TLS', () => {
  it('serves https and wss with the given certificate', async () => {
    const files = certificate();
    const tls = { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') };
    const server = await serve({ tls });
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const peer = await connect(server.realtime, { ca: tls.cert });
    for (const event of textTurn) peer.send(event);
    await peer.event('response.done');
  });

  it('is refused in one line where the certificate is none', async () => {
    const failed = listen({ port: 0, models: { echo }, tls: { cert: 'no', key: 'no' } });
    await expect(failed).rejects.toMatchObject({
      code: 'invalid_certificate',
      message: expect.stringMatching(/^[^\n]+$/),
    });
  });
});
