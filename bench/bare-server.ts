import { readFileSync } from 'node:fs';
import { type WebSocket, WebSocketServer } from 'ws';
import type { RecordedTurn } from './load-recording.ts';

/**
 * What a server can't do without: it parses every frame, and after so many of them sends a turn that was recorded from
 * the real one, at the same pace. Started with the file that holds the recordings by name; a connection asks for one
 * with `?model=`.
 */
const recordings: Readonly<Record<string, RecordedTurn>> = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false }, () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`Listening on http://127.0.0.1:${port}\n`);
});

server.on('connection', (socket, request) => {
  const name = new URL(request.url ?? '', 'http://localhost').searchParams.get('model') ?? '';
  const turn = recordings[name];
  if (turn === undefined) return socket.close();
  const isDue = ear(turn);
  socket.on('message', (data) => {
    const text = String(data);
    if (isJson(text) && isDue(text)) answer(socket, turn);
  });
  socket.on('error', () => {});
  socket.send(turn.greeting);
});

/** Tells at each frame whether the answer is due. */
function ear({ hears, clientFrames, answeredFrame }: RecordedTurn): (frame: string) => boolean {
  let frames = 0;
  if (hears === undefined) return () => frames++ % clientFrames === answeredFrame;
  let quiet = hears.quietFrames;
  return (frame) => {
    quiet = frame === hears.silence ? quiet + 1 : 0;
    return quiet === hears.quietFrames;
  };
}

function answer(socket: WebSocket, turn: RecordedTurn): void {
  for (const { afterMs, frames } of turn.answer) {
    const send = (): void => {
      for (const frame of frames) socket.send(frame);
    };
    if (afterMs === 0) send();
    else setTimeout(send, afterMs);
  }
}

/** Parses it, as every server must. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
