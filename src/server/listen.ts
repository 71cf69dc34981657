import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { PeersOptions } from '../media/node/webrtc.ts';
import { PeersUnavailableError } from '../media/peer.ts';
import { memoryState } from '../state/memory/state.ts';
import { type CallLine, callLine } from './calls/line.ts';
import { createHttpServer } from './http/http-server.ts';
import { type ListenOptions, type LiveOptions, type Settings, settle, withLive } from './options.ts';
import { lastingParts, type Reception, receive } from './reception.ts';
import type { Sessions } from './sessions.ts';
import { SetupError } from './setup-error.ts';

/** A server that is running. */
export interface RunningServer {
  /** Where it can be reached: `http://host:port`, `https:` with TLS. */
  readonly url: string;
  /**
   * Takes these options in place of those it has; what they leave out has its default again. New sessions and requests
   * get them, running sessions keep what they began with, client secrets stay good.
   *
   * @throws {SetupError} when the options make no sense; then nothing has changed.
   */
  reload(options: LiveOptions): void;
  /**
   * Drains: new sessions are refused, running ones finish what they are doing and close with 1001. Whatever is left
   * after nine seconds is cut. Resolves when the port is free. Calling it again gives the same promise.
   */
  close(): Promise<void>;
}

/** Time that sessions have to finish while draining; a second short of the ten after which a process must be gone. */
const drainMs = 9_000;
/** Time that plain requests have to finish after that. */
const requestMs = 500;

/**
 * Serves the Realtime API and the REST paths around it. Resolves when connections are accepted.
 *
 * @throws {SetupError} when the options make no sense, the certificate is unusable or the address can't be bound.
 */
export async function listen(options: ListenOptions): Promise<RunningServer> {
  const settings = settle(options);
  const { state = memoryState(settings.clock) } = options;
  const line = callLine(peersOptions(settings));
  if (settings.webrtc.udpPort !== 0) await openLine(line);
  let isDraining = false;
  const lasting = lastingParts(settings, {
    state,
    line,
    isDraining: () => isDraining,
  });
  let reception = receive(settings, lasting);
  const server = serverFor(settings, (request, peer) => reception.fetch(request, peer));
  server.on('upgrade', (request, stream, head) => reception.onUpgrade(request, stream, head));
  lasting.insight.follow(server);
  const connections = connectionsOf(server);
  const url = await bind(server, settings).catch(async (cause: unknown) => {
    await line.close();
    throw cause;
  });
  server.on('error', (error) => settings.log.error('a connection could not be taken', { err: error }));
  let closing: Promise<void> | null = null;
  return {
    url,
    reload(changed) {
      const next = settle(withLive(options, changed));
      reception = receive(next, lasting);
      lasting.voices.allow(next.limits.voices);
    },
    close() {
      isDraining = true;
      closing ??= drain(server, connections, lasting.sessions, settings)
        .then(() => line.close())
        .finally(() => (options.state === undefined ? state.close() : undefined));
      return closing;
    },
  };
}

function peersOptions({ webrtc: { udpPort, publicIp, iceServers } }: Settings): PeersOptions {
  return { udpPort, publicIps: publicIp, iceServers };
}

/** A port that was asked for is taken at once, or the first to hear that it can't be had would be a caller. */
async function openLine(line: CallLine): Promise<void> {
  await line.open().catch((cause: unknown) => {
    if (cause instanceof PeersUnavailableError) throw new SetupError('not_available', oneLine(cause), { cause });
    const message = `${oneLine(cause)}. Choose another with --udp-port (0 picks a free one).`;
    throw new SetupError('address_unavailable', message, { cause });
  });
}

function serverFor({ tls }: Settings, fetch: Reception['fetch']): Server {
  try {
    return createHttpServer({ tls, fetch });
  } catch (cause) {
    const message = `The TLS certificate and key can't be used: ${oneLine(cause)}. Give a matching pair as PEM.`;
    throw new SetupError('invalid_certificate', message, { cause });
  }
}

async function bind(server: Server, { host, port, tls }: Settings): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new SetupError('address_unavailable', bindProblem(cause, host, port), { cause })),
    );
    server.listen({ host: host.replace(/^\[(.*)\]$/, '$1'), port }, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `${tls === null ? 'http' : 'https'}://${name}:${bound}`;
}

function bindProblem(cause: NodeJS.ErrnoException, host: string, port: number): string {
  switch (cause.code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use. Stop what uses it, or choose another with --port (0 picks a free one).`;
    case 'EACCES':
      return `Port ${port} needs more rights than this user has. Choose one above 1023 with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host ${host} is not an address of this machine. Choose another with --host.`;
    default:
      return `Can't listen on ${host}, port ${port}: ${oneLine(cause)}.`;
  }
}

/** Every connection below the server, those included that have not spoken yet, which Node's own list leaves out. */
function connectionsOf(server: Server): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return connections;
}

async function drain(
  server: Server,
  connections: ReadonlySet<Socket>,
  sessions: Sessions,
  { clock, log }: Settings,
): Promise<void> {
  log.info('draining', { sessions: sessions.count });
  await new Promise<void>((resolve) => {
    const cancel = clock.after(drainMs, resolve);
    sessions.drain(() => {
      cancel();
      resolve();
    });
  });
  if (sessions.count > 0) log.warn('cutting sessions that did not finish', { sessions: sessions.count });
  sessions.terminate();
  await new Promise<void>((resolve) => {
    const cancel = clock.after(requestMs, () => {
      for (const connection of connections) connection.destroy();
    });
    server.close(() => {
      cancel();
      resolve();
    });
  });
}

function oneLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, ' ');
}
