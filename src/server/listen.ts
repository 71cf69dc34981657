import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createAdmins } from './admission/admins.ts';
import { createSecrets, type Secrets } from './admission/client-secrets.ts';
import type { House } from './admission/decide.ts';
import { createDoor } from './admission/door.ts';
import { holderOf, keyring } from './admission/keys.ts';
import { hostRule, originRule } from './admission/origin.ts';
import { type WrongKeys, wrongKeys } from './admission/wrong-keys.ts';
import { httpApp, type Peer } from './http/app.ts';
import { createHttpServer } from './http/http-server.ts';
import { totalBound } from './limits.ts';
import { Accounts } from './metering/accounts.ts';
import { memoryWindows } from './metering/window.ts';
import { modelTable } from './models.ts';
import { createInsight, type Insight } from './observability/insight.ts';
import { SessionDirectory } from './operators/directory.ts';
import { type ListenOptions, type LiveOptions, type Settings, settle, withLive } from './options.ts';
import { relayTable } from './relay/relay-table.ts';
import { HeldBytes } from './session/held-bytes.ts';
import { createTurns, type Turns } from './session/turns.ts';
import { Voices } from './session/voices.ts';
import { Sessions } from './sessions.ts';
import { SetupError } from './setup-error.ts';
import { memoryStore } from './store.ts';
import { type OnUpgrade, upgrades } from './websocket.ts';

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
  const sessions = new Sessions();
  const store = memoryStore(settings.clock);
  const insight = createInsight(settings);
  let isDraining = false;
  const lasting: Lasting = {
    sessions,
    turns: createTurns(),
    voices: new Voices(settings.limits.voices),
    held: new HeldBytes(),
    secrets: createSecrets(store, settings.clock),
    insight,
    accounts: new Accounts(memoryWindows(), insight.ledger),
    directory: new SessionDirectory(() => settings.clock.now()),
    wrongKeys: wrongKeys(settings.clock),
    startedAt: Math.floor(settings.clock.now() / 1000),
    isDraining: () => isDraining,
  };
  let reception = receive(settings, lasting);
  const server = serverFor(settings, (request, peer) => reception.fetch(request, peer));
  server.on('upgrade', (request, stream, head) => reception.onUpgrade(request, stream, head));
  lasting.insight.follow(server);
  const connections = connectionsOf(server);
  const url = await bind(server, settings);
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
      closing ??= drain(server, connections, sessions, settings).finally(() => store.close());
      return closing;
    },
  };
}

/** What stays when options change. */
interface Lasting {
  readonly sessions: Sessions;
  readonly turns: Turns;
  readonly voices: Voices;
  readonly secrets: Secrets;
  readonly held: HeldBytes;
  readonly insight: Insight;
  readonly accounts: Accounts;
  readonly directory: SessionDirectory;
  readonly wrongKeys: WrongKeys;
  /** Unix time, in seconds. */
  readonly startedAt: number;
  readonly isDraining: () => boolean;
}

/** What meets whoever comes, under the options of the moment. */
interface Reception {
  readonly fetch: (request: Request, peer: Peer) => Response | Promise<Response>;
  readonly onUpgrade: OnUpgrade;
}

function receive(settings: Settings, lasting: Lasting): Reception {
  const { accounts } = lasting;
  const keys = keyring(settings.keys.map(({ key }) => key));
  accounts.allow(new Map(settings.keys.map(({ key, ...policy }) => [holderOf(key), policy])));
  const models = modelTable(settings.models);
  const needsKey = settings.keys.length > 0;
  const door = createDoor({
    keys,
    needsKey,
    origins: originRule(settings.allowedOrigins),
    hosts: hostRule([settings.host, ...settings.allowedHosts]),
    wrongKeys: lasting.wrongKeys,
  });
  const relays = relayTable(settings.models, settings.clock);
  lasting.insight.upstreams.follow(() => relays.states());
  const house: House = { ...bounds(settings, lasting), keys, accounts, models };
  const app = httpApp({
    ...house,
    ...lasting,
    door,
    isServable: () => relays.isServable(),
    secretLimits: settings.limits,
    mcpRules: settings.mcp.rules,
    needsKey,
    admins: createAdmins({ adminKeys: settings.adminKeys, needsKey, wrongKeys: lasting.wrongKeys }),
    metrics: lasting.insight.metrics,
    log: settings.log,
  });
  return {
    fetch: (request, peer) => app.fetch(request, peer),
    onUpgrade: upgrades({ ...settings, ...lasting, modelNames: models.names, door, house, upstreamsOf: relays.of }),
  };
}

/** What keeps sessions out, whoever asks for them. */
function bounds(
  { clock, limits, betaHeader }: Settings,
  { sessions, held, isDraining }: Lasting,
): Omit<House, 'keys' | 'accounts' | 'models'> {
  return {
    now: () => clock.now(),
    betaHeader,
    maxSessions: limits.sessions,
    sessionCount: () => sessions.count,
    totalBytes: limits.totalBytes,
    isFull: () => held.isFull(totalBound(limits)),
    isDraining,
  };
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
