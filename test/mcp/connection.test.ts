import { afterEach, describe, expect, it } from 'vitest';
import type { McpAccess } from '../../src/core/session.ts';
import { connector, type McpConnection } from '../../src/server/mcp/connection.ts';
import { type Resolve, systemResolve } from '../../src/server/mcp/guarded-fetch.ts';
import { errorOf, httpStatus, reasonOf } from '../../src/server/mcp/outcome.ts';
import { mcpRules } from '../../src/server/mcp/rules.ts';
import { type Era, type McpTestServer, startMcpServer, tools } from './mcp-server.ts';
import { startOldServer } from './old-server.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

const { signal } = new AbortController();

async function start(era?: Era): Promise<McpTestServer> {
  const server = await startMcpServer(era);
  open.push(server);
  return server;
}

interface To {
  readonly allow?: readonly string[];
  readonly resolve?: Resolve;
  readonly headers?: McpAccess['headers'];
}

function connect(
  url: string,
  { allow = [`${new URL(url).origin}/*`], resolve = systemResolve, headers = {} }: To = {},
) {
  const connection: McpConnection = connector({ rules: mcpRules({ allow }), resolve })({
    id: 'item_1',
    label: 'test',
    url,
    headers,
  });
  open.unshift(connection);
  return connection;
}

/** What a promise is refused with. */
async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable(),
    (cause) => cause,
  );
}

