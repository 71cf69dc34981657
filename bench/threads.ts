import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createSileroVad } from '../src/engines/index.ts';

/** What this thread and the worker share: a window and an answer for each session, and whose turn it is. */
export interface SharedWindows {
  readonly samples: Int16Array;
  readonly answers: Float32Array;
  readonly control: Int32Array;
}

/** Places in `control`: how many windows were sent, how many answered, and whose they were. */
export const sentAt = 0;
export const answeredAt = 1;
export const ringAt = 2;
export const ringLength = 1024;

const windowSamples = 768;
const sessions = 100;
const rounds = 200;
const warmUpRounds = 20;
const batches = [1, 3, 10];

export function windowOf({ samples }: SharedWindows, session: number): Int16Array {
  return samples.subarray(session * windowSamples, (session + 1) * windowSamples);
}

/**
 * What Silero on a worker thread would save: processor time for one window of 24 kHz on the main thread, and in the
 * whole process; on the main thread itself, and on a worker that is sent so many windows at a time.
 */
export async function run(): Promise<void> {
  const vads = Array.from({ length: sessions }, () => createSileroVad({ onnxruntime: false, gate: false })(24_000));
  const here = shared();
  const sound = Int16Array.from({ length: windowSamples }, (_, i) => Math.round(3000 * Math.sin(i / 20)));
  await measure('on the main thread', () => {
    for (const [session, each] of vads.entries()) {
      windowOf(here, session).set(sound);
      here.answers[session] = each.probability(windowOf(here, session));
    }
    return Promise.resolve();
  });
  for (const batch of batches) await measureWorker(batch, sound);
}

async function measureWorker(batch: number, sound: Int16Array): Promise<void> {
  const windows = shared();
  const worker = new Worker(join(import.meta.dirname, 'threads-worker.ts'), { workerData: windows });
  await once(worker, 'message');
  let heard = (): void => {};
  worker.on('message', () => heard());
  let sent = 0;
  await measure(`on a worker, ${batch} at a time`, async () => {
    for (let first = 0; first < sessions; first += batch) {
      for (let session = first; session < Math.min(first + batch, sessions); session++) {
        windowOf(windows, session).set(sound);
        windows.control[ringAt + (sent++ % ringLength)] = session;
      }
      Atomics.store(windows.control, sentAt, sent);
      Atomics.notify(windows.control, sentAt);
      while (Atomics.load(windows.control, answeredAt) !== sent)
        await new Promise<void>((resolve) => (heard = resolve));
    }
  });
  await worker.terminate();
}

function shared(): SharedWindows {
  return {
    samples: new Int16Array(new SharedArrayBuffer(sessions * windowSamples * 2)),
    answers: new Float32Array(new SharedArrayBuffer(sessions * 4)),
    control: new Int32Array(new SharedArrayBuffer((ringAt + ringLength) * 4)),
  };
}

async function measure(name: string, round: () => Promise<void>): Promise<void> {
  for (let count = 0; count < warmUpRounds; count++) await round();
  const [whole, thread] = [process.cpuUsage(), process.threadCpuUsage()];
  for (let count = 0; count < rounds; count++) await round();
  const [all, own] = [process.cpuUsage(whole), process.threadCpuUsage(thread)];
  const each = ({ user, system }: NodeJS.CpuUsage): string =>
    ((user + system) / rounds / sessions).toFixed(1).padStart(7);
  console.log(`${name.padEnd(32)} main thread ${each(own)} µs   process ${each(all)} µs`);
}
