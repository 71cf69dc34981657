import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { SessionLog } from '../../src/server/index.ts';
import { connect } from '../e2e/peer.ts';
import { serve } from '../e2e/test-server.ts';
import { answeringUpstream, created } from './answering-upstream.ts';
import { type FaultyUpstream, overHttp, overNobody, overWebSocket, status } from './faulty-upstream.ts';

const canary = 'sk-canary-4711-never-to-be-seen';
const other = 'canary-header-4711-neither';

/** Writes down all lines, errors with all that they carry. */
function listening(lines: string[], fields: object = {}): SessionLog {
  const write = (message: string, more: object = {}): void => {
    const all = Object.values({ ...fields, ...more }).map((each) =>
      each instanceof Error ? [each.message, each.stack, each.cause, { ...each }] : each,
    );
    lines.push(`${message} ${JSON.stringify(all)}`);
  };
  return {
    debug: write,
    info: write,
    warn: write,
    error: write,
    child: (more) => listening(lines, { ...fields, ...more }),
  };
}

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A port in front of a server that writes down every byte that the server sends. */
async function tapped(url: string) {
  const bytes: Buffer[] = [];
  const { hostname, port } = new URL(url);
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const behind = connectTcp(Number(port), hostname);
    for (const socket of [client, behind]) {
      open.add(socket);
      socket.on('error', () => {});
    }
    behind.on('data', (data: Buffer) => void bytes.push(data));
    client.pipe(behind).pipe(client);
  });
  closing.push(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const at = typeof address === 'object' && address !== null ? address.port : 0;
  return { host: `127.0.0.1:${at}`, seen: () => Buffer.concat(bytes).toString('latin1') };
}

const quote = `The key ${canary} and the header ${other} are wrong.`;
const error = { type: 'invalid_request_error', code: 'invalid_value', message: quote, param: canary };
const errorFrame = JSON.stringify({ type: 'error', event_id: 'e', error });

/** Upstreams that quote what they know us by, wherever they can. */
const upstreams: readonly (readonly [what: string, make: () => Promise<FaultyUpstream>, end: 'stays' | 'ends'])[] = [
  ['works', () => answeringUpstream(), 'stays'],
  ['is not there', overNobody, 'ends'],
  ['refuses by HTTP', () => overHttp(status(400, JSON.stringify({ error }), `X-Key: ${canary}\r\n`)), 'ends'],
  ['refuses the key by HTTP', () => overHttp(status(401, JSON.stringify({ error }))), 'ends'],
  [
    'refuses first',
    () =>
      overWebSocket((socket) => {
        socket.send(errorFrame);
        socket.close(4000, `no ${canary}`);
      }),
    'ends',
  ],
  [
    'refuses the key first',
    () =>
      overWebSocket((socket) => {
        socket.send(errorFrame.replace('invalid_value', 'invalid_api_key'));
        socket.close(3000, canary);
      }),
    'ends',
  ],
  [
    'complains later, and closes',
    () =>
      overWebSocket((socket) => {
        socket.send(created);
        socket.send(errorFrame);
        socket.send(errorFrame.replace('"type":"error"', '"type":"\\u0065rror"'));
        setImmediate(() => socket.close(4000, `no ${canary}`));
      }),
    'ends',
  ],
];

describe('the key of an upstream', () => {
  it.each(upstreams)('is in no frame, header or log line where the upstream %s', async (_, make, end) => {
    const upstream = await make();
    const lines: string[] = [];
    const server = await serve({
      log: listening(lines),
      models: {
        m: { relay: { upstreams: [{ url: upstream.url, apiKey: canary, headers: { 'x-extra': other } }] } },
      },
    });
    const tap = await tapped(server.url);
    const peer = await connect(`ws://${tap.host}/v1/realtime?model=m`);
    peer.send({ type: 'response.create' });
    await (end === 'ends' ? peer.closed() : peer.event('session.created'));
    for (const path of ['metrics', 'v1/models', 'readyz', '']) await (await fetch(`http://${tap.host}/${path}`)).text();
    peer.socket.close(1000);
    await peer.closed();
    expect(tap.seen()).toContain('101 Switching Protocols');
    expect(lines.length).toBeGreaterThan(0);
    for (const secret of [canary, other]) {
      expect(tap.seen()).not.toContain(secret);
      expect(lines.join('\n')).not.toContain(secret);
    }
  });
});
