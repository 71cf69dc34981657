import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import type { Report, Task } from './client-process.ts';
import type { Usage } from './memory.ts';

const here = import.meta.dirname;
const canPin = process.platform === 'linux' && spawnSync('taskset', ['--version']).status === 0;

/** More flags for the server's Node, such as `LOAD_FLAGS=--cpu-prof`. */
const givenFlags = (process.env['LOAD_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');

const isLowered = process.argv.includes('--lowered');
const namesThreads = process.platform === 'linux' && Number.parseInt(process.versions.node, 10) >= 24;

/** Whether servers have a core of their own. */
export const pinned = canPin;

/** A server in its own process, on the first core. */
export interface ServerProcess {
  /** `ws://host:port/v1/realtime`. */
  readonly url: string;
  readonly pid: number;
  usage(options?: { readonly collect: boolean }): Promise<Usage>;
  stop(): Promise<void>;
}

/** The built program with the models of `load.yaml`. */
export function startOurs(): Promise<ServerProcess> {
  const main = join(here, '../dist/cli/main.js');
  return startServer([main, 'serve', '--port', '0', '--config', join(here, 'load.yaml')]);
}

/** The built program with other arguments. */
export function startServe(args: readonly string[]): Promise<ServerProcess> {
  return startServer([join(here, '../dist/cli/main.js'), 'serve', '--port', '0', ...args]);
}

/** A program of the bench that serves. */
export function startProgram(name: string, args: readonly string[]): Promise<ServerProcess> {
  return startServer([join(here, name), ...args]);
}

/** A bare `ws` server that knows nothing but the recordings in a file. */
export function startBare(recordings: string): Promise<ServerProcess> {
  return startServer([join(here, 'bare-server.ts'), recordings]);
}

async function startServer(args: readonly string[]): Promise<ServerProcess> {
  if (isLowered && !namesThreads)
    throw new Error('--lowered needs Linux, and Node 24 or newer, which names its threads');
  const flags = ['--expose-gc', '--import', join(here, 'memory.ts'), ...givenFlags];
  const child = onCore(0, [...flags, ...args]);
  const [line] = await once(child.stdout ?? child, 'data');
  const address = String(line).trim().replace('Listening on http', 'ws');
  if (isLowered) lowerV8(child.pid ?? 0);
  return {
    url: `${address}/v1/realtime`,
    pid: child.pid ?? 0,
    async usage(options = { collect: false }) {
      child.send(options);
      const [usage]: readonly Usage[] = await once(child, 'message');
      if (usage === undefined) throw new Error('the server process did not answer');
      return usage;
    },
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** Gives the threads on which V8 collects and compiles the lowest priority, as `docs/server.md` tells how. */
function lowerV8(pid: number): void {
  const threads = `/proc/${pid}/task`;
  for (const thread of readdirSync(threads)) {
    const name = readFileSync(`${threads}/${thread}/comm`, 'utf8').trim();
    if (name.endsWith('V8Worker')) setPriority(Number(thread), constants.priority.PRIORITY_LOW);
  }
}

/** Clients in their own process, on the last core. */
export interface ClientProcess {
  /** Sets the clients to work; resolves once all are connected. */
  start(task: Task): Promise<void>;
  /** What they have seen since the last report. */
  report(): Promise<Report>;
  stop(): Promise<void>;
}

/** `givesWay`: to other clients, whose waiting is measured and who would wait for these too. */
export function startClients({ givesWay = false }: { readonly givesWay?: boolean } = {}): ClientProcess {
  const child = onCore(1, [join(here, 'client-process.ts')]);
  if (givesWay && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const ask = async (message: object): Promise<Report> => {
    child.send(message);
    const [answer]: readonly Report[] = await once(child, 'message');
    if (answer === undefined) throw new Error('the client process did not answer');
    return answer;
  };
  return {
    start: async (task) => void (await ask(task)),
    report: () => ask({ do: 'report' }),
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** A program of Node's on a core of its own, where there are such. */
export function onCore(core: number, args: readonly string[]): ChildProcess {
  const [program, ...before] = canPin ? ['taskset', '-c', String(core), process.execPath] : [process.execPath];
  const stdio = ['ignore', 'pipe', 'inherit', 'ipc'] as const;
  return spawn(program ?? process.execPath, [...before, ...args], { stdio: [...stdio] });
}
