import cluster from 'node:cluster';

/** Set in the environment of our own workers: another program may have started this one by `node:cluster`, too. */
export const workerMarker = 'ANTIPHON_IS_WORKER';

/** Whether this process is a worker that our primary has started. */
export function isWorker(): boolean {
  return cluster.isWorker && process.env[workerMarker] !== undefined;
}
