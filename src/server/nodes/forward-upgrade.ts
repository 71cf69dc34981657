import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { heldStream } from '../../wire/node/held-stream.ts';
import { pairsOf, passedOn } from './hop.ts';
import { type Reached, reach } from './reach.ts';
import { Tunnel } from './tunnel.ts';
import type { Way } from './way.ts';

/** An upgrade request that another node answers. */
export interface ForwardedUpgrade {
  readonly request: IncomingMessage;
  readonly stream: Duplex;
  readonly head: Buffer;
}

/** What became of it: a WebSocket that is open, an answer by HTTP that was passed on, or a client that has left; null: nobody was reached. */
export type Passage = Tunnel | 'answered' | 'left' | null;

/** Has another node answer an upgrade. Where nobody is reached (null), it is as unanswered as before. Never rejects. */
export async function forwardUpgrade(way: Way, { request, stream, head }: ForwardedUpgrade): Promise<Passage> {
  const left = new AbortController();
  const release = heldStream(stream, () => left.abort());
  const { method = 'GET', url: target = '/', socket } = request;
  const headers = {
    ...passedOn(pairsOf(request.headers), request.headers.connection),
    connection: 'Upgrade',
    upgrade: 'websocket',
    ...way.sealed({ method, target, address: socket.remoteAddress ?? '' }),
  };
  const reached = await reach({ ...way, method, target, headers, signal: left.signal }).catch((cause: unknown) => {
    if (!left.signal.aborted) way.failed(cause);
    return null;
  });
  if (left.signal.aborted || stream.destroyed) {
    if (reached?.is === 'upgrade') reached.socket.destroy();
    reached?.answer.destroy();
    return 'left';
  }
  await new Promise<void>((free) => release(free));
  return reached === null ? null : answered(way, reached, { stream, head });
}

function answered(way: Way, reached: Reached, { stream, head }: Pick<ForwardedUpgrade, 'stream' | 'head'>): Passage {
  const { answer } = reached;
  if (reached.is === 'upgrade') {
    stream.write(headOf(answer, ['Connection: Upgrade', 'Upgrade: websocket']));
    if (head.length > 0) reached.socket.write(head);
    const tunnel = new Tunnel({ near: stream, far: reached.socket, clock: way.clock });
    tunnel.begin(reached.head);
    return tunnel;
  }
  stream.write(headOf(answer, ['Connection: close']));
  stream.once('finish', () => stream.destroy());
  stream.once('close', () => answer.destroy());
  answer.once('error', () => stream.destroy());
  answer.pipe(stream);
  return 'answered';
}

function headOf(answer: IncomingMessage, own: readonly string[]): string {
  const { statusCode = 502, statusMessage = STATUS_CODES[statusCode] ?? '' } = answer;
  const passed = Object.entries(passedOn(pairsOf(answer.headers), answer.headers.connection));
  const headers = passed.flatMap(([name, value]) => [value ?? []].flat().map((each) => `${name}: ${each}`));
  return `${[`HTTP/1.1 ${statusCode} ${statusMessage}`, ...own, ...headers].join('\r\n')}\r\n\r\n`;
}
