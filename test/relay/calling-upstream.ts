import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterEach } from 'vitest';
import { WebSocketServer } from 'ws';
import type { ListenOptions, RelayOptions, SessionLog, UpstreamOptions } from '../../src/server/index.ts';
import { virtualClock } from '../../src/testing/index.ts';
import { postOffer } from '../calls/caller.ts';
import { until } from '../clients/until.ts';
import { connect, type Peer } from '../e2e/peer.ts';
import { serve, type TestServer } from '../e2e/test-server.ts';
import { type Answering, created, sessionOver } from './answering-upstream.ts';
import { listening } from './faulty-upstream.ts';

/** A request as it came. */
export interface Request {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** What it was told to speak of: the offer and, in a form, the session. */
  readonly sdp: string;
  readonly session: Record<string, unknown> | null;
}

/** What an upstream does, where it is not what a good one would. */
export interface Behaviour {
  /** Answers an offer. */
  readonly offer?: (response: ServerResponse) => void;
  /** Answers who wants to join as a sideband, by HTTP; null lets it in. */
  readonly join?: (stream: Duplex) => void;
  /** The first frame of a sideband; null for none. */
  readonly first?: string | null;
  readonly hangUp?: (response: ServerResponse) => void;
}

export const answerSdp = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n';
/** An offer as browsers make them, in short. */
export const offerSdp =
  'v=0\r\no=- 2 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n' +
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\na=sctp-port:5000\r\n';

/** The upstream's name for its one call. */
export const upstreamId = 'rtc_upstream-1';

/** An answer to an offer, with the id of the call. */
export function agree(
  body = answerSdp,
  location = `/v1/realtime/calls/${upstreamId}`,
): (response: ServerResponse) => void {
  return (response) => response.writeHead(201, { 'content-type': 'application/sdp', location }).end(body);
}

/** An answer to anything. */
export function answers(
  status: number,
  body = '',
  headers: Record<string, string> = {},
): (response: ServerResponse) => void {
  return (response) => response.writeHead(status, headers).end(body);
}

const open: TestServer[] = [];

// Runs before what it relies on is cleared away: a server hangs up its calls, for which their upstream has to be there.
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** A server whose calls end before their upstream does, and not because a machine is busy: time passes where a test says so. */
export async function serveCalls(options: Partial<ListenOptions>): Promise<TestServer> {
  const server = await serve({ clock: virtualClock(), ...options });
  open.push(server);
  return server;
}

/** An upstream that takes calls, without any sound. What it does can be changed while it runs. */
export async function callingUpstream(begins: Behaviour = {}) {
  const offers: Request[] = [];
  const hangUps: string[] = [];
  const sidebands: Answering[] = [];
  const joins: string[] = [];
  let does = begins;
  const server = createServer(async (request, response) => {
    const url = request.url ?? '';
    if (url.includes('/hangup')) {
      hangUps.push(url);
      return (does.hangUp ?? answers(200))(response);
    }
    offers.push({ url, headers: request.headers, ...(await bodyOf(request)) });
    return (does.offer ?? agree())(response);
  });
  const accept = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, stream, head) => {
    joins.push(request.url ?? '');
    if (does.join !== undefined) return does.join(stream);
    const { first = created } = does;
    return accept.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', () => {});
      sidebands.push(sessionOver(socket, request));
      if (first !== null) socket.send(first);
    });
  });
  const { url } = await listening(server, 'ws');
  return {
    url,
    offers,
    hangUps,
    joins,
    does: (behaviour: Behaviour): void => {
      does = behaviour;
    },
    sideband: (index = 0) => until(`sideband ${index} upstream`, () => sidebands[index]),
    /** Resolves when the call has been hung up, or was asked to, so often. */
    hungUp: (times = 1) => until(`hang-up ${times}`, () => hangUps.length >= times),
  };
}

export type CallingUpstream = Awaited<ReturnType<typeof callingUpstream>>;

async function bodyOf(request: IncomingMessage): Promise<Pick<Request, 'sdp' | 'session'>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/')) return { sdp: body.toString(), session: null };
  const form = await new Response(body, { headers: { 'content-type': type } }).formData();
  const session = form.get('session');
  return { sdp: String(form.get('sdp')), session: session === null ? null : JSON.parse(String(session)) };
}

/** Remembers what is written down, with what it is written down of. */
export function remembering(lines: string[], of: object = {}): SessionLog {
  const write = (message: string, more: object = {}): void =>
    void lines.push(`${message} ${JSON.stringify({ ...of, ...more })}`);
  return {
    debug: write,
    info: write,
    warn: write,
    error: write,
    child: (more) => remembering(lines, { ...of, ...more }),
  };
}

export interface CallOptions extends Partial<ListenOptions> {
  readonly relay?: Partial<RelayOptions>;
  readonly upstream?: Partial<UpstreamOptions>;
  readonly behaviour?: Behaviour;
}

/** A server that has this upstream answer for the model `m`, and what a call to it needs. */
export async function callsVia({ relay, upstream, behaviour, ...options }: CallOptions = {}) {
  const calling = await callingUpstream(behaviour);
  const models = { m: { relay: { upstreams: [{ url: calling.url, ...upstream }], ...relay } } };
  const server = await serveCalls({ models, ...options });
  return { server, calling };
}

/** The id of a call that the server takes. */
export async function callUp(server: TestServer, options: { readonly key?: string } = {}): Promise<string> {
  const answer = await postOffer(server.url, offerSdp, { query: '?model=m', ...options });
  if (answer.status !== 201) throw new Error(`the call was refused: ${answer.status} ${await answer.text()}`);
  return answer.headers.get('location')?.split('/').at(-1) ?? '';
}

/** Joins a call through the server, and waits to be greeted. */
export async function beside(server: TestServer, id: string, key?: string): Promise<Peer> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const peer = await connect(`${server.ws}/v1/realtime?call_id=${id}`, { headers });
  await peer.event('session.created');
  return peer;
}
