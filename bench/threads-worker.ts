import { parentPort, workerData } from 'node:worker_threads';
import { createSileroVad } from '../src/engines/index.ts';
import { answeredAt, ringAt, ringLength, type SharedWindows, sentAt, windowOf } from './threads.ts';

/** Judges the windows of all sessions, in the order in which they are sent, and tells when none is left. */
const windows: SharedWindows = workerData;
const vad = createSileroVad({ onnxruntime: false, gate: false });
const vads = Array.from(windows.answers, () => vad(24_000));
let answered = 0;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- to a thread, which has no origin
parentPort?.postMessage('ready');
for (;;) {
  Atomics.wait(windows.control, sentAt, answered);
  const sent = Atomics.load(windows.control, sentAt);
  for (; answered !== sent; answered++) {
    const session = windows.control[ringAt + (answered % ringLength)] ?? 0;
    windows.answers[session] = vads[session]?.probability(windowOf(windows, session)) ?? Number.NaN;
  }
  Atomics.store(windows.control, answeredAt, answered);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- to a thread, which has no origin
  parentPort?.postMessage(answered);
}
