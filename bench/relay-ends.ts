import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';

/**
 * Both ends of relayed sessions in one process, so that one clock tells how long a frame was under way. Prints where its
 * upstream listens; a message of the parent has clients talk through an address, and the answer is what they have seen.
 */
export interface EndsTask {
  readonly url: string;
  readonly sessions: number;
  readonly seconds: number;
}

/** How long frames were under way, in milliseconds, ascending; both directions together. */
export interface EndsReport {
  readonly delaysMs: readonly number[];
}

/** Sound of 40 ms, as clients and servers send it. */
const frameMs = 40;
const sound = Buffer.alloc((24_000 * 2 * frameMs) / 1000, 7).toString('base64');
const created = JSON.stringify({
  type: 'session.created',
  event_id: 'e',
  session: { type: 'realtime', id: 's', model: 'm' },
});

let delaysMs: number[] = [];
const upstreams = new Set<WebSocket>();

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false }, () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`Listening on http://127.0.0.1:${port}\n`);
});

server.on('connection', (socket) => {
  upstreams.add(socket);
  socket.on('error', () => {});
  socket.on('close', () => upstreams.delete(socket));
  socket.on('message', note);
  socket.send(created);
});

/** Every frame ends with the time at which it was sent. */
function note(data: unknown): void {
  if (!Buffer.isBuffer(data)) return;
  const at = Number(/"at":([\d.]+)\}$/.exec(data.toString('latin1', data.length - 40))?.[1]);
  if (!Number.isNaN(at)) delaysMs.push(performance.now() - at);
}

const upward = (): string => `{"type":"input_audio_buffer.append","audio":"${sound}","at":${performance.now()}}`;
const downward = (): string =>
  `{"type":"response.output_audio.delta","event_id":"event_0123456789","response_id":"resp_0123456789","item_id":"item_0123456789","output_index":0,"content_index":0,"delta":"${sound}","at":${performance.now()}}`;

process.on('message', async ({ url, sessions, seconds }: EndsTask) => {
  const clients: WebSocket[] = [];
  for (let count = 0; count < sessions; count++) {
    const socket = new WebSocket(url, { perMessageDeflate: false, headers: { authorization: 'Bearer sk-bench' } });
    await once(socket, 'message');
    socket.on('message', note);
    clients.push(socket);
  }
  delaysMs = [];
  await stream([...clients, ...upstreams], seconds, new Set(clients));
  process.send?.({ delaysMs: delaysMs.toSorted((a, b) => a - b) } satisfies EndsReport);
  for (const client of clients) client.terminate();
});

/** Each socket sends a frame every 40 ms, all of them spread evenly over that time. */
async function stream(sockets: readonly WebSocket[], seconds: number, clients: ReadonlySet<WebSocket>): Promise<void> {
  const start = performance.now();
  const total = (seconds * 1000) / frameMs;
  let sent = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = ((performance.now() - start) / frameMs) * sockets.length;
      for (; sent < Math.min(due, total * sockets.length); sent++) {
        const socket = sockets[sent % sockets.length];
        socket?.send(clients.has(socket) ? upward() : downward());
      }
      if (sent < total * sockets.length) return;
      clearInterval(timer);
      resolve();
    }, 2);
  });
}
