import { Worker } from 'node:worker_threads';
import { dial } from '../../wire/node/dial.ts';
import type { LoadPlan } from '../plan.ts';
import { runLoad } from '../run.ts';
import { Tally, type TallyData } from '../tally.ts';
import type { Generator } from '../verdict.ts';
import { machineClock } from './clock.ts';

/** Where the sessions go. */
export interface LoadTarget {
  readonly address: string;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** Certificates to trust besides the usual ones, as PEM. */
  readonly ca?: string;
}

/** What one thread of the generator is to do. */
export interface Share {
  readonly target: LoadTarget;
  readonly plan: LoadPlan;
  readonly index: number;
  readonly of: number;
}

/** Holds the sessions of a plan from so many threads. Rejects where one of them breaks. */
export async function generate(
  target: LoadTarget,
  plan: LoadPlan,
  threads: number,
): Promise<{ readonly tally: Tally; readonly generator: Generator; readonly seconds: number }> {
  const startedAt = performance.now();
  const startedWith = process.cpuUsage();
  const shares = Array.from({ length: threads }, (_, index) => ({ target, plan, index, of: threads }));
  const done = threads === 1 ? shares.map(holdShare) : shares.map(inThread);
  const tally = new Tally();
  for (const data of await Promise.all(done)) tally.merge(data);
  const { user, system } = process.cpuUsage(startedWith);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = (user + system) / 1e6 / seconds / threads;
  return { tally, generator: { lagP99Ms: tally.lag.percentile(0.99), cpu }, seconds };
}

/** Holds the sessions of one share in this thread. */
export async function holdShare({ target, plan, index, of }: Share): Promise<TallyData> {
  const { address, ...options } = target;
  const share = { index, of };
  const tally = await runLoad({ plan, clock: machineClock, dial: () => dial(address, options), share });
  return tally.data;
}

function inThread(share: Share): Promise<TallyData> {
  // Run from source its name ends in .ts, and built in .js.
  const name = `./generator-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`;
  const thread = new Worker(new URL(name, import.meta.url), { workerData: share, name: 'antiphon load' });
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`a thread of the generator ended with ${code}`)));
  });
}
