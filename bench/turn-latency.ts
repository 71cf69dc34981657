import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { WebSocket, WebSocketServer } from 'ws';
import { energyVad, type Model, pipelineModel } from '../src/engines/index.ts';
import { listen } from '../src/server/index.ts';
import { appendsOf, frameMs } from './load-audio.ts';

const sessions = 20;
const turnsEach = 15;
/** What the engines take: the words of a turn, the first token, the first sound of a clause. */
const delays = { transcriber: 20, languageModel: 30, synthesizer: 40 } as const;
const delayMs = delays.transcriber + delays.languageModel + delays.synthesizer;
/** Half a second of speech, and more silence than ends a turn and the answer needs. */
const turn = { speechFrames: 25, silenceFrames: 30 };
const turnFrames = turn.speechFrames + turn.silenceFrames;
/** The frame with which the bare server takes a turn for ended: 200 ms after the speech, as ours does. */
const endingFrame = turn.speechFrames + 9;

/**
 * From the frame that ends a turn, as it is sent, to the first sound of the answer, as it arrives, without what the
 * engines take: over real sockets, in 20 sessions at the pace of speech. The bare server counts frames and waits.
 */
export async function run(): Promise<void> {
  console.log(`${sessions} sessions, ${turnsEach} turns each; engines take ${delayMs} ms, which is left out`);
  const ours = await measured('ours');
  const bare = await measured('bare');
  for (const [name, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
    ['latest', 1],
  ] as const) {
    const [own, other] = [percentile(ours, share), percentile(bare, share)];
    console.log(
      `turn latency, ${name.padEnd(8)} ${own.toFixed(2).padStart(8)} ms   bare ${other.toFixed(2).padStart(8)} ms   ${(other / own).toFixed(2)} ×`,
    );
  }
}

type Kind = 'ours' | 'bare';

/** The server has a thread of its own, so that clients do not make it wait. */
async function measured(kind: Kind): Promise<readonly number[]> {
  const worker = new Worker(new URL(import.meta.url), { workerData: kind });
  try {
    const [url] = await once(worker, 'message');
    const delaysOf = await Promise.all(
      Array.from({ length: sessions }, async (_, index) => {
        await sleep((index * frameMs) / sessions); // clients do not send at the same instant
        return talk(String(url));
      }),
    );
    return delaysOf.flat().toSorted((a, b) => a - b);
  } finally {
    await worker.terminate();
  }
}

/** One client: speaks turn after turn; gives how long each answer took, the first left out. */
async function talk(url: string): Promise<readonly number[]> {
  const socket = new WebSocket(url, { headers: { authorization: 'Bearer none' } });
  const sentAt: number[] = [];
  const found: number[] = [];
  let endedAt: number | null = null;
  socket.on('message', (data) => {
    const event = JSON.parse(String(data));
    if (event.type === 'input_audio_buffer.speech_stopped') {
      endedAt = sentAt[Math.ceil(event.audio_end_ms / frameMs) - 1] ?? null;
    } else if (event.type === 'response.output_audio.delta' && endedAt !== null) {
      found.push(performance.now() - endedAt - delayMs);
      endedAt = null;
    }
  });
  await once(socket, 'open');
  const frames = appendsOf(turn);
  const start = performance.now();
  for (let sent = 0; sent < turnFrames * turnsEach; sent++) {
    await sleep(Math.max(0, start + sent * frameMs - performance.now()));
    sentAt.push(performance.now());
    socket.send(frames[sent % turnFrames] ?? '');
  }
  socket.terminate();
  if (found.length !== turnsEach) throw new Error(`${found.length} of ${turnsEach} turns were answered`);
  return found.slice(1);
}

const sound = { samples: new Int16Array(2400).fill(1000), sampleRate: 24_000 };

function stubPipeline(): Model {
  return pipelineModel({
    vad: energyVad,
    transcriber: {
      async *transcribe() {
        await sleep(delays.transcriber);
        yield { type: 'completed', transcript: 'what time is it' };
      },
    },
    languageModel: {
      async *answer() {
        await sleep(delays.languageModel);
        yield { type: 'text', text: 'It is noon. ' };
        yield { type: 'end' };
      },
    },
    synthesizer: {
      async *speak() {
        await sleep(delays.synthesizer);
        yield* [sound, sound, sound];
      },
    },
  });
}

async function serveOurs(): Promise<string> {
  const { url } = await listen({ port: 0, models: { stub: stubPipeline() } });
  return `${url.replace('http', 'ws')}/v1/realtime?model=stub`;
}

/** Parses what comes, knows a turn's end by counting, waits as the engines do, and sends a sound. */
async function serveBare(): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  const delta = Buffer.from(sound.samples.buffer).toString('base64');
  server.on('connection', (socket) => {
    let frames = 0;
    socket.on('message', async (data) => {
      JSON.parse(String(data));
      frames += 1;
      if ((frames - 1) % turnFrames !== endingFrame) return;
      socket.send(JSON.stringify({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: frames * frameMs }));
      for (const ms of Object.values(delays)) await sleep(ms);
      socket.send(JSON.stringify({ type: 'response.output_audio.delta', delta }));
    });
  });
  await once(server, 'listening');
  const address = server.address();
  return `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN;
}

if (!isMainThread) {
  const url = await (workerData === 'ours' ? serveOurs() : serveBare());
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has no origin
  parentPort?.postMessage(url);
}
