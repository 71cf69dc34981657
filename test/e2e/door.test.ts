import { request } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createHttpServer } from '../../src/server/http/http-server.ts';
import { virtualClock } from '../../src/testing/index.ts';
import { connect, refusedUpgrade } from './peer.ts';
import { serve } from './test-server.ts';

interface Answer {
  readonly status: number;
  readonly code: unknown;
  readonly retryAfter: string | undefined;
}

/** A plain request with any headers, `Host` too, which `fetch` does not let choose. */
function ask(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => {
        const isJson = response.headers['content-type'] === 'application/json';
        const code = isJson ? Object(Object(JSON.parse(text)).error).code : undefined;
        resolve({ status: response.statusCode ?? 0, code, retryAfter: response.headers['retry-after'] });
      });
    });
    asked.once('error', reject).end();
  });
}

/** Sends these bytes and gives all that comes back until the server ends the connection. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
    socket.on('error', () => {});
    socket.once('close', () => resolve(answer));
    socket.write(text);
  });
}

/** The status of an answer, and the error in its body. */
function read(answer: string): { readonly status: number; readonly error: unknown } {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const json = /\{.*\}/s.exec(body)?.[0] ?? 'null';
  return { status: Number(head.split(' ')[1]), error: Object(JSON.parse(json)).error };
}

const shaped = (code: string) => ({ message: expect.any(String), type: 'invalid_request_error', param: null, code });

describe('a program that names the server’s own address as its origin', () => {
  it('is served where no key is needed', async () => {
    const server = await serve();
    await (await connect(server.realtime, { headers: { origin: server.url } })).event('session.created');
    expect((await ask(`${server.url}/v1/models`, { origin: server.url })).status).toBe(200);
  });

  it('is served under a name that is allowed, and under no other', async () => {
    const server = await serve({ auth: { allowedHosts: ['voice.example'] } });
    const { port } = new URL(server.url);
    const headers = { host: `voice.example:${port}`, origin: `http://voice.example:${port}` };
    await (await connect(server.realtime, { headers })).event('session.created');
    const foreign = { host: `x.example:${port}`, origin: `http://x.example:${port}` };
    expect(await refusedUpgrade(server.realtime, { headers: foreign })).toMatchObject({
      status: 403,
      body: { error: shaped('host_not_allowed') },
    });
  });

  it('is served with a valid key, in whichever way it comes', async () => {
    const server = await serve({ auth: { keys: ['sk-right'] } });
    const { port } = new URL(server.url);
    const address = { host: `x.example:${port}`, origin: `http://x.example:${port}` };
    for (const headers of [{ authorization: 'Bearer sk-right' }, { 'api-key': 'sk-right' }]) {
      await (await connect(server.realtime, { headers: { ...address, ...headers } })).event('session.created');
      expect((await ask(`${server.url}/v1/models`, { ...address, ...headers })).status).toBe(200);
    }
    const protocols = ['realtime', 'openai-insecure-api-key.sk-right'];
    await (await connect(server.realtime, { headers: address, protocols })).event('session.created');
    const minted = await fetch(`${server.url}/v1/realtime/client_secrets`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-right' },
    });
    const { value } = Object(await minted.json());
    const secret = { ...address, authorization: `Bearer ${value}` };
    await (await connect(server.realtime, { headers: secret })).event('session.created');
    expect(await refusedUpgrade(server.realtime, { headers: address })).toMatchObject({
      status: 403,
      body: { error: shaped('origin_not_allowed') },
    });
  });
});

describe('a name that was made to lead to a server without keys', () => {
  it.each(['/', '/healthz', '/metrics', '/v1/models', '/v1/realtime', '/nowhere'])(
    'gets nothing of %s',
    async (path) => {
      const server = await serve();
      const { port } = new URL(server.url);
      expect(await ask(`${server.url}${path}`, { host: `rebound.example:${port}` })).toMatchObject({
        status: 403,
        code: 'host_not_allowed',
      });
    },
  );

  it('is of no account where keys are needed', async () => {
    const server = await serve({ auth: { keys: ['sk-right'] } });
    const headers = { host: 'proxied.example', authorization: 'Bearer sk-right' };
    expect((await ask(`${server.url}/v1/models`, headers)).status).toBe(200);
    await (await connect(server.realtime, { headers })).event('session.created');
  });
});

describe('a list of subprotocols', () => {
  /** What the server selects of this offer; undefined for nothing. */
  function selected(url: string, offer: string): Promise<string | undefined> {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
      'sec-websocket-protocol': offer,
    };
    return new Promise((resolve, reject) => {
      const asked = request(url.replace('ws', 'http'), { headers, agent: false });
      asked.once('upgrade', (response, socket) => {
        socket.destroy();
        resolve(response.headers['sec-websocket-protocol']);
      });
      asked.once('response', () => reject(new Error('the server did not upgrade')));
      asked.once('error', reject).end();
    });
  }

  it('is answered with realtime where it offered that, and else with none', async () => {
    const { realtime } = await serve({ auth: { keys: ['sk-right'] } });
    const key = 'openai-insecure-api-key.sk-right';
    expect(await selected(realtime, `${key}, realtime`)).toBe('realtime');
    expect(await selected(realtime, key)).toBeUndefined();
    expect(await selected(realtime, `chat, ${key}, Realtime`)).toBeUndefined();
  });
});

