import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { connect } from '../e2e/peer.ts';
import { programsOfTest } from '../e2e/programs.ts';
import type { RunningProgram } from '../e2e/running-program.ts';
import { type Dice, dice } from '../protocol/mutate.ts';
import { repeats } from '../setup/scale.ts';
import { frontOf } from './front.ts';
import { Life } from './life.ts';
import { redisOfFile } from './redis-server.ts';

const programs = programsOfTest();
const redis = redisOfFile();

/** Answers that take a while, so that what befalls a node does so in the midst of them. */
const scenario = stringify({
  voice: 'tone',
  pace: { delta_ms: 3 },
  replies: [{ steps: [{ say: 'You said: {input}' }] }],
});

/** Conversations at the same time, and keys: one that may have as many, one that may have any, and one of an operator. */
const together = 20;
const [keyOfLives, keyOfOthers, adminKey] = ['sk-lives', 'sk-others', 'sk-admin'];

interface Node {
  readonly program: RunningProgram;
  readonly url: string;
  /** What it is called among the nodes. */
  readonly name: string;
}

/** Built servers that share the Redis server of this file. */
class Cluster {
  readonly nodes: Node[] = [];
  /** All that have ever been. */
  readonly #programs: RunningProgram[] = [];
  readonly #config = stringify({
    models: { told: { scenario: 'scenario.yaml' } },
    auth: { keys: [{ key: keyOfLives, sessions: together }, keyOfOthers], admin_keys: [adminKey] },
    drain: { seconds: 60 },
  });

  async start(): Promise<void> {
    const front = await frontOf(redis.path);
    const folder = folderWith({ 'antiphon.yaml': this.#config, 'scenario.yaml': scenario });
    const environment = { ANTIPHON_STATE_SECRET: 'a secret of the nodes' };
    const program = programs.run(['serve', '--port', '0', '--state', front.url], { folder, environment });
    this.#programs.push(program);
    const url = await program.url();
    this.nodes.push({ program, url, name: await nameOf(url) });
  }

  /** Takes one away from those that sessions are had from; it still runs. */
  take(roll: Dice): Node {
    const [node] = this.nodes.splice(roll(this.nodes.length), 1);
    if (node === undefined) throw new Error('no node is left');
    return node;
  }

  get ways(): readonly string[] {
    return this.nodes.map(({ url }) => url.replace('http', 'ws'));
  }

  /** What nobody caught in any of them. */
  get uncaught(): readonly string[] {
    const lines = this.#programs.flatMap((program) => program.stderr().split('\n'));
    return lines.filter((line) => /nobody caught|unhandled/i.test(line));
  }
}

function bearer(key: string): { readonly headers: Readonly<Record<string, string>> } {
  return { headers: { Authorization: `Bearer ${key}` } };
}

/** A node's name, which the ids of its sessions carry. */
async function nameOf(url: string): Promise<string> {
  const peer = await connect(`${url.replace('http', 'ws')}/v1/realtime?model=told`, bearer(keyOfOthers));
  const { session } = await peer.event('session.created');
  peer.socket.close(1000);
  return String(Reflect.get(Object(session), 'id')).slice('sess_'.length, 'sess_'.length + 6);
}

interface Scene {
  readonly cluster: Cluster;
  readonly lives: readonly Life[];
  readonly roll: Dice;
}

/** The sessions that a node holds, as another knows. */
async function heldBy({ name }: Node, { cluster }: Scene): Promise<ReadonlySet<string>> {
  const rows = await rowsOf(cluster);
  return new Set(rows.flatMap(({ id, node }) => (node === name ? [id] : [])));
}

async function rowsOf({ nodes: [node] }: Cluster): Promise<readonly { readonly id: string; readonly node: string }[]> {
  return (await (await fetch(`${node?.url}/admin/sessions`, bearer(adminKey))).json()).data;
}

/** Each conversation has come on from where it is now by a turn, and has been told that this is written down. */
async function goesOn({ lives }: Scene, { isWritten = true } = {}): Promise<void> {
  const before = lives.map(({ turns, acknowledgements }) => ({ turns, acknowledgements }));
  const late = (): readonly Life[] =>
    lives.filter(({ turns, acknowledgements }, index) => {
      const { turns: then = 0, acknowledgements: thenWritten = 0 } = before[index] ?? {};
      return turns <= then || (isWritten && acknowledgements <= thenWritten);
    });
  await until(
    () => `${late().map(({ name, sessionId }) => `${name} ${sessionId}`)} to go on`,
    () => late().length === 0,
  );
}

const faults: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  async 'a node is killed'({ cluster, roll }) {
    const node = cluster.take(roll);
    node.program.kill('SIGKILL');
    await node.program.exited();
    await cluster.start();
  },

  async 'a node stands still, and goes on when its sessions are elsewhere'(scene) {
    const { cluster, lives, roll } = scene;
    const node = cluster.take(roll);
    const held = await heldBy(node, scene);
    process.kill(node.program.pid, 'SIGSTOP');
    const way = node.url.replace('http', 'ws');
    const left = lives.filter(({ sessionId, way: at }) => held.has(sessionId) || at === way);
    const peers = left.map((life) => ({
      name: life.name,
      isDirect: held.has(life.sessionId) && life.way === way,
      peer: life.leave(),
    }));
    await goesOn(scene);
    process.kill(node.program.pid, 'SIGCONT');
    for (const { name, isDirect, peer } of peers) {
      const code = (await peer?.closed())?.code ?? 1012;
      // One that was passed on may be given up by the other node meanwhile.
      if (isDirect) expect(`${name} ${code}`).toBe(`${name} 1012`);
    }
    cluster.nodes.push(node);
  },

  async 'a node is told to stop'({ cluster, roll }) {
    const node = cluster.take(roll);
    node.program.kill('SIGTERM');
    expect(await node.program.exited()).toBe(0);
    await cluster.start();
  },

  async 'the store is killed, and is back empty'(scene) {
    await redis.kill();
    await goesOn(scene, { isWritten: false });
    await redis.start();
  },
};

