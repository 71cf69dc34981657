import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Model, ModelSession } from '../../src/engines/contract.ts';
import { echoModel } from '../../src/engines/echo.ts';
import { type Listening, type ListenOptions, listen } from '../../src/server/index.ts';
import { certificate } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { connect, refusedUpgrade } from './peer.ts';

const echo = echoModel({ voice: null });

/** A model that answers a turn as `respond` says. */
function modelThat(respond: ModelSession['respond']): Model {
  return { open: () => ({ ...echo.open(), respond }) };
}

const running: Listening[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

/** A server on a free port, stopped after the test. */
async function serve(options: Partial<ListenOptions> = {}) {
  const server = await listen({ port: 0, models: { echo }, ...options });
  running.push(server);
  const ws = server.url.replace('http', 'ws');
  return { ...server, ws, realtime: `${ws}/v1/realtime?model=echo` };
}

const askForText = [
  {
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
  },
  { type: 'response.create', response: { output_modalities: ['text'] } },
];

describe('a connection', () => {
  it('opens with session.created and carries a turn', async () => {
    const server = await serve();
    const peer = await connect(server.realtime);
    await peer.event('session.created');
    for (const event of askForText) peer.send(event);
    const done = await peer.event('response.done');
    expect(done).toMatchObject({ response: { status: 'completed' } });
    expect(peer.events[0]?.type).toBe('session.created');
    peer.socket.close(1000, 'thanks');
    expect(await peer.closed()).toEqual({ code: 1000, reason: 'thanks' });
  });

  it('takes frames that a client sends before it has heard anything', async () => {
    const server = await serve();
    const peer = await connect(server.realtime);
    for (const event of askForText) peer.send(event);
    await peer.event('response.done');
    expect(peer.events[0]?.type).toBe('session.created');
    expect(peer.events.filter(({ type }) => type === 'error')).toEqual([]);
  });

  it('answers a binary frame with an error and goes on', async () => {
    const server = await serve();
    const peer = await connect(server.realtime);
    peer.socket.send(Buffer.from([1, 2, 3]));
    expect(await peer.event('error')).toMatchObject({ error: { code: 'invalid_event', param: null } });
    for (const event of askForText) peer.send(event);
    await peer.event('response.done');
  });

  it('for transcription needs no model', async () => {
    const server = await serve();
    const peer = await connect(`${server.ws}/v1/realtime?intent=transcription`);
    expect(await peer.event('session.created')).toMatchObject({ session: { type: 'transcription' } });
  });

  it('is compressed only where the server allows it', async () => {
    const plain = await connect((await serve()).realtime, { deflate: true });
    expect(plain.socket.extensions).toBe('');
    const deflated = await connect((await serve({ deflate: true })).realtime, { deflate: true });
    expect(deflated.socket.extensions).toContain('permessage-deflate');
    for (const event of askForText) deflated.send(event);
    await deflated.event('response.done');
  });
});

describe('a refused connection is upgraded, told one error and closed:', () => {
  const keyed = { auth: { keys: ['sk-right'] } };
  const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

  it.each([
    ['no model', {}, '', {}, 4000, 'invalid_request_error', 'missing_model', 'model'],
    ['an unknown model', {}, '?model=nobody', {}, 4000, 'invalid_request_error', 'invalid_model', 'model'],
    [
      'a model for transcription',
      {},
      '?intent=transcription&model=echo',
      {},
      4000,
      'invalid_request_error',
      'invalid_model',
      'model',
    ],
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
      'GET /v1/realtime?model=echo HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
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
    await peer.event('session.created');
  });

  it('is answered with the subprotocol realtime, and its key is not echoed', async () => {
    const server = await serve({ auth: { keys: ['sk-right'] } });
    const peer = await connect(server.realtime, { protocols: ['realtime', 'openai-insecure-api-key.sk-right'] });
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
    await (await connect(server.realtime, { headers })).event('session.created');
  });
});

describe('limits', () => {
  it('close a connection with 1009 whose frame is too large, and no other', async () => {
    const server = await serve({ limits: { frameBytes: 10_000 } });
    const [large, small] = [await connect(server.realtime), await connect(server.realtime)];
    large.send({ type: 'input_audio_buffer.append', audio: 'A'.repeat(20_000) });
    expect((await large.closed()).code).toBe(1009);
    for (const event of askForText) small.send(event);
    await small.event('response.done');
  });

  it('hold for frames after inflating', async () => {
    const server = await serve({ limits: { frameBytes: 10_000 }, deflate: true });
    const peer = await connect(server.realtime, { deflate: true });
    peer.send({ type: 'input_audio_buffer.append', audio: 'A'.repeat(1_000_000) });
    expect((await peer.closed()).code).toBe(1009);
  });

  it('leave a model waiting while its client does not read, so that nothing queues without bound', async () => {
    let pulled = 0;
    const endless = modelThat(async function* () {
      for (;;) {
        pulled++;
        yield { type: 'text', text: 'x'.repeat(10_000) };
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    const server = await serve({ models: { echo: endless }, limits: { unsentBytes: 4_000_000 } });
    const peer = await connect(server.realtime);
    await peer.event('session.created');
    peer.socket.pause();
    for (const event of askForText) peer.send(event);
    let last = -1;
    let unchanged = 0;
    await until('the model to be left waiting', () => {
      unchanged = pulled === last ? unchanged + 1 : 0;
      last = pulled;
      return pulled > 0 && unchanged > 50;
    });
    expect(pulled * 10_000).toBeLessThan(60_000_000);
    peer.socket.resume();
    const pulledThen = pulled;
    await until('the model to be asked again', () => pulled > pulledThen);
    peer.socket.terminate();
  });
});

describe('a slow reader', () => {
  it('is told so and closed with 1008 once more waits for it than the limit', async () => {
    const server = await serve({ limits: { unsentBytes: 200_000 } });
    const peer = await connect(server.realtime);
    const text = 'x'.repeat(15_000_000);
    // Sent back twice within one turn of the server, which is more than any kernel buffers.
    peer.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
    });
    expect(await peer.event('error')).toMatchObject({ error: { code: 'slow_consumer' } });
    expect(await peer.closed()).toMatchObject({ code: 1008 });
  });
});

describe('plain requests', () => {
  it('list the configured models', async () => {
    const server = await serve({ models: { one: echo, two: echo, '*': echo } });
    const response = await fetch(`${server.url}/v1/models`);
    expect(await response.json()).toEqual({
      object: 'list',
      data: ['one', 'two'].map((id) => ({ id, object: 'model', created: expect.any(Number), owned_by: 'antiphon' })),
    });
  });

  it('need a key under /v1 where keys are configured, and nowhere else', async () => {
    const server = await serve({ auth: { keys: ['sk-right'] } });
    const status = async (path: string, headers: Record<string, string> = {}) =>
      (await fetch(`${server.url}${path}`, { headers })).status;
    expect(await status('/v1/models')).toBe(401);
    expect(await status('/v1/nothing')).toBe(401);
    expect(await status('/v1/models', { authorization: 'Bearer sk-wrong' })).toBe(401);
    expect(await status('/v1/models', { authorization: 'Bearer sk-right' })).toBe(200);
    expect(await status('/v1/models', { 'api-key': 'sk-right' })).toBe(200);
    for (const path of ['/', '/healthz', '/readyz']) expect(await status(path), path).toBe(200);
  });

  it.each([
    ['GET', '/nothing', 404, 'unknown_url'],
    ['GET', '/v1/nothing', 404, 'unknown_url'],
    ['POST', '/v1/models', 405, 'method_not_allowed'],
    ['DELETE', '/healthz', 405, 'method_not_allowed'],
    ['GET', '/v1/realtime', 426, 'upgrade_required'],
    ['POST', '/v1/realtime', 405, 'method_not_allowed'],
  ])('fail in JSON: %s %s', async (method, path, status, code) => {
    const server = await serve();
    const response = await fetch(`${server.url}${path}`, { method });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      error: { message: expect.any(String), type: 'invalid_request_error', param: null, code },
    });
    expect(response.headers.get('allow')).toBe(status === 405 ? 'GET, HEAD' : null);
  });

  it('tell missing and wrong keys apart, as the socket does', async () => {
    const server = await serve({ auth: { keys: ['sk-right'] } });
    const errorOf = async (headers: Record<string, string>) =>
      (await fetch(`${server.url}/v1/models`, { headers })).json();
    expect(await errorOf({})).toMatchObject({ error: { code: null, type: 'invalid_request_error' } });
    expect(await errorOf({ authorization: 'Bearer no' })).toMatchObject({ error: { code: 'invalid_api_key' } });
  });

  it('of pages are shared with the origins that may connect, and refused to others', async () => {
    const server = await serve({ auth: { keys: ['sk-right'], allowedOrigins: ['https://app.example'] } });
    const preflight = await fetch(`${server.url}/v1/models`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization');
    const foreign = await fetch(`${server.url}/readyz`, { headers: { origin: 'https://evil.example' } });
    expect(foreign.status).toBe(403);
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('to / get a page with the address under which the visitor came', async () => {
    const server = await serve({ models: { parrot: echo } });
    const response = await fetch(`${server.url}/`);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await response.text();
    expect(html).toContain(`${server.ws}/v1/realtime?model=parrot`);
    const proxied = await fetch(`${server.url}/`, { headers: { 'x-forwarded-proto': 'https' } });
    expect(await proxied.text()).toContain(`${server.ws.replace('ws', 'wss')}/v1/realtime?model=parrot`);
  });
});

describe('TLS', () => {
  it('serves https and wss with the given certificate', async () => {
    const files = certificate();
    const tls = { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') };
    const server = await serve({ tls });
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const peer = await connect(server.realtime, { ca: tls.cert });
    for (const event of askForText) peer.send(event);
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

describe('binding', () => {
  it('says that a port is in use', async () => {
    const server = await serve();
    const port = Number(new URL(server.url).port);
    await expect(listen({ port, models: { echo } })).rejects.toMatchObject({
      code: 'address_unavailable',
      message: `Port ${port} on 127.0.0.1 is in use. Stop what uses it, or choose another with --port (0 picks a free one).`,
    });
  });

  it('says that a host is not of this machine', async () => {
    const failed = listen({ port: 0, host: '192.0.2.1', auth: { keys: ['sk-1'] }, models: { echo } });
    await expect(failed).rejects.toMatchObject({ code: 'address_unavailable' });
  });

  it('writes IPv6 hosts in brackets', async () => {
    const server = await serve({ host: '::1' });
    expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    await (await connect(server.realtime)).event('session.created');
  });
});

describe('closing the server', () => {
  it('closes idle sessions with 1001 and frees the port', async () => {
    const server = await serve();
    const peer = await connect(server.realtime);
    await peer.event('session.created');
    const first = server.close();
    expect(server.close()).toBe(first);
    await first;
    expect((await peer.closed()).code).toBe(1001);
    const again = await listen({ port: Number(new URL(server.url).port), models: { echo } });
    running.push(again);
  });

  it('lets a running response end, and meanwhile refuses new sessions and is not ready', async () => {
    let finish = (): void => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const patient = modelThat(async function* () {
      yield { type: 'text', text: 'Wait' };
      await gate;
      yield { type: 'text', text: ' done' };
    });
    const server = await serve({ models: { echo: patient } });
    const peer = await connect(server.realtime);
    for (const event of askForText) peer.send(event);
    await peer.event('response.output_text.delta');
    const closing = server.close();

    const late = await connect(server.realtime);
    expect(await late.event('error')).toMatchObject({ error: { type: 'server_error', code: 'server_draining' } });
    expect(await late.closed()).toEqual({ code: 1001, reason: 'server_error.server_draining' });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);

    finish();
    expect(await peer.event('response.done')).toMatchObject({ response: { status: 'completed' } });
    expect((await peer.closed()).code).toBe(1001);
    await closing;
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });

  it('does not wait for connections that never say anything', async () => {
    const server = await serve();
    const socket = connectTcp(Number(new URL(server.url).port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