describe.each(['sessions', 'stateless'] as const)('an MCP server of the kind %s', (era) => {
  it('lists every page of its tools', async () => {
    const server = await start(era);
    const listed = await connect(server.url).list(signal);
    expect(listed.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
  });

  it('is connected to at the first need, with the headers of the definition on every request', async () => {
    const server = await start(era);
    const connection = connect(server.url, { headers: { authorization: 'Bearer t', 'x-team': 'a' } });
    expect(server.requests).toEqual([]);
    await connection.list(signal);
    await connection.call('echo', { text: 'hi' }, signal);
    expect(server.requests.length).toBeGreaterThan(2);
    for (const { headers } of server.requests)
      expect(headers).toMatchObject({ authorization: 'Bearer t', 'x-team': 'a' });
  });

  it('answers calls', async () => {
    const server = await start(era);
    const connection = connect(server.url);
    expect(await connection.call('echo', { text: 'hi' }, signal)).toMatchObject({ content: [{ text: 'echo hi' }] });
    expect(await connection.call('fail', {}, signal)).toMatchObject({ isError: true });
    expect(await failure(connection.call('break', {}, signal))).toMatchObject({ code: -32_050 });
  });

  it('hears when a call is given up', async () => {
    const server = await start(era);
    const controller = new AbortController();
    const call = failure(connect(server.url).call('wait', {}, controller.signal));
    await server.until(() => server.calls.includes('wait'));
    controller.abort();
    await call;
    await server.until(() => server.cancelled() === 1);
  });

  it('is connected to again when it has forgotten the session', async () => {
    const server = await start(era);
    const connection = connect(server.url);
    await connection.list(signal);
    server.forget();
    expect(await connection.call('echo', { text: 'again' }, signal)).toMatchObject({
      content: [{ text: 'echo again' }],
    });
    expect(server.calls).toEqual(['echo']);
  });

  it('shows the HTTP status of its refusals', async () => {
    const server = await start(era);
    server.answerWith(401);
    const connection = connect(server.url);
    expect(httpStatus(await failure(connection.list(signal)))).toBe(401);
    server.answerWith(null);
    await connection.list(signal);
    server.answerWith(503);
    const cause = await failure(connection.call('echo', {}, signal));
    expect(errorOf(cause, [])).toMatchObject({ type: 'http_error', code: 503 });
    expect(server.calls).toEqual([]);
  });
});

describe('a server of the older transport', () => {
  it('is talked to all the same', async () => {
    const server = await startOldServer();
    open.push(server);
    const connection = connect(server.url, { headers: { authorization: 'Bearer t' } });
    expect(await connection.list(signal)).toMatchObject([{ name: 'old' }]);
    expect(await connection.call('old', {}, signal)).toMatchObject({ content: [{ text: 'still here' }] });
    expect(server.authorizations).not.toContain(undefined);
  });
});

describe('closing', () => {
  it('ends the session at the server, once', async () => {
    const server = await start();
    const connection = connect(server.url);
    await connection.list(signal);
    connection.close();
    connection.close();
    await server.until(() => server.requests.some(({ method }) => method === 'DELETE'));
    expect(server.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  });
});

describe('nothing is reached that is not allowed:', () => {
  const namely =
    (address: string): Resolve =>
    async () => [{ address, family: 4 }];
  const named = (port: number) => ({ url: `http://mcp.example:${port}/mcp`, allow: [`http://mcp.example:${port}/*`] });

  it('a private address behind an allowed name', async () => {
    const server = await start();
    const { url, allow } = named(server.port);
    const cause = await failure(connect(url, { allow, resolve: namely('127.0.0.1') }).list(signal));
    expect(reasonOf(cause)).toBe(
      `the address of mcp.example:${server.port} is not public, and mcp.allow does not list it`,
    );
    expect(errorOf(cause, [])).toMatchObject({ message: 'The MCP server could not be reached.' });
    expect(server.requests).toEqual([]);
  });

  it('unless the address is listed as well', async () => {
    const server = await start();
    const { url, allow } = named(server.port);
    const both = [...allow, `http://127.0.0.1:${server.port}/*`];
    expect(await connect(url, { allow: both, resolve: namely('127.0.0.1') }).list(signal)).toHaveLength(tools.length);
  });

  it('nor a name that stands for another address at the next connection', async () => {
    const server = await start();
    const { url, allow } = named(server.port);
    let asked = 0;
    // What an attacker's name server does: a public address for whoever checks first, then the one that is wanted.
    const rebinding: Resolve = async () => [{ address: asked++ === 0 ? '192.0.2.1' : '127.0.0.1', family: 4 }];
    const connection = connect(url, { allow, resolve: rebinding });
    await failure(connection.list(signal));
    await failure(connection.list(signal));
    expect(asked).toBeGreaterThan(1);
    expect(server.requests).toEqual([]);
  });

  it('a literal private address where any host is allowed', async () => {
    const server = await start();
    for (const host of ['127.0.0.1', '[::1]', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]']) {
      const url = `http://${host}:${server.port}/mcp`;
      const allow = [`http://*:${server.port}/*`];
      expect(reasonOf(await failure(connect(url, { allow }).list(signal)))).toContain('is not public');
    }
    expect(server.requests).toEqual([]);
  });

  it('a path that is not allowed', async () => {
    const server = await start();
    const allow = [`http://127.0.0.1:${server.port}/public/*`];
    const cause = await failure(connect(server.url, { allow }).list(signal));
    expect(reasonOf(cause)).toBe(`http://127.0.0.1:${server.port}/mcp is not in mcp.allow`);
  });

  it.each([301, 302, 303, 307, 308])('the target of a redirect with status %i to another origin', async (status) => {
    const [server, secret] = [await start(), await start()];
    server.answerWith(status, { location: secret.url });
    const allow = [`http://127.0.0.1:${server.port}/*`, `http://127.0.0.1:${secret.port}/*`];
    const cause = await failure(connect(server.url, { allow, headers: { authorization: 'Bearer t' } }).list(signal));
    expect(httpStatus(cause)).toBe(status);
    expect(secret.requests).toEqual([]);
  });

  it('the target of a redirect to a path of the same origin that is not allowed', async () => {
    const server = await start();
    server.answerWith(307, { location: '/admin' });
    const cause = await failure(connect(server.url, { allow: [server.url] }).list(signal));
    expect(reasonOf(cause)).toBe(`http://127.0.0.1:${server.port}/admin is not in mcp.allow`);
  });
});
