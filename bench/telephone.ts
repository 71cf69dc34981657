import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { WebSocket, WebSocketServer } from 'ws';
import { energyVad, type Model, pipelineModel } from '../src/engines/index.ts';
import { listen, systemClock } from '../src/server/index.ts';
import { authToken, orderIn, publicUrl, webhookOf } from '../src/testing/carrier-webhook.ts';
import { FakePhone } from '../src/testing/fake-phone.ts';
import { median } from './measure.ts';

/** Calls one after the other, calls at once, and how long those talk. */
const setUps = 40;
const calls = 50;
const seconds = 10;
/** What the engines take for a greeting, and how long a telephone rings. */
const engineMs = 400;
const ringMs = 1000;

/**
 * What telephone calls over media streams take: from the `start` of a stream to the first sound, where the greeting was
 * made while the phone rang and where it had no time for that; set-ups a second; processor time of a call that talks and
 * listens, beside that of a bare server which reads and sends as many frames.
 */
export async function run(): Promise<void> {
  const ours = await Served.begin('ours');
  const bare = await Served.begin('bare');
  try {
    const rung: number[] = [];
    for (let nth = 0; nth < 10; nth++) rung.push(await firstSound(ours.url, `CA-rung-${nth}`, ringMs));
    print(
      'start to first sound, rung',
      `${median(rung).toFixed(1)} ms   latest ${Math.max(...rung).toFixed(1)} ms   goal 300`,
    );
    const hasty = [await firstSound(ours.url, 'CA-hasty', 0)];
    print('the same, picked up at once', `${median(hasty).toFixed(1)} ms   engines take ${engineMs} ms`);
    const from = performance.now();
    const cpuFrom = await ours.cpuMs();
    await Promise.all(Array.from({ length: setUps }, (_, nth) => firstSound(ours.url, `CA-set-${nth}`, 0)));
    const setUpMs = ((await ours.cpuMs()) - cpuFrom) / setUps;
    print(
      'set-ups',
      `${(setUps / ((performance.now() - from) / 1000)).toFixed(0)}/s at once   ${setUpMs.toFixed(2)} ms CPU each`,
    );
    const [own, other] = [await talking(ours), await talking(bare)];
    print(
      'CPU of a call',
      `${own.toFixed(2)} % of a core   bare ${other.toFixed(2)} %   ${(other / own).toFixed(2)} ×`,
    );
  } finally {
    await ours.end();
    await bare.end();
  }
}

function print(what: string, figures: string): void {
  console.log(`${what.padEnd(30)} ${figures}`);
}

type Kind = 'ours' | 'bare';

/** A server with a thread of its own, whose processor time counts. */
class Served {
  readonly #worker: Worker;
  readonly url: string;

  private constructor(worker: Worker, url: string) {
    this.#worker = worker;
    this.url = url;
  }

  static async begin(kind: Kind): Promise<Served> {
    const worker = new Worker(new URL(import.meta.url), { workerData: kind });
    const [url] = await once(worker, 'message');
    return new Served(worker, String(url));
  }

  /** Processor time of the thread so far, in milliseconds. */
  async cpuMs(): Promise<number> {
    this.#worker.postMessage('cpu', []);
    const [ms] = await once(this.#worker, 'message');
    return Number(ms);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

interface Talking {
  readonly phone: FakePhone;
  readonly socket: WebSocket;
}

async function call(url: string, callSid: string, rings: number): Promise<Talking> {
  const { target, headers, body } = webhookOf({ form: { CallSid: callSid } });
  const order = await orderIn(await fetch(`${url}${target}`, { method: 'POST', headers, body }));
  await sleep(rings);
  return streamed(`${url.replace('http', 'ws')}${order.path}`, callSid, order.parameters);
}

async function streamed(url: string, callSid: string, parameters: Readonly<Record<string, string>>): Promise<Talking> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const phone = new FakePhone({
    carrier: 'twilio',
    clock: systemClock(),
    callSid,
    parameters,
    send: (frame) => socket.send(frame),
  });
  await once(socket, 'open');
  socket.on('message', (data) => phone.take(String(data)));
  phone.greet();
  return { phone, socket };
}

async function firstSound(url: string, callSid: string, rings: number): Promise<number> {
  const { phone, socket } = await call(url, callSid, rings);
  const from = performance.now();
  phone.start();
  await once(socket, 'message');
  const ms = performance.now() - from;
  phone.leave();
  socket.terminate();
  return ms;
}

/** Processor time of a call that talks all the time, as a part of a core. */
async function talking(server: Served): Promise<number> {
  const all = await Promise.all(
    Array.from({ length: calls }, async (_, nth) => {
      const talk = await (server.url.startsWith('ws')
        ? streamed(server.url, 'CA', {})
        : call(server.url, `CA-talk-${nth}`, 0));
      talk.phone.start();
      return talk;
    }),
  );
  await sleep(2000);
  const from = performance.now();
  const before = await server.cpuMs();
  await sleep(seconds * 1000);
  const used = (await server.cpuMs()) - before;
  const share = (used / (performance.now() - from) / calls) * 100;
  for (const { phone, socket } of all) {
    phone.leave();
    socket.terminate();
  }
  return share;
}

/** A model that takes its time to greet, and then talks on. */
function talker(): Model {
  return pipelineModel({
    vad: energyVad,
    transcriber: {
      async *transcribe() {
        yield { type: 'completed', transcript: 'hello' };
      },
    },
    languageModel: {
      async *answer() {
        yield { type: 'text', text: 'Hello, and welcome. ' };
        yield { type: 'end' };
      },
    },
    synthesizer: {
      async *speak() {
        await sleep(engineMs);
        const sound = { samples: new Int16Array(24_000).fill(1000), sampleRate: 24_000 };
        for (let second = 0; second < seconds + 10; second++) yield sound;
      },
    },
  });
}

async function serveOurs(): Promise<string> {
  const twilio = { model: 'talker', authToken, greeting: 'Say hello.' };
  const { url } = await listen({ port: 0, models: { talker: talker() }, telephony: { publicUrl, twilio } });
  return url;
}

/** Parses each frame that comes, and sends one of the same length back. */
async function serveBare(): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { event, media, streamSid } = JSON.parse(String(data));
      if (event !== 'media') return;
      const payload = Buffer.from(media.payload, 'base64').toString('base64');
      socket.send(JSON.stringify({ event: 'media', streamSid, media: { payload } }));
    });
  });
  await once(server, 'listening');
  const address = server.address();
  return `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const url = await (workerData === 'ours' ? serveOurs() : serveBare());
  port.on('message', () => {
    const { user, system } = process.threadCpuUsage();
    port.postMessage((user + system) / 1000);
  });
  port.postMessage(url);
}
