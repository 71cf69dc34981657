import { once } from 'node:events';
import { WebSocket } from 'ws';
import { appendsOf, frameMs, type TurnSound } from './load-audio.ts';
import { heavyFrames, type Neighbour } from './load-neighbours.ts';
import { answeredFrame } from './load-recording.ts';

/**
 * What clients are set to do: to wait, to stream in real time, to hold one turn after the other without a pause, to ask
 * for something small now and then, or to send what is heavy.
 */
export type Task = { readonly url: string; readonly sessions: number } & (
  | { readonly do: 'wait' }
  /** `answeredFrame`: the frame of each turn that is answered, where the server can't say so. */
  | {
      readonly do: 'stream';
      readonly sound: TurnSound;
      readonly answeredFrame: number | null;
      /** Sent before all else. */
      readonly first?: string;
    }
  | { readonly do: 'turns'; readonly frames: readonly string[] }
  /** Each answer is one frame, and its delay goes into the report. */
  | { readonly do: 'ask'; readonly frame: string; readonly everyMs: number }
  | { readonly do: 'burden'; readonly neighbour: Neighbour; readonly first?: string }
);

/** What clients have seen since the last report. */
export interface Report {
  /**
   * Milliseconds, in ascending order: from the frame that ended a user's speech to the first delta of the answer; of who
   * asks, from the question to its answer.
   */
  readonly delaysMs: readonly number[];
  /** Turns answered to their end. */
  readonly turns: number;
  /** Milliseconds by which frames were sent later than planned, at most. */
  readonly latestSendMs: number;
}

let delaysMs: number[] = [];
let turns = 0;
let latestSendMs = 0;

process.on('message', (message: Task | { readonly do: 'report' }) => {
  if (message.do === 'report') return report();
  void begin(message).then(report);
});

function report(): void {
  process.send?.({ delaysMs: delaysMs.toSorted((a, b) => a - b), turns, latestSendMs } satisfies Report);
  delaysMs = [];
  turns = 0;
  latestSendMs = 0;
}

async function begin(task: Task): Promise<void> {
  const sockets: WebSocket[] = [];
  for (let count = 0; count < task.sessions; count++) sockets.push(await connect(task.url));
  if ('first' in task) for (const socket of sockets) socket.send(task.first ?? '');
  if (task.do === 'stream') stream(sockets, task);
  if (task.do === 'ask') for (const socket of sockets) ask(socket, task);
  if (task.do === 'burden') for (const socket of sockets) burden(socket, task.neighbour);
  if (task.do === 'turns') for (const socket of sockets) converse(socket, task);
}

async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'message');
  return socket;
}

/** The start of a frame, which tells its type; longer frames need not be decoded as a whole. */
function headOf(data: unknown): string {
  return Buffer.isBuffer(data) ? data.toString('latin1', 0, 60) : '';
}

/** Sends frame after frame on a fixed plan, the sessions spread evenly over the length of a turn. */
function stream(sockets: readonly WebSocket[], task: Extract<Task, { do: 'stream' }>): void {
  const frames = appendsOf(task.sound);
  const start = performance.now() + 100;
  const turnMs = frames.length * frameMs;
  // A frame more than a turn: else all would send at the same moments wherever a turn's share is whole frames.
  const apartMs = (turnMs + frameMs) / sockets.length;
  const speakers = sockets.map((socket, index) => speaker(socket, frames, start + index * apartMs, task));
  const tick = (): void => {
    const now = performance.now();
    for (const speak of speakers) speak(now);
  };
  setInterval(tick, 1);
}

/** One session that speaks: to be called often, it sends each frame when its time has come. */
function speaker(
  socket: WebSocket,
  frames: readonly string[],
  start: number,
  { answeredFrame: known }: Extract<Task, { do: 'stream' }>,
): (now: number) => void {
  const sentAt = new Float64Array(frames.length);
  let sent = 0;
  let endedAt: number | null = null;
  socket.on('message', (data) => {
    const head = headOf(data);
    if (head.startsWith('{"type":"input_audio_buffer.speech_stopped"')) {
      const last = known ?? answeredFrame(String(data), frames.length, frameMs);
      endedAt = sentAt[last % frames.length] ?? null;
    } else if (endedAt !== null && head.startsWith('{"type":"response.output_audio_transcript.delta"')) {
      delaysMs.push(performance.now() - endedAt);
      endedAt = null;
    } else if (head.startsWith('{"type":"response.done"')) turns += 1;
  });
  return (now) => {
    for (let due = start + sent * frameMs; due <= now; due += frameMs) {
      sentAt[sent % frames.length] = performance.now();
      socket.send(frames[sent % frames.length] ?? '');
      latestSendMs = Math.max(latestSendMs, now - due);
      sent += 1;
    }
  };
}

/** Asks on a fixed plan, whether the answers have come or not. */
function ask(socket: WebSocket, { frame, everyMs }: Extract<Task, { do: 'ask' }>): void {
  const askedAt: number[] = [];
  socket.on('message', () => {
    const at = askedAt.shift();
    if (at !== undefined) delaysMs.push(performance.now() - at);
  });
  setInterval(() => {
    askedAt.push(performance.now());
    socket.send(frame);
  }, everyMs);
}

/** As much as may wait in the client's own process. */
const maxWaitingBytes = 2_000_000;

/** Sends frame after frame as its neighbour does, again and again. */
function burden(socket: WebSocket, neighbour: Neighbour): void {
  const { frames, atOnce, everyMs } = heavyFrames(neighbour);
  let sent = 0;
  setInterval(() => {
    if (socket.bufferedAmount > maxWaitingBytes) return;
    for (let count = 0; count < atOnce; count++) socket.send(frames[sent++ % frames.length] ?? '');
  }, everyMs);
}

/** Turns that one session holds before the next takes its place, as many as a long conversation has. */
const turnsInSession = 40;

/** Sends a whole turn at once, again and again, each as soon as the one before is answered. */
function converse(socket: WebSocket, task: Extract<Task, { do: 'turns' }>): void {
  const speak = (): void => {
    for (const frame of task.frames) socket.send(frame);
  };
  let left = turnsInSession;
  socket.on('message', (data) => {
    if (!headOf(data).startsWith('{"type":"rate_limits.updated"')) return;
    turns += 1;
    left -= 1;
    if (left > 0) return speak();
    socket.terminate();
    void again(task);
  });
  speak();
}

async function again(task: Extract<Task, { do: 'turns' }>): Promise<void> {
  converse(await connect(task.url), task);
}
