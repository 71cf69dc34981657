import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type ListenOptions, memoryState, type SharedState, systemClock } from '../../src/server/index.ts';
import { type VirtualClock, virtualClock } from '../../src/testing/index.ts';
import { type Caller, call } from '../calls/caller.ts';
import { until } from '../clients/until.ts';
import { connect, refusedUpgrade } from '../e2e/peer.ts';
import { serve, type TestServer, textTurn } from '../e2e/test-server.ts';

const key = 'sk-test';
const bearer = { authorization: `Bearer ${key}` };
const admin = { authorization: 'Bearer sk-admin' };
const webrtc = { publicIp: ['127.0.0.1'] };
const auth = { keys: [key, 'sk-other'], adminKeys: ['sk-admin'] };

interface Endpoint {
  readonly nodes: readonly TestServer[];
  readonly state: SharedState;
}

/** Three nodes that share one memory, each with a name of its own. */
async function endpoint(options: Partial<ListenOptions> = {}): Promise<Endpoint> {
  const state = memoryState(options.clock ?? systemClock());
  const names = ['aaaaaa', 'bbbbbb', 'cccccc'];
  const nodes = names.map((id) => serve({ webrtc, auth, state, node: { id }, ...options }));
  return { state, nodes: await Promise.all(nodes) };
}

/** A call on the first node, and the others. */
async function callElsewhere(): Promise<{ caller: Caller; holder: TestServer; others: readonly TestServer[] }> {
  const [holder, ...others] = (await endpoint()).nodes;
  if (holder === undefined) throw new Error('no node');
  const caller = await call(holder.url, { key, query: '?model=echo' });
  await caller.event('session.created');
  return { caller, holder, others };
}

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function madeFolder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'antiphon-'));
  folders.push(made);
  return made;
}

const sidebandOf = (server: TestServer, id: string) => `${server.ws}/v1/realtime?call_id=${id}`;
const ask = (server: TestServer, path: string, init: RequestInit = {}) =>
  fetch(`${server.url}${path}`, { ...init, headers: { ...bearer, ...init.headers } });
const post = (server: TestServer, path: string, headers = {}) => ask(server, path, { method: 'POST', headers });
const rowsOf = async (server: TestServer) =>
  (await (await ask(server, '/admin/sessions', { headers: admin })).json()).data;

