import { connect as connectTcp, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../src/testing/index.ts';
import { until } from '../clients/until.ts';
import { connect, refusedUpgrade } from '../e2e/peer.ts';
import { serve } from '../e2e/test-server.ts';
import { type Answering, answeringUpstream, created, relayed } from './answering-upstream.ts';
import { overHttp, overTcp } from './faulty-upstream.ts';

const says = (session: Answering, type: 'created' | 'done', id = 'resp_1'): void =>
  session.socket.send(
    JSON.stringify({ type: `response.${type}`, event_id: 'e', response: { id, status: 'completed', output: [] } }),
  );

/** Asks for an upgrade, byte for byte, with more bytes behind the request. */
function ask(url: string, behind: Buffer = Buffer.alloc(0), key = 'AAAAAAAAAAAAAAAAAAAAAA=='): Socket {
  const { hostname, port } = new URL(url);
  const socket = connectTcp(Number(port), hostname);
  const head = [
    'GET /v1/realtime?model=m HTTP/1.1',
    `Host: ${hostname}:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
  ];
  socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), behind]));
  socket.on('error', () => {});
  return socket;
}

/** A relay to an upstream that says nothing before the test does. */
async function silent(options: Parameters<typeof serve>[0] = {}) {
  const upstream = await answeringUpstream(null);
  const server = await serve({ models: { m: { relay: { upstreams: [{ url: upstream.url }] } } }, ...options });
  return { upstream, server };
}

/** One masked text frame. */
function maskedFrame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

describe('an upgrade', () => {
  it('is answered only when an upstream has settled, and what came meanwhile is not lost', async () => {
    const { upstream, server } = await silent();
    const socket = ask(server.url, maskedFrame('{"type":"early"}'));
    let answer = '';
    socket.on('data', (data) => (answer += data.toString('latin1')));
    const session = await upstream.session();
    socket.write(maskedFrame('{"type":"later"}'));
    expect(answer).toBe('');
    session.socket.send(created);
    await until('the first frame', () => answer.includes('session.created'));
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    await session.event('later');
    expect(session.types()).toEqual(['early', 'later']);
    socket.destroy();
  });

  it.each<[string, (socket: Socket) => void]>([
    ['hangs up', (socket) => socket.end()],
    ['is gone', (socket) => socket.resetAndDestroy()],
  ])('whose client %s meanwhile is given up, and its upstream is left', async (_, leave) => {
    const { upstream, server } = await silent();
    const socket = ask(server.url);
    const session = await upstream.session();
    leave(socket);
    expect(await session.closed()).toMatchObject({ code: 1006 });
    // Which says nothing of the upstream.
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).not.toContain('antiphon_upstream_connects_total{');
    expect(metrics).toContain('antiphon_sessions{kind="realtime",transport="websocket"} 0');
  });

  it('that is none is told so by HTTP', async () => {
    const { upstream, server } = await silent();
    const socket = ask(server.url, undefined, 'no key');
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    (await upstream.session()).socket.send(created);
    await until('the answer', () => answer.includes('invalid_upgrade'));
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('of a client without the right key reaches no upstream', async () => {
    const { upstream, server } = await silent({ auth: { keys: ['sk-right'] } });
    const peer = await connect(`${server.ws}/v1/realtime?model=m`, { headers: { authorization: 'Bearer sk-wrong' } });
    expect(await peer.closed()).toMatchObject({ code: 3000 });
    expect((await refusedUpgrade(`${server.ws}/v1/nowhere`)).status).toBe(404);
    expect(upstream.reached()).toBe(0);
  });

  it('that waits counts as a session', async () => {
    const { upstream, server } = await silent({ limits: { sessions: 1 } });
    const first = ask(server.url);
    await upstream.session();
    const second = await connect(`${server.ws}/v1/realtime?model=m`);
    expect(await second.event('error')).toMatchObject({ error: { code: 'session_limit_reached' } });
    first.destroy();
    (await upstream.session()).socket.close();
    await until('the place to be free', async () => {
      const third = await connect(`${server.ws}/v1/realtime?model=m`);
      await third.closed();
      return upstream.reached() > 1;
    });
  });
});

describe('a server that drains', () => {
  it('gives up looking for an upstream, and says why', async () => {
    const { upstream, server } = await silent();
    const asked = connect(`${server.ws}/v1/realtime?model=m`);
    await upstream.session();
    const closing = server.close();
    const peer = await asked;
    expect(await peer.event('error')).toMatchObject({ error: { code: 'server_draining' } });
    expect(await peer.closed()).toMatchObject({ code: 1001 });
    await closing;
  });

  it('closes a session that is idle with 1001', async () => {
    const { peer, session, server } = await relayed();
    await peer.event('session.created');
    const closing = server.close();
    expect(await peer.event('error')).toMatchObject({ error: { code: 'server_draining' } });
    expect(await peer.closed()).toEqual({ code: 1001, reason: 'server_error.server_draining' });
    expect(await session.closed()).toMatchObject({ code: 1001 });
    await closing;
  });

  it('lets a response end, and begins none', async () => {
    const { peer, session, server } = await relayed();
    says(session, 'created');
    await peer.event('response.created');
    const closing = server.close();
    peer.send({ type: 'response.create', event_id: 'mine' });
    expect(await peer.event('error')).toMatchObject({ error: { code: 'server_draining' } });
    says(session, 'done');
    expect(await peer.closed()).toMatchObject({ code: 1001 });
    expect(peer.events.map(({ type }) => type)).toEqual([
      'session.created',
      'response.created',
      'error',
      'response.done',
      'error',
    ]);
    expect(session.types()).toEqual([]);
    await closing;
  });

  it('cuts a response off that does not end', async () => {
    const clock = virtualClock();
    const { peer, session, server } = await relayed({ clock });
    says(session, 'created', 'resp_long');
    await peer.event('response.created');
    const closing = server.close();
    clock.advance(5_000);
    expect(await session.event('response.cancel')).toMatchObject({ response_id: 'resp_long' });
    clock.advance(1_000);
    expect(await peer.closed()).toMatchObject({ code: 1001 });
    await session.closed();
    await until('the server to be gone', async () => {
      clock.advance(10_000);
      return Promise.race([closing.then(() => true), new Promise<false>((go) => setImmediate(() => go(false)))]);
    });
  });
});

describe('a relayed session', () => {
  it('ends at its age', async () => {
    const clock = virtualClock();
    const { peer, session } = await relayed({
      clock,
      limits: { sessionMinutes: 3 },
      relay: { keepalive: { pingS: 600, deadS: 600 } },
    });
    await peer.event('session.created');
    clock.advance(3 * 60_000);
    expect(await peer.event('error')).toMatchObject({ error: { code: 'session_expired' } });
    expect(await peer.closed()).toMatchObject({ code: 1001 });
    expect(await session.closed()).toMatchObject({ code: 1001 });
  });

  it('is pinged on both sides where it is quiet, and given up after a minute without a byte', async () => {
    const clock = virtualClock();
    const { peer, session } = await relayed({ clock });
    await peer.event('session.created');
    const pings = { client: 0, upstream: 0 };
    peer.socket.on('ping', () => pings.client++);
    session.socket.on('ping', () => pings.upstream++);
    clock.advance(15_000);
    await until('both pings', () => pings.client === 1 && pings.upstream === 1);
    // From now on the upstream is deaf and dumb, and the client alive.
    Reflect.get(session.socket, '_socket').pause();
    const isOpen = (): boolean => peer.socket.readyState === peer.socket.OPEN;
    // Four beats of silence; the pong to the first ping may come late, and they count from that.
    for (let beat = 2; beat <= 20 && isOpen(); beat++) {
      clock.advance(15_000);
      await until('the next ping, or the close', () => pings.client === beat || !isOpen());
    }
    expect(await peer.closed()).toEqual({ code: 1011, reason: 'upstream connection lost' });
  });

  it('of an upstream that was lost counts against it', async () => {
    const { peer, session, server } = await relayed({ relay: { health: { failures: 1 } } });
    session.socket.terminate();
    await peer.closed();
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('antiphon_upstream_up{model="m",upstream="generic"} 0');
    expect(metrics).toContain('antiphon_upstream_sessions{model="m",upstream="generic"} 0');
  });

  it('is not disturbed by a reload, and new ones find the new upstreams', async () => {
    const { peer, session, server } = await relayed();
    const other = await answeringUpstream();
    server.reload({ models: { m: { relay: { upstreams: [{ name: 'new', url: other.url }] } } } });
    peer.send({ type: 'still.there' });
    await session.event('still.there');
    const second = await connect(`${server.ws}/v1/realtime?model=m`);
    await other.session();
    second.socket.terminate();
    peer.socket.terminate();
  });
});

describe('an endless answer to the upgrade', () => {
  it('is not read to its end', async () => {
    const upstream = await overHttp((stream) => {
      stream.write('HTTP/1.1 400 Bad\r\n\r\n{"error":{"message":"');
      const more = (): void => {
        while (stream.writable && stream.write('x'.repeat(10_000))) continue;
      };
      stream.on('drain', more);
      more();
    });
    const server = await serve({ models: { m: { relay: { upstreams: [{ url: upstream.url }] } } } });
    const peer = await connect(`${server.ws}/v1/realtime?model=m`);
    expect(await peer.closed()).toMatchObject({ code: 4000 });
  });

  it('is not waited for', async () => {
    const clock = virtualClock();
    const upstream = await overTcp((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 400 Bad\r\n\r\n{"err')),
    );
    const server = await serve({ models: { m: { relay: { upstreams: [{ url: upstream.url }] } } }, clock });
    const asked = connect(`${server.ws}/v1/realtime?model=m`);
    await until('the upstream to be reached', () => upstream.reached() > 0);
    clock.advance(5_000);
    expect(await (await asked).closed()).toMatchObject({ code: 1013 });
  });
});
