import { describe, expect, it } from 'vitest';
import type { ListenOptions } from '../../src/server/index.ts';
import { virtualClock } from '../../src/testing/index.ts';
import { until } from '../clients/until.ts';
import { pcm, usageOf } from '../limits/limited-sessions.ts';
import { connect } from './peer.ts';
import { modelThat, serve, type TestServer, textTurn } from './test-server.ts';

const keys = [{ key: 'sk-acme', name: 'acme' }];
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const admin = bearer('sk-admin');

const talker = modelThat(() => [
  { type: 'text', text: 'Hi' },
  { type: 'end', usage: usageOf(100, 10) },
]);

const managed = (more: Partial<ListenOptions> = {}): Promise<TestServer> =>
  serve({
    auth: { keys, adminKeys: ['sk-admin'] },
    models: { echo: talker },
    prices: { echo: { input: { text: 4 }, output: { text: 16 } } },
    ...more,
  });

const ask = (server: TestServer, path = '', init: RequestInit = { headers: admin }) =>
  fetch(`${server.url}/admin/sessions${path}`, init);

const rowsOf = async (server: TestServer) => (await (await ask(server)).json()).data;

describe('/admin/sessions', () => {
  it('lists the sessions that are open, and what each has done and cost', async () => {
    const clock = virtualClock();
    const server = await managed({ clock });
    expect(await rowsOf(server)).toEqual([]);
    const peer = await connect(server.realtime, { headers: bearer('sk-acme') });
    const created = await peer.event('session.created');
    for (const event of textTurn) peer.send(event);
    peer.send({ type: 'no.such.event' });
    await peer.event('error');
    clock.advance(2500);
    const [row] = await rowsOf(server);
    expect(row).toEqual({
      id: Reflect.get(Object(created['session']), 'id'),
      call_id: null,
      kind: 'realtime',
      model: 'echo',
      transport: 'websocket',
      node: null,
      key: 'acme',
      started_at: 1_767_225_600,
      age_s: 2,
      turns: 1,
      errors: 1,
      bytes_in: expect.any(Number),
      bytes_out: expect.any(Number),
      cost_usd: 0.00056,
    });
    expect(row.bytes_in).toBe(
      [...textTurn, { type: 'no.such.event' }]
        .map((event) => JSON.stringify(event).length)
        .reduce((sum, bytes) => sum + bytes),
    );
    expect(row.bytes_out).toBeGreaterThan(row.bytes_in);
    expect(await (await ask(server, `/${row.id}`)).json()).toEqual(row);
    peer.socket.close();
    await until('the session to be gone', async () => (await rowsOf(server)).length === 0 || undefined);
  });

  it('streams what passes in a session, without sound and without what opens a door', async () => {
    const server = await managed({ mcp: { allow: ['https://mcp.example/*'] } });
    const peer = await connect(server.realtime, { headers: bearer('sk-acme') });
    await peer.event('session.created');
    const [{ id }] = await rowsOf(server);
    const answer = await ask(server, `/${id}/events`);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    let text = '';
    const read = (async () => {
      for await (const chunk of answer.body ?? []) text += Buffer.from(chunk).toString();
    })();
    peer.send(pcm(100));
    const tool = {
      type: 'mcp',
      server_label: 'docs',
      server_url: 'https://mcp.example/mcp',
      authorization: 'canary-1',
    };
    peer.send({
      type: 'session.update',
      session: { type: 'realtime', tools: [{ ...tool, headers: { 'x-key': 'canary-2' } }] },
    });
    for (const event of textTurn) peer.send(event);
    await until('the answer', () => text.includes('"response.done"') || undefined);
    peer.socket.close();
    await read; // the stream ends with the session
    const lines = [...text.matchAll(/^data: (.*)$/gm)].map(([, line = '']) => JSON.parse(line));
    expect(lines[0]).toEqual({ t: expect.any(Number), '>': { type: 'input_audio_buffer.append', audio: '' } });
    expect(lines.map((line) => Object.keys(line)[1])).toEqual(expect.arrayContaining(['<', '>']));
    expect(lines.find((line) => line['<']?.type === 'response.done')['<'].response.status).toBe('completed');
    expect(text).not.toMatch(/canary/);
  });

  it('ends a session that an operator deletes', async () => {
    const server = await managed();
    const peer = await connect(server.realtime, { headers: bearer('sk-acme') });
    await peer.event('session.created');
    const [{ id }] = await rowsOf(server);
    const gone = await ask(server, `/${id}`, { method: 'DELETE', headers: admin });
    expect([gone.status, await gone.text()]).toEqual([204, '']);
    expect(await peer.closed()).toEqual({ code: 1000, reason: 'ended by the operator' });
    await until('the session to be gone', async () => (await rowsOf(server)).length === 0 || undefined);
    const again = await ask(server, `/${id}`, { method: 'DELETE', headers: admin });
    expect([again.status, (await again.json()).error.code]).toEqual([404, 'session_not_found']);
    expect((await ask(server, `/${id}/events`)).status).toBe(404);
    expect((await ask(server, `/${id}`)).status).toBe(404);
  });

  it('works on sessions that are passed on', async () => {
    const upstream = await serve({ models: { echo: talker } });
    const door = { relay: { upstreams: [{ url: `${upstream.ws}/v1/realtime` }], model: 'echo' } };
    const server = await managed({ models: { door } });
    const peer = await connect(`${server.ws}/v1/realtime?model=door`, { headers: bearer('sk-acme') });
    for (const event of textTurn) peer.send(event);
    await peer.event('response.done');
    const [row] = await rowsOf(server);
    expect(row).toMatchObject({ model: 'door', key: 'acme', turns: 1, cost_usd: 0.00056 });
    expect(row.bytes_out).toBe(
      peer.events.map((event) => JSON.stringify(event).length).reduce((sum, bytes) => sum + bytes),
    );
    await ask(server, `/${row.id}`, { method: 'DELETE', headers: admin });
    expect(await peer.closed()).toEqual({ code: 1000, reason: 'ended by the operator' });
  });

  it.each<[string, Partial<ListenOptions>, Record<string, string>, number]>([
    ['an operator’s key', {}, admin, 200],
    ['a client’s key', {}, bearer('sk-acme'), 401],
    ['no key', {}, {}, 401],
    ['an operator’s key in another header', {}, { 'api-key': 'sk-admin' }, 401],
    ['a client’s key where operators have none', { auth: { keys } }, bearer('sk-acme'), 401],
    ['no key where nobody has one', { auth: {} }, {}, 200],
    ['no key where only operators have one', { auth: { adminKeys: ['sk-admin'] } }, {}, 401],
    ['an operator’s key from a page of the server’s own', {}, { ...admin, origin: 'own' }, 200],
    ['a client’s key from a page of the server’s own', {}, { ...bearer('sk-acme'), origin: 'own' }, 401],
    ['an operator’s key from a foreign page', {}, { ...admin, origin: 'https://evil.example' }, 403],
  ])('answers %s', async (_, options, headers, status) => {
    const server = await managed({ host: '127.0.0.1', ...options });
    const origin = headers['origin'] === 'own' ? { origin: server.url } : {};
    expect((await ask(server, '', { headers: { ...headers, ...origin } })).status).toBe(status);
  });

  it('lets pages of allowed origins end sessions', async () => {
    const server = await managed({ auth: { keys, adminKeys: ['sk-admin'], allowedOrigins: ['https://ops.example'] } });
    const asked = await ask(server, '/sess_1', {
      method: 'OPTIONS',
      headers: {
        origin: 'https://ops.example',
        'access-control-request-method': 'DELETE',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(asked.headers.get('access-control-allow-origin')).toBe('https://ops.example');
    expect(asked.headers.get('access-control-allow-methods')).toContain('DELETE');
  });

  it('counts wrong keys as everywhere', async () => {
    const server = await managed({ clock: virtualClock() });
    for (let index = 0; index < 20; index += 1)
      expect((await ask(server, '', { headers: bearer('wrong') })).status).toBe(401);
    expect((await ask(server, '', { headers: bearer('wrong') })).status).toBe(429);
    expect((await ask(server)).status).toBe(200);
  });
});