describe('wrong keys', () => {
  it('get 429 once there were twenty in a minute, at the upgrade too; a right one is served all the while', async () => {
    const clock = virtualClock();
    const server = await serve({ auth: { keys: ['sk-right'] }, clock });
    const wrong = { authorization: 'Bearer sk-wrong' };
    for (let i = 0; i < 10; i++) expect((await ask(`${server.url}/v1/models`, wrong)).status).toBe(401);
    for (let i = 0; i < 10; i++) {
      const peer = await connect(server.realtime, { headers: wrong });
      expect(await peer.event('error')).toMatchObject({ error: { code: 'invalid_api_key' } });
    }
    const refused = { status: 429, code: 'too_many_wrong_keys', retryAfter: '60' };
    expect(await ask(`${server.url}/v1/models`, wrong)).toEqual(refused);
    const protocols = ['realtime', 'openai-insecure-api-key.ek_wrong'];
    expect(await refusedUpgrade(server.realtime, { protocols })).toMatchObject({
      status: 429,
      headers: { 'retry-after': '60' },
    });
    const right = { authorization: 'Bearer sk-right' };
    expect((await ask(`${server.url}/v1/models`, right)).status).toBe(200);
    await (await connect(server.realtime, { headers: right })).event('session.created');
    expect((await ask(`${server.url}/v1/models`, {})).status).toBe(401);
    server.reload({ models: {}, auth: { keys: ['sk-right'] } });
    expect(await ask(`${server.url}/v1/models`, wrong)).toEqual(refused);
    clock.advance(60_000);
    expect((await ask(`${server.url}/v1/models`, wrong)).status).toBe(401);
  });
});

describe('what is no sound request is answered in the shape of the API:', () => {
  const head = (line: string, ...headers: string[]): string =>
    `${[line, 'Host: localhost', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`;

  it.each([
    ['no HTTP at all', 'HELLO\r\n\r\n', 400, 'malformed_request'],
    ['an unknown version', 'GET / HTTP/9.9\r\n\r\n', 400, 'malformed_request'],
    ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'malformed_request'],
    ['a Host that is none', 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', 400, 'malformed_request'],
    ['an address that is none', head('GET http://[x/ HTTP/1.1'), 400, 'malformed_request'],
    [
      'two lengths',
      head('POST / HTTP/1.1', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
      400,
      'malformed_request',
    ],
    ['headers too large', head('GET / HTTP/1.1', `X: ${'x'.repeat(20_000)}`), 431, 'headers_too_large'],
    ['an address too long', head(`GET /${'x'.repeat(20_000)} HTTP/1.1`), 431, 'headers_too_large'],
    [
      'chunks too large',
      `${head('POST /v1/realtime/client_secrets HTTP/1.1', 'Transfer-Encoding: chunked')}1;${'x'.repeat(20_000)}\r\n`,
      413,
      'request_too_large',
    ],
    [
      'a body too large',
      `${head('POST /v1/realtime/client_secrets HTTP/1.1', 'Content-Length: 1000001')}${'x'.repeat(1_000_001)}`,
      413,
      'request_too_large',
    ],
    ['an odd expectation', head('POST / HTTP/1.1', 'Expect: tea', 'Content-Length: 0'), 417, 'expectation_failed'],
    ['a wish for a proxy', head('CONNECT a.example:80 HTTP/1.1'), 405, 'method_not_allowed'],
  ])('%s', async (_, text, status, code) => {
    const server = await serve();
    const answer = read(await exchange(Number(new URL(server.url).port), text));
    expect(answer).toEqual({ status, error: shaped(code) });
  });
});

describe('a request of HTTP/1.0', () => {
  it('names no Host, and is answered, as the health checks of balancers want it', async () => {
    const server = await serve();
    const answer = await exchange(Number(new URL(server.url).port), 'GET /readyz HTTP/1.0\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });
});

describe('whoever takes too long', () => {
  const post = 'POST / HTTP/1.1\r\nHost: localhost\r\n';

  it.each([
    ['nothing', ''],
    ['half a line', 'GET / HT'],
    ['half of the headers', post],
    ['half of a body', `${post}Content-Length: 10\r\n\r\n{"a`],
    ['half of a chunk', `${post}Transfer-Encoding: chunked\r\n\r\n5\r\nab`],
  ])('is told so in JSON, and the connection ends: %s', async (_, text) => {
    const fetch = async (asked: Request): Promise<Response> => new Response(await asked.text());
    const patience = { headersMs: 20, requestMs: 40, checkMs: 5 };
    const server = createHttpServer({ tls: null, patience, fetch });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = Number(Object(server.address()).port);
    try {
      expect(read(await exchange(port, text))).toEqual({ status: 408, error: shaped('request_timeout') });
    } finally {
      server.close();
    }
  });

  it('is given thirty seconds for a request, and half of them for its headers', () => {
    const server = createHttpServer({ tls: null, fetch: () => new Response() });
    expect([server.headersTimeout, server.requestTimeout]).toEqual([15_000, 30_000]);
  });
});
