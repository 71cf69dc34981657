import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readTake } from '../../take/node/read-take.ts';
import { dial } from '../../wire/node/dial.ts';
import { machineClock } from '../../wire/node/machine-clock.ts';
import type { LoadPlan } from '../plan.ts';
import { runLoad } from '../run.ts';
import { takeScript } from '../take-script.ts';
import { Tally, type TallyData } from '../tally.ts';
import type { Generator } from '../verdict.ts';

/** Where the sessions go. */
export interface LoadTarget {
  readonly address: string;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** Certificates to trust besides the usual ones, as PEM. */
  readonly ca?: string;
}

/** What the processes of the generator are to do together. */
export interface LoadOrder {
  readonly target: LoadTarget;
  readonly plan: LoadPlan;
  /** The take whose client's part is played, where that is the shape. */
  readonly take: string | null;
}

/** What one process of the generator is to do. */
export interface Share extends LoadOrder {
  readonly index: number;
  readonly of: number;
}

/** What one process has come to. */
export interface ShareResult {
  readonly tally: TallyData;
  /** Cores that it used. */
  readonly cpu: number;
}

/** Holds the sessions of a plan from so many processes. Rejects where one of them breaks. `cpu` is that of the busiest. */
export async function generate(
  order: LoadOrder,
  processes: number,
): Promise<{ readonly tally: Tally; readonly generator: Generator; readonly seconds: number }> {
  const startedAt = performance.now();
  const shares = Array.from({ length: processes }, (_, index) => ({ ...order, index, of: processes }));
  const results = await Promise.all(processes === 1 ? shares.map(holdShare) : shares.map(inProcess));
  const tally = new Tally();
  for (const result of results) tally.merge(result.tally);
  const cpu = Math.max(...results.map((result) => result.cpu));
  const seconds = (performance.now() - startedAt) / 1000;
  return { tally, generator: { lagP99Ms: tally.lag.percentile(0.99), cpu }, seconds };
}

/** Holds the sessions of one share in this process. */
export async function holdShare({ target, plan, take, index, of }: Share): Promise<ShareResult> {
  const { address, ...options } = target;
  const script = take === null ? {} : { script: takeScript(readTake(take)) };
  const startedAt = performance.now();
  const startedWith = process.cpuUsage();
  const share = { index, of };
  const tally = await runLoad({ plan, clock: machineClock, dial: () => dial(address, options), share, ...script });
  const { user, system } = process.cpuUsage(startedWith);
  return { tally: tally.data, cpu: (user + system) / 1000 / (performance.now() - startedAt) };
}

function inProcess(share: Share): Promise<ShareResult> {
  // Run from source its name ends in .ts, and built in .js.
  const name = `./generator-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`;
  const child = fork(fileURLToPath(new URL(name, import.meta.url)), { execArgv: [] });
  child.send(share);
  return new Promise((resolve, reject) => {
    child.once('message', (result: ShareResult) => resolve(result));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`a process of the generator ended with ${code}`)));
  });
}
