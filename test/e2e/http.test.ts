import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { snippets } from '../../src/server/http/snippets.ts';
import { until } from '../clients/until.ts';
import { echo, serve } from './test-server.ts';

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
    expect(await Promise.all(['/', '/healthz', '/readyz'].map((path) => status(path)))).toEqual([200, 200, 200]);
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

describe('the examples on the page at /', () => {
  /** Runs an example as a program of its own until it has printed this. */
  async function prints(code: string, expected: string): Promise<string> {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    try {
      return await until(`${expected} in ${output}`, () => output.replaceAll('\n', '').includes(expected) && output);
    } finally {
      child.kill();
    }
  }

  it.each(['javascript', 'agents'])('work as they stand: %s', async (id) => {
    const server = await serve();
    const place = { httpUrl: server.url, wsUrl: server.ws, model: 'echo', needsKey: false };
    const code = snippets(place).find((snippet) => snippet.id === id)?.code ?? '';
    expect(await prints(code, 'You said: Hello there')).not.toContain('Error');
  });

  it('work with the key in its place where one is needed', async () => {
    const server = await serve({ auth: { keys: ['sk-right'] } });
    const place = { httpUrl: server.url, wsUrl: server.ws, model: 'echo', needsKey: true };
    const code = snippets(place).find((snippet) => snippet.id === 'javascript')?.code ?? '';
    expect(await prints(code.replace('YOUR_KEY', 'sk-right'), 'You said: Hello there')).not.toContain('Error');
  });
});
