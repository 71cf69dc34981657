import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';

/**
 * Both ends of relayed sessions in one process, so that one clock tells how long a frame was under way. Prints where its
 * upstream listens. A message of the parent has clients connect through an address, or talk there; each is answered.
 */
export type EndsTask =
  | { readonly do: 'connect'; readonly url: string; readonly sessions: number }
  | ({ readonly do: 'talk'; readonly url: string } & Pace);

export interface Pace {
  /** Of each socket. */
  readonly frames: number;
  /** Time between two of them, in milliseconds. */
  readonly everyMs: number;
}

/** How long frames were under way, in milliseconds; both directions together. */
export interface EndsReport {
  readonly delaysMs: readonly number[];
}

/** As clients and servers send it. */
const frameMs = 40;
const sound = Buffer.alloc((24_000 * 2 * frameMs) / 1000, 7).toString('base64');
const created = JSON.stringify({
  type: 'session.created',
  event_id: 'e',
  session: { type: 'realtime', id: 's', model: 'm' },
});

const response = JSON.stringify({
  type: 'response.created',
  event_id: 'e',
  response: { object: 'realtime.response', id: 'resp_0123456789', status: 'in_progress', output: [] },
});

/** The sockets of the sessions that go one way. */
interface Sockets {
  readonly clients: readonly WebSocket[];
  readonly upstreams: readonly WebSocket[];
}

const connected = new Map<string, Sockets>();
/** Those of sessions that are connecting. */
let accepted: WebSocket[] = [];
let delaysMs: number[] = [];
let arrived = (): void => {};

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false }, () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`Listening on http://127.0.0.1:${port}\n`);
});

server.on('connection', (socket) => {
  accepted.push(socket);
  socket.on('error', () => {});
  socket.on('message', note);
  socket.send(created);
});

/** Every frame ends with the time at which it was sent. */
function note(data: unknown): void {
  if (!Buffer.isBuffer(data)) return;
  const at = Number(/"at":([\d.]+)\}$/.exec(data.toString('latin1', data.length - 40))?.[1]);
  if (Number.isNaN(at)) return;
  delaysMs.push(performance.now() - at);
  arrived();
}

const upward = (): string => `{"type":"input_audio_buffer.append","audio":"${sound}","at":${performance.now()}}`;
const downward = (): string =>
  `{"type":"response.output_audio.delta","event_id":"event_0123456789","response_id":"resp_0123456789","item_id":"item_0123456789","output_index":0,"content_index":0,"delta":"${sound}","at":${performance.now()}}`;

process.on('message', async (task: EndsTask) => {
  delaysMs = [];
  const sockets = connected.get(task.url);
  if (task.do === 'connect') connected.set(task.url, await connect(task.url, task.sessions));
  else if (sockets !== undefined) await talk(sockets, task);
  process.send?.({ delaysMs } satisfies EndsReport);
});

async function connect(url: string, sessions: number): Promise<Sockets> {
  const clients: WebSocket[] = [];
  accepted = [];
  while (clients.length < sessions) {
    const socket = new WebSocket(url, { perMessageDeflate: false, headers: { authorization: 'Bearer sk-bench' } });
    await once(socket, 'message');
    socket.on('message', note);
    clients.push(socket);
  }
  for (const upstream of accepted) upstream.send(response);
  return { clients, upstreams: accepted };
}

/** Time between two looks at what is due, in milliseconds. */
const tickMs = 2;

/**
 * Each socket sends its frames, all of them spread evenly over that time; resolves when all have
 * arrived. A machine that is late makes it longer, and sends nothing in bursts: those would cost less.
 */
function talk({ clients, upstreams }: Sockets, { frames, everyMs }: Pace): Promise<void> {
  const senders = clients.flatMap((client, index) => [
    () => client.send(upward()),
    () => upstreams[index]?.send(downward()),
  ]);
  const total = senders.length * frames;
  const atOnce = Math.ceil((senders.length * tickMs) / everyMs);
  let sent = 0;
  const timer = setInterval(() => {
    for (let count = 0; count < atOnce && sent < total; count++) senders[sent++ % senders.length]?.();
    if (sent === total) clearInterval(timer);
  }, tickMs);
  return new Promise((resolve) => {
    arrived = () => {
      if (delaysMs.length === total) resolve();
    };
  });
}
