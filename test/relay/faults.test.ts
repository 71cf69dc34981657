import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { virtualClock } from '../../src/testing/index.ts';
import { until } from '../clients/until.ts';
import { connect, type SeenEvent } from '../e2e/peer.ts';
import { serve } from '../e2e/test-server.ts';
import {
  type FaultyUpstream,
  overHttp,
  overNobody,
  overTcp,
  overUntrustedTls,
  overWebSocket,
  status,
} from './faulty-upstream.ts';

/** What a client is told where nobody but the faulty one is there. */
interface Told {
  readonly error: object | null;
  readonly code: number;
  readonly reason?: string;
}

const unavailable: Told = {
  error: { type: 'server_error', code: 'upstream_unavailable' },
  code: 1013,
  reason: 'server_error.upstream_unavailable',
};
const refused: Told = {
  error: { type: 'server_error', code: 'upstream_refused' },
  code: 1011,
  reason: 'server_error.upstream_refused',
};

const invalid = { type: 'invalid_request_error', code: 'invalid_value', message: 'Not so.', param: 'model' };
const body = (error: object): string => JSON.stringify({ error });
const asSent: Told = { error: invalid, code: 4000, reason: 'invalid_request_error.invalid_value' };

/** A socket that says an error first, and closes. */
function says(error: object, code: number, reason = ''): () => Promise<FaultyUpstream> {
  const frame = JSON.stringify({ type: 'error', event_id: 'event_1', error });
  return () =>
    overWebSocket((socket) => {
      socket.send(frame);
      socket.close(code, reason);
    });
}

const failing = (code: string, type = 'server_error') => ({ type, code, message: 'No.', param: null, event_id: null });
const http =
  (code: number, text = '', headers = '') =>
  () =>
    overHttp(status(code, text, headers));
const closes = (code: number) => () => overWebSocket((socket: WebSocket) => socket.close(code));

interface Fault {
  readonly fault: string;
  readonly make: () => Promise<FaultyUpstream>;
  /** Only time shows it. */
  readonly waits?: true;
}

/** Faults for which another upstream may make up. */
const passing: readonly Fault[] = [
  { fault: 'nobody listens', make: overNobody },
  { fault: 'the name is nobody’s', make: async () => ({ url: 'ws://nobody.invalid/v1/realtime', reached: () => 0 }) },
  { fault: 'the connection is cut at once', make: () => overTcp((socket) => void socket.destroy()) },
  { fault: 'the connection is reset', make: () => overTcp((socket) => void socket.resetAndDestroy()) },
  { fault: 'the connection is silent', make: () => overTcp(() => {}), waits: true },
  {
    fault: 'the connection is closed after the request',
    make: () => overTcp((socket) => socket.once('data', () => socket.end())),
  },
  {
    fault: 'the answer is no HTTP',
    make: () => overTcp((socket) => socket.once('data', () => socket.end('SSH-2.0-x\r\n'))),
  },
  { fault: 'TLS is silent', make: () => overTcp(() => {}, 'wss'), waits: true },
  { fault: 'TLS is none', make: () => overTcp((socket) => void socket.end('plain\r\n'), 'wss') },
  { fault: 'TLS is of a stranger', make: overUntrustedTls },
  { fault: 'the upgrade is never answered', make: () => overHttp(() => {}), waits: true },
  {
    fault: 'the upgrade is answered wrongly',
    make: () =>
      overHttp((stream) =>
        stream.end('HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n'),
      ),
  },
  ...[408, 409, 425, 429, 500, 502, 503, 504].map((code) => ({
    fault: `HTTP ${code}`,
    make: http(code, body(invalid)),
  })),
  { fault: 'silence after the upgrade', make: () => overWebSocket(() => {}), waits: true },
  { fault: 'a cut after the upgrade', make: () => overWebSocket((socket) => socket.terminate()) },
  {
    fault: 'half a frame',
    make: () => overWebSocket((socket) => void Reflect.get(socket, '_socket').end(Buffer.from([0x81, 50, 0x7b]))),
  },
  ...[1000, 1001, 1011, 1012, 1013].map((code) => ({ fault: `close ${code} before a frame`, make: closes(code) })),
  ...['server_error', 'rate_limit_exceeded', 'insufficient_quota', 'session_limit_reached', 'server_draining'].map(
    (code) => ({ fault: `${code} first`, make: says(failing(code), 1000) }),
  ),
  { fault: 'a nameless error of the server first', make: says({ type: 'server_error', message: 'Oh.' }, 1011) },
  { fault: 'an unknown error first, and close 1013', make: says(failing('strange'), 1013) },
];

/** Faults of our key. */
const keyless: readonly (readonly [fault: string, make: () => Promise<FaultyUpstream>])[] = [
  ['HTTP 401', http(401, body(failing('invalid_api_key', 'invalid_request_error')))],
  ['HTTP 403', http(403)],
  ['invalid_api_key first', says(failing('invalid_api_key', 'invalid_request_error'), 3000)],
  ['a missing key first', says({ type: 'invalid_request_error', message: 'Missing bearer' }, 3000)],
  ['close 3000 before a frame', closes(3000)],
];

