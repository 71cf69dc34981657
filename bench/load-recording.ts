import { once } from 'node:events';
import { WebSocket } from 'ws';
import { frameMs } from './load-audio.ts';

/** One turn as it went over the socket. */
export interface RecordedTurn {
  /** `session.created`. */
  readonly greeting: string;
  /** Frames that the client sends in each turn. */
  readonly clientFrames: number;
  /** Which of them, from 0, brings the answer about. */
  readonly answeredFrame: number;
  /** The answer comes after so many frames of silence that follow others, in place of counting all of them. */
  readonly hears?: { readonly silence: string; readonly quietFrames: number };
  /** What the server sends, by the time after the first of it. */
  readonly answer: readonly { readonly afterMs: number; readonly frames: readonly string[] }[];
}

/** Frames that came closer together than this are kept as one batch, in milliseconds. */
const batchMs = 10;

/** Holds one turn with a server and writes it down. `everyMs`: so much sound is in a frame, and they are sent as a microphone does; null sends them at once. */
export async function record(
  url: string,
  clientFrames: readonly string[],
  { everyMs }: { readonly everyMs: number | null },
): Promise<RecordedTurn> {
  const socket = new WebSocket(url);
  const seen: { readonly at: number; readonly text: string }[] = [];
  const done = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const text = String(data);
      seen.push({ at: performance.now(), text });
      if (text.startsWith('{"type":"rate_limits.updated"')) resolve();
    });
  });
  await once(socket, 'message');
  const start = performance.now();
  for (const [index, frame] of clientFrames.entries()) {
    const earlyMs = start + index * (everyMs ?? 0) - performance.now();
    if (earlyMs > 0) await new Promise((resolve) => setTimeout(resolve, earlyMs));
    socket.send(frame);
  }
  await done;
  socket.terminate();
  const [greeting, ...rest] = seen;
  const answer = rest.slice(rest.findIndex(({ text }) => isAnswer(text)));
  return {
    greeting: greeting?.text ?? '',
    clientFrames: clientFrames.length,
    answeredFrame: answeredFrame(answer[0]?.text ?? '', clientFrames.length, everyMs ?? frameMs),
    answer: batches(answer),
  };
}

/** Where the server's part begins: at the end of the user's speech or, for typed turns, at the item. */
function isAnswer(text: string): boolean {
  return /^\{"type":"(input_audio_buffer\.speech_stopped|conversation\.item\.added)"/.test(text);
}

/** The frame with which the user's speech was over; for typed turns the last. */
export function answeredFrame(text: string, clientFrames: number, everyMs: number): number {
  const event: { readonly audio_end_ms?: number } = JSON.parse(text);
  return event.audio_end_ms === undefined ? clientFrames - 1 : Math.ceil(event.audio_end_ms / everyMs) - 1;
}

function batches(seen: readonly { readonly at: number; readonly text: string }[]): RecordedTurn['answer'] {
  const batched: { at: number; readonly afterMs: number; readonly frames: string[] }[] = [];
  for (const { at, text } of seen) {
    const last = batched.at(-1);
    if (last !== undefined && at - last.at < batchMs) last.frames.push(text);
    else batched.push({ at, afterMs: Math.round(at - (seen[0]?.at ?? at)), frames: [text] });
  }
  return batched.map(({ afterMs, frames }) => ({ afterMs, frames }));
}
