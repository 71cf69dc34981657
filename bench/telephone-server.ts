import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { WebSocketServer } from 'ws';
import { energyVad, type Model, pipelineModel } from '../src/engines/index.ts';
import { listen } from '../src/server/index.ts';
import { authToken, publicUrl } from '../src/testing/carrier-webhook.ts';

/** What the engines take for a greeting, in milliseconds, and how long they then talk. */
export const engineMs = 400;
const talkSeconds = 20;

/** What takes calls: ours, or a bare server that reads and sends as much, over media streams or SIP. */
type Kind = 'streams' | 'sip' | 'bare-streams' | 'bare-rtp';

/** A server with a thread of its own, whose processor time counts. */
export class Served {
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
        for (let second = 0; second < talkSeconds; second++) yield sound;
      },
    },
  });
}

const answering = { model: 'talker', greeting: 'Say hello.' };

async function serveStreams(): Promise<string> {
  const twilio = { ...answering, authToken };
  const { url } = await listen({ port: 0, models: { talker: talker() }, telephony: { publicUrl, twilio } });
  return url;
}

async function serveSip(): Promise<string> {
  const sip = { listen: ['udp://127.0.0.1:0'], answer: answering };
  const server = await listen({ port: 0, models: { talker: talker() }, telephony: { sip } });
  return server.sip[0] ?? '';
}

/** Sends each packet back as it came. */
async function serveBareRtp(): Promise<string> {
  const socket = createSocket('udp4');
  socket.on('message', (packet, { port, address }) => socket.send(packet, port, address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return `udp://127.0.0.1:${socket.address().port}`;
}

/** Parses each frame that comes, and sends one of the same length back. */
async function serveBareStreams(): Promise<string> {
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
  const serves: Readonly<Record<Kind, () => Promise<string>>> = {
    streams: serveStreams,
    sip: serveSip,
    'bare-streams': serveBareStreams,
    'bare-rtp': serveBareRtp,
  };
  const kind: Kind = workerData;
  const url = await serves[kind]();
  port.on('message', () => {
    const { user, system } = process.threadCpuUsage();
    port.postMessage((user + system) / 1000);
  });
  port.postMessage(url);
}
