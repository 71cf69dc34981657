/** The thread that writes takes. */
import { parentPort } from 'node:worker_threads';
import type { BatchData } from './batch.ts';
import { Desk } from './desk.ts';

const desk = new Desk();

parentPort?.on('message', (batch: BatchData) => {
  const news = desk.write(batch);
  parentPort?.postMessage({ news, memory: batch }, [batch.bytes.buffer, batch.marks.buffer]);
});
