import { randomBytes } from 'node:crypto';
import type { RunningServer } from 'antiphon/server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { appOrigin, serveExamples, serverKey } from './examples-server.ts';
import { type Outcome, type RunningExample, runExample, startExample } from './run-example.ts';

const flags = ['--conditions=browser'];
const said = 'Good morning to you, and welcome to the house of many words.';

describe('a page without a key', () => {
  let endpoint: RunningServer;
  let app: RunningExample | null = null;

  beforeAll(async () => {
    endpoint = await serveExamples();
  });
  afterEach(async () => {
    await app?.stop();
    app = null;
  });
  afterAll(() => endpoint.close());

  async function start(folder: string, key = serverKey, url = endpoint.url): Promise<RunningExample> {
    const REALTIME_URL = `${url}/v1/realtime?model=test`;
    const environment = { REALTIME_URL, REALTIME_KEY: key, APP_ORIGIN: appOrigin, PORT: '0' };
    app = await startExample(`${folder}/server.ts`, { environment });
    return app;
  }

  /** The page's part: it gets the key only to see that it is nowhere. */
  async function check(folder: string, { url }: RunningExample): Promise<Outcome> {
    const REALTIME_URL = `${endpoint.url}/v1/realtime?model=test`;
    const environment = { REALTIME_URL, REALTIME_KEY: serverKey, APP_ORIGIN: appOrigin, APP_URL: url };
    return runExample(`${folder}/check.ts`, { environment, flags });
  }

  it('talks to the endpoint with a client secret that its own server fetched', async () => {
    const { code, stdout, stderr } = await check('token-server', await start('token-server'));
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toBe(`talked with a secret: ${said}\n`);
  });

  it('talks through its own server, which relays', async () => {
    const { code, stdout, stderr } = await check('relay', await start('relay'));
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toBe(`talked through the relay: ${said}\n`);
  });

  it.each(['token-server', 'relay'])('is refused where the server has the wrong key: %s', async (folder) => {
    const { code, stderr } = await check(folder, await start(folder, 'sk-wrong'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/ClientError/);
  });

  it('learns from the token server that the endpoint is gone', async () => {
    const { url } = await start('token-server', serverKey, 'http://127.0.0.1:1');
    const answer = await fetch(`${url}/token`, { method: 'POST', headers: { Origin: appOrigin } });
    expect(answer.status).toBe(502);
  });

  it('learns from the relay that the endpoint is gone, or has closed and why', async () => {
    const gone = await start('relay', serverKey, 'http://127.0.0.1:1');
    expect(await closeOf(new WebSocket(gone.url, { origin: appOrigin }))).toEqual([1011, '']);
    await gone.stop();
    const refused = await start('relay', 'sk-wrong');
    const socket = new WebSocket(refused.url, { origin: appOrigin });
    const frames: string[] = [];
    socket.on('message', (data) => frames.push(String(data)));
    expect(await closeOf(socket)).toEqual([3000, 'invalid_request_error.invalid_api_key']);
    expect(frames.join('')).toContain('invalid_api_key');
  });

  it('makes the endpoint wait through the relay while it does not read, and misses nothing', async () => {
    const megabyte = 'x'.repeat(1_000_000);
    const sent = { frames: 0, flushed: 0 };
    const fast = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    fast.on('connection', (socket) => {
      for (; sent.frames < 100; sent.frames += 1) {
        socket.send(`${sent.frames} ${megabyte}`, () => (sent.flushed += 1));
      }
    });
    await new Promise((resolve) => fast.once('listening', resolve));
    const address = fast.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    const { url } = await start('relay', serverKey, `http://127.0.0.1:${address.port}`);

    const page = new WebSocket(url, { origin: appOrigin });
    await new Promise((resolve) => page.once('open', resolve));
    page.pause();
    const received: number[] = [];
    page.on('message', (data) => received.push(Number.parseInt(String(data).slice(0, 3), 10)));
    let flushed = -1;
    const isStill = (): boolean => {
      const before = flushed;
      ({ flushed } = sent);
      return before === flushed && flushed > 0;
    };
    await expect.poll(isStill, { interval: 500 }).toBe(true);
    // The rest of what left fits into the sockets of the system.
    expect(flushed).toBeLessThan(50);
    page.resume();
    await expect.poll(() => received.length).toBe(100);
    expect(received).toEqual(received.toSorted((a, b) => a - b));
    page.close();
    fast.close();
  });

  it('gets frames of any size through the relay as they are, and the relay outlives broken ones', async () => {
    const { url } = await start('relay');
    const socket = new WebSocket(url, { origin: appOrigin });
    const frames: string[] = [];
    socket.on('message', (data) => frames.push(String(data)));
    await new Promise((resolve) => socket.once('open', resolve));
    const text = randomBytes(3_000_000).toString('base64');
    socket.send('{ this is no JSON');
    socket.send(Buffer.from('neither is this'));
    const item = { id: 'item_big', type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
    socket.send(JSON.stringify({ type: 'conversation.item.create', item }));
    socket.send(JSON.stringify({ type: 'conversation.item.retrieve', item_id: 'item_big' }));
    await expect.poll(() => frames.at(-1)?.includes('"conversation.item.retrieved"')).toBe(true);
    expect(frames.at(-1)).toContain(text);
    expect(frames.filter((frame) => frame.includes('"type":"error"')).length).toBe(2);
    socket.close();
  });
});

function closeOf(socket: WebSocket): Promise<[number, string]> {
  return new Promise((resolve) => socket.once('close', (code, reason) => resolve([code, String(reason)])));
}