/** Refusals for good: told as they were sent, and no other is asked. */
const final: readonly (readonly [fault: string, make: () => Promise<FaultyUpstream>, told: Told])[] = [
  ['HTTP 400 with an error', http(400, body(invalid)), asSent],
  ['HTTP 404 with an error', http(404, body(invalid)), asSent],
  ['HTTP 400 with a page', http(400, '<html>'), { ...refused, code: 4000 }],
  ['HTTP 404 with nothing', http(404), { ...refused, code: 4000 }],
  ['HTTP 302', http(302, '', 'Location: https://elsewhere.example/\r\n'), { ...refused, code: 4000 }],
  [
    'HTTP 422 with half an error',
    http(422, body({ message: 'Bad.' })),
    { error: { type: 'server_error', code: null, message: 'Bad.' }, code: 4000, reason: 'server_error' },
  ],
  [
    'invalid_model first',
    says(failing('invalid_model', 'invalid_request_error'), 4000, 'why'),
    { error: failing('invalid_model', 'invalid_request_error'), code: 4000, reason: 'why' },
  ],
  ['invalid_value first, and close 1000', says(invalid, 1000, ''), { error: invalid, code: 1000, reason: '' }],
  [
    'a refusal of its own, and close 4321',
    says(failing('strange', 'odd'), 4321, 'ünd'),
    { error: failing('strange', 'odd'), code: 4321, reason: 'ünd' },
  ],
  ['close 4000 before a frame', closes(4000), { error: null, code: 4000, reason: '' }],
  ['close 1008 before a frame', closes(1008), { error: null, code: 1008, reason: '' }],
];

/** Asks a relay for a session while the clock goes on whenever the faulty one has been reached. */
async function ask(urls: readonly string[], faulty: FaultyUpstream, waits: boolean) {
  const clock = virtualClock();
  const upstreams = urls.map((url, index) => ({ name: String(index), url, priority: index + 1 }));
  const relay = await serve({ models: { '*': { relay: { upstreams } } }, clock });
  const asked = connect(relay.realtime);
  if (waits) {
    await until('the faulty upstream to be reached', () => faulty.reached() > 0);
    clock.advance(4_999);
    // A turn later it still waits.
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1);
  }
  const metrics = async (): Promise<string> => (await fetch(`${relay.url}/metrics`)).text();
  return { peer: await asked, clock, metrics };
}

async function good(): Promise<string> {
  const upstream = await serve();
  return `${upstream.ws}/v1/realtime`;
}

const errorOf = (events: readonly SeenEvent[]): unknown => events.find(({ type }) => type === 'error')?.error ?? null;

async function expectTold(peer: Awaited<ReturnType<typeof connect>>, { error, code, reason }: Told): Promise<void> {
  const closed = await peer.closed();
  expect(peer.events.map(({ type }) => type)).toEqual(error === null ? [] : ['error']);
  expect([errorOf(peer.events)]).toMatchObject([error]);
  expect(closed).toMatchObject(reason === undefined ? { code } : { code, reason });
}

describe('an upstream that fails', () => {
  it.each(passing)('alone leaves the client without any: $fault', async ({ make, waits = false }) => {
    const faulty = await make();
    const { peer } = await ask([faulty.url], faulty, waits);
    await expectTold(peer, unavailable);
  });

  it.each(passing)('gives way to the next: $fault', async ({ make, waits = false }) => {
    const faulty = await make();
    const { peer, metrics } = await ask([faulty.url, await good()], faulty, waits);
    await peer.event('session.created');
    expect(peer.events.map(({ type }) => type)).toEqual(['session.created']);
    const text = await metrics();
    expect(text).toContain('antiphon_upstream_connects_total{model="*",upstream="0",outcome="failed"} 1');
    expect(text).toContain('antiphon_upstream_failovers_total{when="connect"} 1');
    peer.socket.terminate();
  });
});

describe('an upstream that refuses our key', () => {
  it.each(keyless)('alone is told apart from a wrong key of the client: %s', async (_, make) => {
    const faulty = await make();
    const { peer } = await ask([faulty.url], faulty, false);
    await expectTold(peer, refused);
  });

  it.each(keyless)('gives way to the next, and is not asked again: %s', async (_, make) => {
    const faulty = await make();
    const { peer, metrics } = await ask([faulty.url, await good()], faulty, false);
    await peer.event('session.created');
    const text = await metrics();
    expect(text).toContain('antiphon_upstream_connects_total{model="*",upstream="0",outcome="refused"} 1');
    expect(text).toContain('antiphon_upstream_up{model="*",upstream="0"} 0');
    peer.socket.terminate();
  });
});

describe('an upstream that refuses for good', () => {
  it.each(final)('is heard, and no other is asked: %s', async (_, make, told) => {
    const faulty = await make();
    const other = await overNobody();
    const { peer, metrics } = await ask([faulty.url, other.url], faulty, false);
    await expectTold(peer, told);
    expect(await metrics()).not.toContain('upstream="1",outcome');
  });
});
