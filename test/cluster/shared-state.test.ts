import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { connect, type Peer, type SeenEvent } from '../e2e/peer.ts';
import { programsOfTest } from '../e2e/programs.ts';
import type { RunningProgram } from '../e2e/running-program.ts';
import { type Front, frontOf } from './front.ts';
import { redisOfFile } from './redis-server.ts';

const programs = programsOfTest();
const redis = redisOfFile();

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

const keys = [
  { key: 'sk-free', name: 'free' },
  { key: 'sk-two', name: 'two', sessions: 2 },
  { key: 'sk-three', name: 'three', limits: { requests_per_minute: 12 } },
  { key: 'sk-poor', name: 'poor', budget: { usd: 0.000001, per: 'day' }, on_exhausted: 'cancel' },
];

/** A model that says what it was told, at a price. */
const scenario = stringify({ seed: 1, replies: [{ steps: [{ say: 'You said: {input}' }] }] });

interface Node {
  readonly program: RunningProgram;
  readonly front: Front;
  readonly url: string;
  /** Where a session opens. */
  readonly realtime: string;
}

interface Served {
  readonly whenDown?: 'local' | 'refuse';
}

/** Built servers that share the Redis server, each over a front of its own. */
async function nodes(count: number, { whenDown = 'local' }: Served = {}): Promise<Node[]> {
  const prefix = `${Math.random()}:`;
  const config = {
    auth: { keys },
    prices: 'prices.yaml',
    state: { redis: 'redis://127.0.0.1:1', prefix, when_down: whenDown },
    models: { priced: { scenario: 'scenario.yaml' } },
  };
  const folder = folderWith({
    'antiphon.yaml': stringify(config),
    'prices.yaml': stringify({ priced: { input: { text: 100 }, output: { text: 100 } } }),
    'scenario.yaml': scenario,
  });
  return Promise.all(
    Array.from({ length: count }, async () => {
      const front = await frontOf(redis.path);
      const environment = { ANTIPHON_STATE_SECRET: 'a secret of the nodes' };
      const program = programs.run(['serve', '--port', '0', '--state', front.url], { folder, environment });
      const url = await program.url();
      return { program, front, url, realtime: `${url.replace('http', 'ws')}/v1/realtime?model=priced` };
    }),
  );
}

const open = (node: Node, key: string): Promise<Peer> => connect(node.realtime, { headers: bearer(key) });

function codeOf(event: SeenEvent): unknown {
  return Reflect.get(Object(event['error']), 'code');
}

/** What becomes of a session that is asked for: it opens, or the code that it is turned away with. */
async function outcome(peer: Peer): Promise<unknown> {
  const event = await until('an answer', () => peer.events[0]);
  if (event.type === 'session.created') return 'opened';
  return `${codeOf(event)} ${(await peer.closed()).code}`;
}

/** Asks for an answer in writing: `completed`, or the code of the error in its place. */
async function turn(peer: Peer): Promise<unknown> {
  const ends = () => peer.events.filter(({ type }) => type === 'response.done' || type === 'error');
  const before = ends().length;
  const content = [{ type: 'input_text', text: 'hi' }];
  peer.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
  peer.send({ type: 'response.create', response: { output_modalities: ['text'] } });
  const end = await until('an answer or an error', () => ends()[before]);
  return end.type === 'error' ? codeOf(end) : Reflect.get(Object(end['response']), 'status');
}

/** Waits until a session is let in, or is turned away with this; a busy machine may make a store late, which is then away for a moment. */
function comesTo(node: Node, key: string | (() => Promise<string>), wanted: string): Promise<unknown> {
  return until(`a session that is ${wanted}`, async () => {
    const peer = await open(node, typeof key === 'string' ? key : await key());
    const isSo = (await outcome(peer)) === wanted;
    if (!isSo) peer.socket.close();
    return isSo;
  });
}

async function mint(node: Node): Promise<string> {
  const answer = await fetch(`${node.url}/v1/realtime/client_secrets`, { method: 'POST', headers: bearer('sk-free') });
  return (await answer.json()).value;
}

const ready = async (node: Node): Promise<number> => (await fetch(`${node.url}/readyz`)).status;

async function storeUp(node: Node): Promise<string | undefined> {
  return /^antiphon_store_up (\d)$/m.exec(await (await fetch(`${node.url}/metrics`)).text())?.[1];
}

/** How many lines of a server's log say this. */
const said = ({ program }: Node, text: string): number => program.stderr().split(`"msg":"${text}"`).length - 1;

