import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinned, type ServerProcess, startProgram, startServe } from './load-processes.ts';
import type { EndsReport, EndsTask, Pace } from './relay-ends.ts';

const sessions = 100;
/** Of each socket, in a round: a second of sound. */
const frames = 25;
const rounds = 20;
/**
 * Frames of each socket before that, as fast as may be: two minutes of sound. What is compiled once is compiled then, which
 * takes hundreds of thousands of frames.
 */
const warmUp = 3000;

/** Longer than recordings are gathered before they are written. */
const settledMs = 300;

/** One way for sessions to reach the upstream. */
interface Way {
  readonly name: string;
  start(upstream: string): Promise<ServerProcess>;
}

/** What was seen of a way, round by round. */
interface Seen {
  readonly name: string;
  /** Microseconds of CPU that a frame took. */
  readonly costs: readonly number[];
  /** Milliseconds that frames were under way. */
  readonly delaysMs: readonly number[];
}

/** CPU and added delay of a relay, against a bare pipe of `ws` and no pipe at all in the same run. */
export async function run(): Promise<void> {
  console.log(pinned ? 'each relay on one core' : 'relays not pinned to a core: taskset is missing');
  console.log(`${sessions} sessions, a frame of 40 ms each way; ${rounds} rounds of ${frames} frames each`);
  const folder = mkdtempSync(join(tmpdir(), 'relay-'));
  const ends = await startEnds();
  const servers: ServerProcess[] = [];
  try {
    const opened: Opened[] = [];
    for (const { name, start } of waysIn(folder)) {
      const server = await start(ends.url);
      servers.push(server);
      opened.push(await connected({ name, server, url: server.url }, ends));
    }
    print(await inRounds([await connected({ name: 'directly', server: null, url: ends.url }, ends), ...opened], ends));
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    ends.stop();
    rmSync(folder, { recursive: true });
  }
}

/** A way whose sessions are connected; without a server where there is none between. */
interface Opened {
  readonly name: string;
  readonly server: ServerProcess | null;
  readonly url: string;
}

async function connected(way: Opened, ends: Ends): Promise<Opened> {
  const url = `${way.url}?model=m`;
  await ends.connect(url);
  await ends.talk(url, { frames: warmUp, everyMs: 2 });
  return { ...way, url };
}

/**
 * By turns and in short rounds, so that a busy machine slows all of them alike, each round beginning with another. Setting
 * sessions up is no part of it.
 */
async function inRounds(ways: readonly Opened[], ends: Ends): Promise<readonly Seen[]> {
  const all = ways.map(({ name }) => ({ name, costs: Array<number>(), delaysMs: Array<number>() }));
  for (let round = 0; round < rounds; round++) {
    const inTurn = [...ways.entries()];
    inTurn.push(...inTurn.splice(0, round % ways.length));
    for (const [index, { server, url }] of inTurn) {
      const before = await server?.usage();
      const delaysMs = await ends.talk(url, { frames, everyMs: 40 });
      // What is written behind the session's back is written by then.
      await new Promise((resolve) => setTimeout(resolve, settledMs));
      const after = await server?.usage();
      const cpuMs = (after?.cpuMs ?? 0) - (before?.cpuMs ?? 0);
      all[index]?.costs.push((cpuMs * 1000) / (2 * sessions * frames));
      all[index]?.delaysMs.push(...delaysMs);
    }
  }
  return all;
}

function waysIn(folder: string): readonly Way[] {
  const withFile = (upstream: string, more: string, keys: string): Promise<ServerProcess> => {
    const file = join(folder, 'antiphon.yaml');
    const relay = `relay: { upstreams: [{ url: "${upstream}" }]${more} }`;
    writeFileSync(file, `${keys}log: { level: silent }\nmodels:\n  m: { ${relay} }\n`);
    return startServe(['--config', file]);
  };
  const limited =
    'auth: { keys: [{ key: sk-bench, name: bench, limits: { requests_per_minute: 1000000, tokens_per_minute: 1000000000 } }] }\n';
  return [
    { name: 'a bare pipe', start: (upstream) => startProgram('bare-pipe.ts', [upstream]) },
    { name: 'the relay', start: (upstream) => withFile(upstream, '', '') },
    {
      name: 'the relay, recording',
      start: (upstream) => withFile(upstream, '', `record: { dir: "${join(folder, 'takes')}" }\n`),
    },
    {
      name: 'with locks and limits',
      start: (upstream) => withFile(upstream, ', lock: [instructions, tools]', limited),
    },
  ];
}

interface Ends {
  readonly url: string;
  connect(url: string): Promise<void>;
  talk(url: string, pace: Pace): Promise<readonly number[]>;
  stop(): void;
}

async function startEnds(): Promise<Ends> {
  const [program = process.execPath, ...before] = pinned
    ? ['taskset', '-c', '1', process.execPath]
    : [process.execPath];
  const child = spawn(program, [...before, join(import.meta.dirname, 'relay-ends.ts')], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [line] = await once(child.stdout ?? child, 'data');
  const ask = async (task: EndsTask): Promise<EndsReport> => {
    child.send(task);
    const [report]: readonly EndsReport[] = await once(child, 'message');
    return report ?? { delaysMs: [] };
  };
  return {
    url: `${String(line).trim().replace('Listening on http', 'ws')}/v1/realtime`,
    connect: async (url) => void (await ask({ do: 'connect', url, sessions })),
    talk: async (url, pace) => (await ask({ do: 'talk', url, ...pace })).delaysMs,
    stop: () => void child.kill('SIGKILL'),
  };
}

function print([directly, bare, ...relays]: readonly Seen[]): void {
  if (directly === undefined || bare === undefined) return;
  for (const { name, costs } of [bare, ...relays]) {
    const ratios = costs.map((cost, round) => cost / (bare.costs[round] ?? Number.NaN));
    const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => percentile(ratios, share).toFixed(2));
    const cost = percentile(costs, 0.5).toFixed(1);
    console.log(
      `${name.padEnd(24)} ${cost.padStart(6)} µs of CPU a frame   ${middle} × (half of the rounds: ${low} to ${high})`,
    );
  }
  const added = (delays: readonly number[], share: number): string =>
    (percentile(delays, share) - percentile(directly.delaysMs, share)).toFixed(2);
  for (const { name, delaysMs } of [bare, ...relays]) {
    console.log(`${name.padEnd(24)} adds p50 ${added(delaysMs, 0.5)} ms, p99 ${added(delaysMs, 0.99)} ms to a frame`);
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
