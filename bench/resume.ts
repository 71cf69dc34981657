import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { frontOf } from '../test/cluster/front.ts';
import type { TurnSound } from './load-audio.ts';
import { pinned, type ServerProcess, startClients, startServe } from './load-processes.ts';
import { median } from './measure.ts';

const sessions = 100;
const rounds = 3;
const warmUpSeconds = 4;
const measuredSeconds = 12;
const kills = 7;
const main = join(import.meta.dirname, '../dist/cli/main.js');

/** A turn of four seconds, a third of it speech. */
const sound: TurnSound = { speechFrames: 65, silenceFrames: 135 };

/** What a server and its store have used for the same conversations. */
interface Cost {
  readonly cpuMs: number;
  readonly turns: number;
  readonly storeBytes: number;
  /** Snapshots, and the few words by which a node says that it is there. */
  readonly writes: number;
}

/** CPU of streaming sessions that ask for resumption against those that do not, and how soon one is taken up whose node was killed. */
export async function run(): Promise<void> {
  console.log(pinned ? 'each server on one core of its own' : 'servers not pinned to a core: taskset is missing');
  console.log(`${sessions} sessions streaming, ${rounds} rounds of ${measuredSeconds} s each`);
  const folder = mkdtempSync(join(tmpdir(), 'resume-'));
  const redis = await startRedis(folder);
  try {
    const config = configIn(folder, (await frontOf(redis.path)).url);
    await compare(config, redis);
    await killed(config);
  } finally {
    redis.child.kill('SIGKILL');
    await once(redis.child, 'exit');
    rmSync(folder, { recursive: true });
  }
}

function configIn(folder: string, redis: string): string {
  const file = join(folder, 'antiphon.yaml');
  const paced = join(import.meta.dirname, 'load-paced.yaml');
  const state = `state: { redis: "${redis}", secret: "a secret of the bench" }`;
  writeFileSync(file, `log: { level: silent }\n${state}\nmodels: { paced: { scenario: ${paced} } }\n`);
  return file;
}

async function compare(config: string, redis: Redis): Promise<void> {
  const plain: Cost[] = [];
  const asking: Cost[] = [];
  // In turn, so that a busy machine slows both alike.
  for (let round = 0; round < rounds; round += 1) {
    plain.push(await costOf(config, redis, ''));
    asking.push(await costOf(config, redis, '&resumption=1'));
  }
  const perSecond = (costs: readonly Cost[]): number =>
    median(costs.map(({ cpuMs }) => cpuMs / sessions / measuredSeconds));
  const [without, withIt] = [perSecond(plain), perSecond(asking)];
  console.log(`${'without'.padEnd(24)} ${without.toFixed(2).padStart(6)} ms of CPU a session-second`);
  const ratio = `${(withIt / without).toFixed(3)} × (goal: at most 1.05)`;
  console.log(`${'with resumption'.padEnd(24)} ${withIt.toFixed(2).padStart(6)} ms of CPU a session-second   ${ratio}`);
  const turns = median(asking.map((cost) => cost.turns));
  const more = (figure: 'storeBytes' | 'writes'): number =>
    median(asking.map((cost) => cost[figure])) - median(plain.map((cost) => cost[figure]));
  const bytes = (more('storeBytes') / turns / 1000).toFixed(1);
  console.log(`a turn takes ${bytes} kB to and from Redis and ${(more('writes') / turns).toFixed(1)} snapshots`);
}

async function costOf(config: string, redis: Redis, query: string): Promise<Cost> {
  const server: ServerProcess = await startServe(['--config', config]);
  const clients = startClients();
  try {
    const url = `${server.url}?model=paced${query}`;
    await clients.start({ do: 'stream', url, sessions, sound, answeredFrame: null });
    await sleep(warmUpSeconds * 1000);
    await clients.report();
    const [before, storeBefore] = [await server.usage(), await redis.used()];
    await sleep(measuredSeconds * 1000);
    const [after, storeAfter] = [await server.usage(), await redis.used()];
    const { turns } = await clients.report();
    return {
      cpuMs: after.cpuMs - before.cpuMs,
      turns,
      storeBytes: storeAfter.bytes - storeBefore.bytes,
      writes: storeAfter.writes - storeBefore.writes,
    };
  } finally {
    await clients.stop();
    await server.stop();
  }
}

/** From the kill of a node to the first event of its session on another. */
async function killed(config: string): Promise<void> {
  const delaysMs: number[] = [];
  for (let round = 0; round < kills; round += 1) {
    const [first, second] = [await startNode(config), await startNode(config)];
    const socket = new WebSocket(`${first.url}?model=paced&resumption=1`);
    const handle = await handleWrittenDown(socket);
    const start = performance.now();
    first.child.kill('SIGKILL');
    await once(socket, 'close');
    const next = new WebSocket(`${second.url}?resume=${handle}`);
    const [data] = await once(next, 'message');
    delaysMs.push(performance.now() - start);
    if (JSON.parse(String(data)).type !== 'session.created') throw new Error(`it was not taken up: ${String(data)}`);
    next.terminate();
    second.child.kill('SIGKILL');
    await once(second.child, 'exit');
  }
  const [least, most] = [Math.min(...delaysMs), Math.max(...delaysMs)].map((each) => each.toFixed(0));
  const typical = median(delaysMs).toFixed(0);
  console.log(`from kill -9 to the first event on another node: ${typical} ms (${least}–${most}; goal: at most 500)`);
}

/** The handle of a session, once all there is of it has been written down. */
async function handleWrittenDown(socket: WebSocket): Promise<string> {
  for (;;) {
    const [data] = await once(socket, 'message');
    const event: { readonly type: string; readonly handle?: string } = JSON.parse(String(data));
    if (event.type === 'session.resumption.updated') return event.handle ?? '';
  }
}

async function startNode(config: string): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const args = [main, 'serve', '--port', '0', '--config', config];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { child, url: `${String(line).trim().replace('Listening on http', 'ws')}/v1/realtime` };
}

interface Redis {
  readonly path: string;
  readonly child: ChildProcess;
  /** What it has read and sent so far, and how often something was written to it. */
  used(): Promise<{ readonly bytes: number; readonly writes: number }>;
}

async function startRedis(folder: string): Promise<Redis> {
  const path = join(folder, 'redis.sock');
  const args = ['--port', '0', '--unixsocket', path, '--save', '', '--appendonly', 'no', '--dir', folder];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  while ((await infoOf(path)) === null) await sleep(10);
  return {
    path,
    child,
    async used() {
      const info = (await infoOf(path)) ?? '';
      const figure = (shape: RegExp): number => Number(shape.exec(info)?.[1] ?? 0);
      return {
        bytes: figure(/total_net_input_bytes:(\d+)/) + figure(/total_net_output_bytes:(\d+)/),
        writes: figure(/cmdstat_hset:calls=(\d+)/),
      };
    },
  };
}

/** What the store says of itself; null where it does not answer. */
function infoOf(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(path, () => socket.write('INFO everything\r\nQUIT\r\n'));
    socket.on('data', (piece) => (text += String(piece)));
    socket.once('end', () => resolve(text));
    socket.once('error', () => resolve(null));
  });
}