describe('a call', () => {
  it('carries its node in its id, as its session does', async () => {
    const { caller } = await callElsewhere();
    expect(caller.id).toMatch(/^rtc_aaaaaa[0-9a-f]{22}$/);
    const { session } = await caller.event('session.created');
    expect(Reflect.get(Object(session), 'id')).toMatch(/^sess_aaaaaa[0-9A-Za-z]{15}$/);
  });

  it('has its sideband from every node, with all that either side says, and its close', async () => {
    const { caller, others } = await callElsewhere();
    for (const node of others) {
      const sideband = await connect(sidebandOf(node, caller.id), { headers: bearer, deflate: true });
      await sideband.event('session.created');
      for (const event of textTurn) sideband.send(event);
      expect(await sideband.event('response.output_text.done')).toMatchObject({ text: 'You said: Hello' });
      await until('the same on the call', () => caller.events.some(({ type }) => type === 'response.output_text.done'));
      sideband.socket.close(4321, 'seen enough');
      expect(await sideband.closed()).toEqual({ code: 4321, reason: 'seen enough' });
    }
    await caller.hangUp();
  });

  it('has long events of its sideband pass whole, both ways', async () => {
    const { caller, others } = await callElsewhere();
    const [node] = others;
    if (node === undefined) throw new Error('no other node');
    const sideband = await connect(sidebandOf(node, caller.id), { headers: bearer });
    const text = 'so long '.repeat(12_500);
    sideband.send({
      type: 'conversation.item.create',
      item: { id: 'item_long', type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
    });
    expect(await sideband.event('conversation.item.done')).toMatchObject({ item: { content: [{ text }] } });
    await caller.hangUp();
    expect(await sideband.closed()).toMatchObject({ code: 1000 });
  });

  it('is hung up from every node', async () => {
    const { caller, holder, others } = await callElsewhere();
    const [node] = others;
    if (node === undefined) throw new Error('no other node');
    const verdict = await post(node, `/v1/realtime/calls/${caller.id}/accept`);
    expect([verdict.status, (await verdict.json()).error.code]).toEqual([409, 'invalid_call_state']);
    expect((await post(node, `/v1/realtime/calls/${caller.id}/hangup`)).status).toBe(200);
    await caller.closed();
    expect((await post(node, `/v1/realtime/calls/${caller.id}/hangup`)).status).toBe(404);
    expect((await post(holder, `/v1/realtime/calls/${caller.id}/hangup`)).status).toBe(404);
  });

  it('is unknown to other keys and to client secrets on every node', async () => {
    const { caller, others } = await callElsewhere();
    const [node] = others;
    if (node === undefined) throw new Error('no other node');
    const other = { authorization: 'Bearer sk-other' };
    expect(await refusedUpgrade(sidebandOf(node, caller.id), { headers: other })).toMatchObject({
      status: 404,
      body: { error: { code: 'call_id_not_found' } },
    });
    expect((await post(node, `/v1/realtime/calls/${caller.id}/hangup`, other)).status).toBe(404);
    const secret = await (await post(node, '/v1/realtime/client_secrets')).json();
    const headers = { authorization: `Bearer ${secret.value}` };
    expect(await refusedUpgrade(sidebandOf(node, caller.id), { headers })).toMatchObject({ status: 404 });
    expect((await post(node, `/v1/realtime/calls/${caller.id}/hangup`, { authorization: 'Bearer wrong' })).status).toBe(
      401,
    );
    await caller.hangUp();
  });

  it('of a node that has gone, or that nobody knows, is unknown', async () => {
    const { caller, holder, others } = await callElsewhere();
    const [node] = others;
    if (node === undefined) throw new Error('no other node');
    await caller.hangUp();
    await holder.close();
    for (const id of [caller.id, 'rtc_00000000000000000000000000000', 'rtc_', 'x']) {
      expect((await post(node, `/v1/realtime/calls/${id}/hangup`)).status).toBe(404);
      expect(await refusedUpgrade(sidebandOf(node, id), { headers: bearer })).toMatchObject({ status: 404 });
    }
  });
});

/** What becomes of it while time passes. */
async function passing<T>(clock: VirtualClock, awaited: Promise<T>): Promise<T> {
  let isOver = false;
  const over = awaited.finally(() => (isOver = true));
  await until('an end', () => {
    clock.advance(500);
    return isOver;
  });
  return over;
}

describe('a node that cannot be reached', () => {
  it.each([
    ['refuses connections', async () => 'http://127.0.0.1:1'],
    [
      'says nothing',
      async () => {
        const silent = createServer((socket) => void socket.on('error', () => {}));
        await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
        silent.unref();
        const address = silent.address();
        return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
      },
    ],
  ])('and %s makes its calls unknown, its sessions left out of the list, and a line of the log', async (_, place) => {
    const clock = virtualClock();
    const lines: object[] = [];
    const log = {
      debug() {},
      info() {},
      error() {},
      warn: (_line: string, fields = {}) => lines.push(fields),
      child: () => log,
    };
    const { nodes, state } = await endpoint({ clock, log });
    const [node] = nodes;
    if (node === undefined) throw new Error('no node');
    const lost = { id: 'dddddd', url: await place(), sessions: 1, isDraining: false, version: '1', startedAt: 0 };
    await state.nodes.announce(lost, 1_000_000);
    const id = `rtc_dddddd${'0'.repeat(22)}`;
    const hungUp = await passing(clock, post(node, `/v1/realtime/calls/${id}/hangup`));
    expect(hungUp.status).toBe(404);
    const refused = await passing(clock, refusedUpgrade(sidebandOf(node, id), { headers: bearer }));
    expect(refused).toMatchObject({ status: 404 });
    const peer = await connect(node.realtime, { headers: bearer });
    await peer.event('session.created');
    expect(await passing(clock, rowsOf(node))).toHaveLength(1);
    expect(lines.filter((fields) => Reflect.get(fields, 'node') === 'dddddd')).toHaveLength(3);
    peer.socket.close();
  });
});

describe('operators', () => {
  it('see the sessions of all nodes from every node, the oldest first, and end any of them', async () => {
    const { nodes } = await endpoint();
    const peers = [];
    for (const node of nodes) peers.push(await connect(node.realtime, { headers: bearer }));
    for (const node of nodes) {
      const rows = await until('the sessions of all', async () => {
        const all: readonly { id: string; node: string }[] = await rowsOf(node);
        return all.length === 3 ? all : undefined;
      });
      expect(rows.map((row) => row.node).toSorted()).toEqual(['aaaaaa', 'bbbbbb', 'cccccc']);
      for (const row of rows)
        expect(await (await ask(node, `/admin/sessions/${row.id}`, { headers: admin })).json()).toMatchObject({
          id: row.id,
        });
    }
    const [first, second] = nodes;
    if (first === undefined || second === undefined) throw new Error('no nodes');
    const { id } = await until('the session', async () =>
      (await rowsOf(first)).find((row: { node: string }) => row.node === 'bbbbbb'),
    );
    const gone = await ask(first, `/admin/sessions/${id}`, { method: 'DELETE', headers: admin });
    expect(gone.status).toBe(204);
    expect(await peers[1]?.closed()).toEqual({ code: 1000, reason: 'ended by the operator' });
    await until('two sessions', async () => (await rowsOf(second)).length === 2);
    expect((await ask(first, `/admin/sessions/${id}`, { headers: admin })).status).toBe(404);
    expect((await ask(first, '/admin/sessions')).status).toBe(401);
    for (const peer of peers) peer.socket.close();
  });

  it('follow a session of another node, until it ends', async () => {
    const { nodes } = await endpoint();
    const [first, second] = nodes;
    if (first === undefined || second === undefined) throw new Error('no nodes');
    const peer = await connect(second.realtime, { headers: bearer });
    const created = await peer.event('session.created');
    const id = Reflect.get(Object(created['session']), 'id');
    const answer = await ask(first, `/admin/sessions/${id}/events`, { headers: admin });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    let seen = '';
    const read = (async () => {
      for await (const chunk of answer.body ?? []) seen += Buffer.from(chunk).toString();
    })();
    for (const event of textTurn) peer.send(event);
    await until('the end of the turn', () => seen.includes('"response.done"'));
    peer.socket.close();
    await read;
  });
});

describe('x-antiphon-forward', () => {
  it.each([
    ['that no node has made', 'bbbbbb.1767225600000.'.concat('0'.repeat(64))],
    ['that makes no sense', 'please'],
    ['that is empty', ''],
  ])('%s is refused, whatever it stands on', async (_, seal) => {
    const { nodes } = await endpoint();
    const [node] = nodes;
    if (node === undefined) throw new Error('no node');
    const headers = { ...bearer, 'x-antiphon-forward': seal, 'x-antiphon-client-address': '192.0.2.1' };
    const refused = { status: 403, body: { error: { code: 'forward_not_accepted' } } };
    const answer = await post(node, '/v1/realtime/calls/rtc_1/hangup', headers);
    expect({ status: answer.status, body: await answer.json() }).toMatchObject(refused);
    expect((await ask(node, '/healthz', { headers })).status).toBe(403);
    expect(await refusedUpgrade(node.realtime, { headers })).toMatchObject(refused);
  });

  it('means nothing to a server that is alone', async () => {
    const server = await serve();
    const peer = await connect(server.realtime, { headers: { 'x-antiphon-forward': 'please' } });
    await peer.event('session.created');
    peer.socket.close();
  });

  it('never goes on a second time: what a node is told to have and has not is unknown', async () => {
    const { nodes, state } = await endpoint();
    const [node, other] = nodes;
    if (node === undefined || other === undefined) throw new Error('no nodes');
    // Two names that lead to each other's node, and one that leads to the node itself.
    const facts = { sessions: 0, isDraining: false, version: '1', startedAt: 0 };
    await state.nodes.announce({ ...facts, id: 'dddddd', url: other.url }, 1_000_000);
    await state.nodes.announce({ ...facts, id: 'eeeeee', url: node.url }, 1_000_000);
    for (const name of ['dddddd', 'eeeeee']) {
      const id = `rtc_${name}${'0'.repeat(22)}`;
      expect((await post(node, `/v1/realtime/calls/${id}/hangup`)).status).toBe(404);
      expect(await refusedUpgrade(sidebandOf(node, id), { headers: bearer })).toMatchObject({ status: 404 });
    }
  });
});

describe('a node that drains', () => {
  it('closes the sidebands that it passes on with 1001, while their calls go on', async () => {
    const { caller, others } = await callElsewhere();
    const [node, another] = others;
    if (node === undefined || another === undefined) throw new Error('no nodes');
    const sideband = await connect(sidebandOf(node, caller.id), { headers: bearer });
    await sideband.event('session.created');
    await node.close();
    expect(await sideband.closed()).toEqual({ code: 1001, reason: '' });
    caller.send(...textTurn);
    await caller.event('response.output_text.done');
    expect((await rowsOf(another)).length).toBe(1);
    await caller.hangUp();
  });

  it('says so to the others, and then is no longer among them', async () => {
    const { nodes, state } = await endpoint();
    const [node] = nodes;
    if (node === undefined) throw new Error('no node');
    const peer = await connect(node.realtime, { headers: bearer });
    await peer.event('session.created');
    const closing = node.close();
    await until('the word', async () => (await state.nodes.find('aaaaaa'))?.isDraining !== false);
    await closing;
    expect(await state.nodes.find('aaaaaa')).toBeNull();
    expect(await peer.closed()).toMatchObject({ code: 1001 });
  });
});

describe('a node with a socket for the others', () => {
  it('is reached there, and lets nobody else in', async () => {
    const path = join(await madeFolder(), 'node.sock');
    const state = memoryState(systemClock());
    const shared = { webrtc, auth, state };
    const holder = await serve({ ...shared, node: { id: 'aaaaaa', url: `unix:${path}` } });
    const other = await serve({ ...shared, node: { id: 'bbbbbb' } });
    expect(await state.nodes.find('aaaaaa')).toMatchObject({ url: `unix:${path}` });
    const caller = await call(holder.url, { key });
    const sideband = await connect(sidebandOf(other, caller.id), { headers: bearer });
    await sideband.event('session.created');
    const barred = await refusedUpgrade(`ws+unix:${path}:/v1/realtime?model=echo`, { headers: bearer }).catch(
      () => 'barred',
    );
    expect(barred).toBe('barred');
    await caller.hangUp();
    expect(await sideband.closed()).toMatchObject({ code: 1000 });
    await holder.close();
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    [{ id: 'A1B2C3' }, 'The id of a node is six hexadecimal digits such as 0a1b2c, not "A1B2C3".'],
    [{ url: 'ftp://x' }, 'The URL of a node must be such as http://10.0.0.5:8080, without a path, not "ftp://x".'],
    [
      { url: 'http://x/y' },
      'The URL of a node must be such as http://10.0.0.5:8080, without a path, not "http://x/y".',
    ],
    [{ url: 'unix:/no/such/folder/x' }, "Can't listen for other nodes at unix:/no/such/folder/x"],
  ])('refuses what makes no sense: %o', async (node, message) => {
    const state = memoryState(systemClock());
    await expect(serve({ state, node })).rejects.toThrow(message);
  });
});
