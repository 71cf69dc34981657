import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { ListenOptions, RelayOptions, UpstreamOptions } from '../../src/server/index.ts';
import { until } from '../clients/until.ts';
import { type ConnectOptions, connect } from '../e2e/peer.ts';
import { serve } from '../e2e/test-server.ts';
import { overWebSocket } from './faulty-upstream.ts';

/** One frame as it came. */
export interface Came {
  readonly data: Buffer;
  readonly isBinary: boolean;
}

/** The upstream's end of one session. */
export interface Answering {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  readonly frames: readonly Came[];
  /** The types of the events that came. */
  types(): readonly string[];
  /** The first event of a type. */
  event(type: string): Promise<Record<string, unknown>>;
  closed(): Promise<{ readonly code: number; readonly reason: string }>;
}

/** What every upstream says first. */
export const created = JSON.stringify({
  type: 'session.created',
  event_id: 'event_1',
  session: { type: 'realtime', object: 'realtime.session', id: 'sess_upstream', model: 'm' },
});

/** An upstream that says `session.created`, and nothing else unless the test does. */
export async function answeringUpstream(first: string | null = created) {
  const sessions: Answering[] = [];
  const { url, reached } = await overWebSocket((socket, request) => {
    sessions.push(sessionOver(socket, request));
    if (first !== null) socket.send(first);
  });
  return { url, reached, session: (index = 0) => until(`session ${index} upstream`, () => sessions[index]) };
}

/** Writes down all that comes on a socket of an upstream. */
export function sessionOver(socket: WebSocket, request: IncomingMessage): Answering {
  const frames: Came[] = [];
  let end: { code: number; reason: string } | undefined;
  socket.on('message', (data: Buffer, isBinary) => void frames.push({ data, isBinary }));
  socket.on('close', (code, reason) => {
    end = { code, reason: reason.toString() };
  });
  const events = (): Record<string, unknown>[] =>
    frames.filter(({ isBinary }) => !isBinary).map(({ data }) => JSON.parse(data.toString()));
  return {
    socket,
    request,
    frames,
    types: () => events().map(({ type }) => String(type)),
    event: (type) => until(`the event ${type} upstream`, () => events().find((event) => event['type'] === type)),
    closed: () => until('the upstream to be closed', () => end),
  };
}

export interface RelayedOptions extends Partial<ListenOptions> {
  readonly relay?: Partial<RelayOptions>;
  readonly upstream?: Partial<UpstreamOptions>;
  readonly client?: ConnectOptions;
  /** What is behind `/v1/realtime`. Default `?model=m`. */
  readonly query?: string;
}

/** A client, a relay, and an upstream that the test plays. */
export async function relayed({ relay, upstream, client, query = '?model=m', ...options }: RelayedOptions = {}) {
  const answering = await answeringUpstream();
  const models = { m: { relay: { upstreams: [{ url: answering.url, ...upstream }], ...relay } } };
  const server = await serve({ models, ...options });
  const peer = await connect(`${server.ws}/v1/realtime${query}`, client);
  return { peer, server, answering, session: await answering.session() };
}
