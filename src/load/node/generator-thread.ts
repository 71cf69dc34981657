import { parentPort, workerData } from 'node:worker_threads';
import { holdShare, type Share } from './generate.ts';

const share: Share = workerData;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread, not of a window
parentPort?.postMessage(await holdShare(share));
