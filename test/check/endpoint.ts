import type { Server } from 'node:http';
import { type Duplex, duplexPair } from 'node:stream';
import type { Endpoint } from '../../src/check/endpoint.ts';
import { networkEndpoint } from '../../src/check/node/network.ts';
import { createHttpServer } from '../../src/server/http/http-server.ts';
import { type ListenOptions, settle } from '../../src/server/options.ts';
import { lastingParts, receive } from '../../src/server/reception.ts';
import { endlessTurns } from '../../src/server/session/turns.ts';
import { memoryState } from '../../src/state/memory/state.ts';
import { type VirtualClock, virtualClock } from '../../src/testing/index.ts';
import { memoryCalls } from './memory-calls.ts';

/** A server at the end of streams in memory, under a virtual clock. */
export interface MemoryEndpoint {
  readonly endpoint: Endpoint;
  /** Lets time pass wherever nothing else is left to do, until the promise is settled. */
  whileTimePasses<T>(promise: Promise<T>): Promise<T>;
  close(): void;
}

export const key = 'sk-check';

/** Our server of these options, whose clock is the suite's. */
export function memoryEndpoint(options: Pick<ListenOptions, 'models'> & Partial<ListenOptions>): MemoryEndpoint {
  const clock = virtualClock();
  const settings = settle({ auth: { keys: [key] }, compatibility: { betaHeader: 'translate' }, clock, ...options });
  const calls = memoryCalls(clock);
  const lasting = lastingParts(settings, { state: memoryState(clock), line: calls.line, isDraining: () => false });
  const reception = receive(settings, { ...lasting, turns: endlessTurns });
  const server = createHttpServer({ tls: null, fetch: (request, peer) => reception.fetch(request, peer) });
  server.on('upgrade', reception.onUpgrade);
  return endpointOf(server, clock, calls.call);
}

/** Any server of Node's that does not listen. */
export function endpointOf(
  server: Server,
  clock = virtualClock(),
  call: Endpoint['call'] = async () => null,
): MemoryEndpoint {
  const endpoint = networkEndpoint({
    url: new URL('ws://localhost/v1/realtime'),
    key,
    query: { model: 'gpt-realtime' },
    headers: {},
    clock,
    call,
    createConnection: () => {
      const [ours, theirs] = duplexPair();
      server.emit('connection', socketLike(theirs));
      return socketLike(ours);
    },
  });
  return {
    endpoint,
    whileTimePasses: (promise) => timePasses(clock, promise),
    close: () => void server.close(),
  };
}

/** What Node and `ws` ask of a socket besides a stream. */
function socketLike(stream: Duplex): Duplex {
  const itself = (): Duplex => stream;
  const more = { setTimeout: itself, setNoDelay: itself, setKeepAlive: itself, ref: itself, unref: itself };
  return Object.assign(stream, more, { remoteAddress: '127.0.0.1' });
}

/** How much time passes at once, in milliseconds. */
const stepMs = 10;

/** Time passes once no turn of the event loop is asked for any more. */
async function timePasses<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  const state = { isOver: false };
  const over = (): void => {
    state.isOver = true;
  };
  promise.then(over, over);
  while (!state.isOver) {
    // oxlint-disable-next-line no-await-in-loop -- turn after turn
    await new Promise((resolve) => setImmediate(resolve));
    if (!state.isOver && !process.getActiveResourcesInfo().includes('Immediate')) clock.advance(stepMs);
  }
  return promise;
}