describe('conversations over three nodes', () => {
  it('lose nothing that was acknowledged, and live once, whatever happens to nodes and to the store', async () => {
    const cluster = new Cluster();
    await Promise.all([cluster.start(), cluster.start(), cluster.start()]);
    const found = { continued: 0, restored: 0, recovered: 0 };
    for (let batch = 0; batch < repeats(10); batch += 1) {
      const roll = dice(batch + 1);
      const lives = Array.from({ length: together }, (_, index) => lifeOf(cluster, batch, index));
      const scene = { cluster, lives, roll };
      const talks = lives.map((life) => life.talk());
      const whole = Promise.all(talks);
      whole.catch(() => {});
      const befalls = (async () => {
        await goesOn(scene);
        for (const fault of shuffled(Object.values(faults), roll)) {
          await fault(scene);
          await goesOn(scene);
        }
      })();
      await Promise.race([befalls, whole]);
      const ids = lives.map(({ sessionId }) => sessionId);
      await until('each session to live once', async () => {
        const rows = await rowsOf(cluster);
        return ids.every((id) => rows.filter((row) => row.id === id).length === 1);
      });
      const isFull = async () => (await firstOf(cluster.ways[0] ?? '')) === 'error session_limit_reached';
      await until('the key to have no place left', isFull);
      for (const life of lives) life.end();
      await whole;
      await until('all places to be free', async () => (await redis.run('KEYS', '*:sessions:*')).startsWith('*0'));
      for (const life of lives)
        for (const way of ['continued', 'restored', 'recovered'] as const) found[way] += life.found[way];
    }
    for (const count of Object.values(found)) expect(count).toBeGreaterThan(0);
    expect(cluster.uncaught).toEqual([]);
  });
});

function lifeOf(cluster: Cluster, batch: number, index: number): Life {
  return new Life({
    name: `${batch}_${index}`,
    ways: () => cluster.ways,
    dice: dice(1000 * batch + index),
    key: keyOfLives,
    isSpoken: index % 5 === 0,
  });
}

/** What another session of the key of the lives is told first. */
async function firstOf(way: string): Promise<string> {
  const peer = await connect(`${way}/v1/realtime?model=told`, bearer(keyOfLives));
  const { type, error } = await until('a first event', () => peer.events[0]);
  peer.socket.close(1000);
  return error === undefined ? type : `${type} ${String(Reflect.get(Object(error), 'code'))}`;
}

function shuffled<T>(all: readonly T[], roll: Dice): T[] {
  const left = [...all];
  return all.flatMap(() => left.splice(roll(left.length), 1));
}