describe('two servers that share Redis', () => {
  it('open sessions with the client secrets of each other', async () => {
    const [one, other] = await nodes(2);
    if (one === undefined || other === undefined) throw new Error('no nodes');
    await comesTo(other, () => mint(one), 'opened');
    await comesTo(one, () => mint(other), 'opened');
    expect(await outcome(await open(other, `${await mint(one)}0`))).toBe('invalid_api_key 3000');
  });

  it('count the sessions of a key together, and one that ends makes room on both', async () => {
    const [one, other] = await nodes(2);
    if (one === undefined || other === undefined) throw new Error('no nodes');
    const first = await open(one, 'sk-two');
    expect(await outcome(first)).toBe('opened');
    expect(await outcome(await open(other, 'sk-two'))).toBe('opened');
    await comesTo(one, 'sk-two', 'session_limit_reached 1013');
    await comesTo(other, 'sk-two', 'session_limit_reached 1013');
    expect(await outcome(await open(other, 'sk-free'))).toBe('opened');
    first.socket.close();
    await comesTo(other, 'sk-two', 'opened');
  });

  it('count the requests of a key together', async () => {
    const [one, other] = await nodes(2);
    if (one === undefined || other === undefined) throw new Error('no nodes');
    const [here, there] = [await open(one, 'sk-three'), await open(other, 'sk-three')];
    const started = ({ events }: Peer) => events.filter(({ type }) => type === 'response.created').length;
    await until('eleven answers', async () => (await turn(here)) === 'completed' && started(here) >= 11);
    expect(await turn(there)).toBe('completed');
    await until('both to have heard', async () => (await turn(there)) === 'rate_limit_exceeded');
    await until('both to have heard', async () => (await turn(here)) === 'rate_limit_exceeded');
    // Alone it could have started twelve.
    expect(started(there)).toBeLessThan(12);
  });

  it('spend the budget of a key together: where one uses it up, the sessions of both end', async () => {
    const [one, other] = await nodes(2);
    if (one === undefined || other === undefined) throw new Error('no nodes');
    const [here, there] = [await open(one, 'sk-poor'), await open(other, 'sk-poor')];
    expect(await outcome(there)).toBe('opened');
    await turn(here);
    expect((await here.closed()).code).toBe(1008);
    expect((await there.closed()).code).toBe(1008);
    expect(await outcome(await open(other, 'sk-poor'))).toBe('insufficient_quota 1008');
  });
});

describe('a server whose Redis is away', () => {
  it('goes on, opens sessions, and says so once; and all is right again when it is back', async () => {
    const [one, other] = await nodes(2);
    if (one === undefined || other === undefined) throw new Error('no nodes');
    const running = await open(one, 'sk-two');
    expect(await turn(running)).toBe('completed');
    const known = await mint(one);
    one.front.turn('hanging');
    expect(await turn(running)).toBe('completed');
    expect(await outcome(await open(one, 'sk-free'))).toBe('opened');
    expect(await outcome(await open(one, known))).toBe('opened');
    expect(await outcome(await open(one, await mint(one)))).toBe('opened');
    await until('the metric to tell', async () => (await storeUp(one)) === '0');
    expect(await ready(one)).toBe(200);
    await until('the other to be well', async () => (await storeUp(other)) === '1');
    expect(await turn(running)).toBe('completed');
    one.front.turn('fine');
    await until('the metric to tell', async () => (await storeUp(one)) === '1');
    // Once a change, however many commands have failed; a busy machine may see more changes than one.
    expect(said(one, 'the shared state does not answer')).toBe(said(one, 'the shared state answers again'));
    expect(said(one, 'the shared state answers again')).toBeGreaterThan(0);
    await comesTo(other, () => mint(one), 'opened');
    await comesTo(other, 'sk-two', 'opened');
    await comesTo(other, 'sk-two', 'session_limit_reached 1013');
  });

  it('has its sessions counted again when Redis has forgotten them', async () => {
    const [one, other] = await nodes(2);
    if (one === undefined || other === undefined) throw new Error('no nodes');
    const running = [await open(one, 'sk-two'), await open(one, 'sk-two')];
    for (const peer of running) expect(await outcome(peer)).toBe('opened');
    await redis.kill();
    await until('both to notice', async () => (await storeUp(one)) === '0' && (await storeUp(other)) === '0');
    for (const peer of running) expect(await turn(peer)).toBe('completed');
    await redis.start();
    await until('both to be back', async () => (await storeUp(one)) === '1' && (await storeUp(other)) === '1');
    await comesTo(other, 'sk-two', 'session_limit_reached 1013');
  });

  it('turns new sessions away and is not ready, where it is told to, and lets the running ones be', async () => {
    const [node] = await nodes(1, { whenDown: 'refuse' });
    if (node === undefined) throw new Error('no node');
    const running = await open(node, 'sk-free');
    expect(await turn(running)).toBe('completed');
    await until('it to be ready', async () => (await ready(node)) === 200);
    node.front.turn('cut');
    await until('it to be not ready', async () => (await ready(node)) === 503);
    expect(await outcome(await open(node, 'sk-free'))).toBe('state_unavailable 1013');
    expect(await outcome(await open(node, 'sk-two'))).toBe('state_unavailable 1013');
    expect(await turn(running)).toBe('completed');
    node.front.turn('fine');
    await until('it to be ready', async () => (await ready(node)) === 200);
    await comesTo(node, 'sk-free', 'opened');
  });

  it('drains in time and leaves nothing behind', async () => {
    const [node] = await nodes(1);
    if (node === undefined) throw new Error('no node');
    const running = await open(node, 'sk-two');
    expect(await outcome(running)).toBe('opened');
    node.front.turn('hanging');
    node.program.kill('SIGTERM');
    expect((await running.closed()).code).toBe(1001);
    expect(await node.program.exited()).toBe(0);
    expect(node.program.stderr()).not.toMatch(/unhandled|uncaught/i);
  });

  it('is not started without a secret, which is told in one line', async () => {
    const ended = await programs.ended(['serve', '--port', '0', '--state', 'redis://127.0.0.1:1']);
    expect(ended).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^antiphon: Shared state needs a secret [^\n]*\n$/),
    });
  });
});
