import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinned, type ServerProcess, startProgram, startServe } from './load-processes.ts';
import type { EndsReport, EndsTask } from './relay-ends.ts';

const sessions = 100;
const seconds = 10;
const rounds = 3;

/** One way for sessions to reach the upstream. */
interface Way {
  readonly name: string;
  start(upstream: string): Promise<ServerProcess>;
}

/** CPU and added delay of a relay, against a bare pipe of `ws` and no pipe at all in the same run. */
export async function run(): Promise<void> {
  console.log(pinned ? 'each relay on one core of its own' : 'relays not pinned to a core: taskset is missing');
  console.log(`${sessions} sessions, a frame of 40 ms each way, ${rounds} rounds of ${seconds} s each`);
  const folder = mkdtempSync(join(tmpdir(), 'relay-'));
  const ends = await startEnds();
  try {
    const ways = waysIn(folder);
    const costs = new Map(ways.map(({ name }): [string, number[]] => [name, []]));
    const delays = new Map<string, number[]>([
      ['directly', []],
      ...ways.map(({ name }): [string, number[]] => [name, []]),
    ]);
    // In turn, so that a busy machine slows all of them alike.
    for (let round = 0; round < rounds; round++) {
      delays.get('directly')?.push(...(await ends.talk(ends.url)));
      for (const way of ways) {
        const { cpuMs, delaysMs } = await measured(way, ends);
        costs.get(way.name)?.push(cpuMs);
        delays.get(way.name)?.push(...delaysMs);
      }
    }
    print(costs, delays);
  } finally {
    ends.stop();
    rmSync(folder, { recursive: true });
  }
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

async function measured(
  way: Way,
  ends: Ends,
): Promise<{ readonly cpuMs: number; readonly delaysMs: readonly number[] }> {
  const server = await way.start(ends.url);
  try {
    const url = `${server.url}?model=m`;
    await ends.talk(url, 2); // what is compiled once is compiled now
    const before = await server.usage();
    const delaysMs = await ends.talk(url);
    const { cpuMs } = await server.usage();
    return { cpuMs: (cpuMs - before.cpuMs) / sessions / seconds, delaysMs };
  } finally {
    await server.stop();
  }
}

interface Ends {
  readonly url: string;
  talk(url: string, forSeconds?: number): Promise<readonly number[]>;
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
  return {
    url: `${String(line).trim().replace('Listening on http', 'ws')}/v1/realtime`,
    async talk(url, forSeconds = seconds) {
      child.send({ url: url.includes('?') ? url : `${url}?model=m`, sessions, seconds: forSeconds } satisfies EndsTask);
      const [report]: readonly EndsReport[] = await once(child, 'message');
      return report?.delaysMs ?? [];
    },
    stop: () => void child.kill('SIGKILL'),
  };
}

function print(costs: ReadonlyMap<string, readonly number[]>, delays: ReadonlyMap<string, readonly number[]>): void {
  const [bare = Number.NaN] = [...costs.values()].map(median);
  for (const [name, each] of costs) {
    const cost = median(each);
    console.log(
      `${name.padEnd(24)} ${cost.toFixed(2).padStart(6)} ms of CPU a session-second   ${(cost / bare).toFixed(2)} ×`,
    );
  }
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(delays.get('directly') ?? [], share));
  for (const [name, each] of delays) {
    if (name === 'directly') continue;
    const [slower50, slower99] = [percentile(each, 0.5) - (p50 ?? 0), percentile(each, 0.99) - (p99 ?? 0)];
    console.log(`${name.padEnd(24)} adds p50 ${slower50.toFixed(2)} ms, p99 ${slower99.toFixed(2)} ms to a frame`);
  }
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
