import type { PeersOptions } from '../media/node/webrtc.ts';
import { PeersUnavailableError } from '../media/peer.ts';
import { memoryState } from '../state/memory/state.ts';
import type { SharedState } from '../state/shared-state.ts';
import { oneLine } from './bind.ts';
import { type CallLine, callLine } from './calls/line.ts';
import type { SessionLog } from './log.ts';
import { type JoinOptions, joinNodes } from './nodes/join.ts';
import type { MetricsReport } from './observability/metrics/exposition.ts';
import { type ListenOptions, type LiveOptions, type Settings, settle, withLive } from './options.ts';
import { type Lasting, lastingParts, receive } from './reception.ts';
import { Servers } from './servers.ts';
import type { Sessions } from './sessions.ts';
import { SetupError } from './setup-error.ts';
import { type SipLine, sipLine } from './telephony/sip/line.ts';
import type { Readiness } from './together.ts';

/** A server that is running. */
export interface RunningServer {
  /** Where it can be reached: `http://host:port`, `https:` with TLS. */
  readonly url: string;
  /** Where telephones reach it by SIP: `udp://host:port`, `tcp:`, `tls:`, in the order of the options. Empty if they can't. */
  readonly sip: readonly string[];
  /**
   * Replaces the options that it has by these; what they leave out gets its default again. They apply to new sessions and
   * requests. Running sessions keep the options that they began with, and client secrets stay valid.
   *
   * @throws {SetupError} when the options make no sense; then nothing has changed.
   */
  reload(options: LiveOptions): void;
  /** What this server has done, and how its process is, as plain data: `/metrics` says the same. */
  metrics(): Promise<MetricsReport>;
  /** Whether it takes new sessions: `/readyz` says the same. */
  readonly readiness: Readiness;
  /**
   * Drains: new sessions are refused, running ones finish what they are doing and close with 1001. Whatever still runs one
   * second before `drainSeconds` are over is cut off. Resolves when the port is free. Calling it again gives the same
   * promise.
   */
  close(): Promise<void>;
}

/** Of the time for the whole drain, what is left for connections to close once sessions have ended, in milliseconds. */
const closingMs = 1_000;
/** Likewise, what is left for responses that were cut short to be told of. */
const cutMs = 5_000;
/** Time that plain requests have to finish after that. */
const requestMs = 500;

/**
 * Serves the Realtime API and the REST paths around it. Resolves when connections are accepted.
 *
 * @throws {SetupError} when the options make no sense, the certificate is unusable or an address can't be bound.
 */
export async function listen(options: ListenOptions): Promise<RunningServer> {
  const settings = settle(options);
  const { state = memoryState(settings.clock) } = options;
  const line = callLine(peersOptions(settings));
  if (settings.webrtc.udpPort !== 0) await openLine(line);
  let isDraining = false;
  let url = '';
  const parts = lastingParts(settings, { state, line, isDraining: () => isDraining });
  const node = settings.node.isAlone ? null : joinNodes(memberOf(settings, parts, () => settings.node.url ?? url));
  const lasting = { ...parts, neighbours: node?.neighbours ?? null };
  let reception = receive(settings, lasting);
  const servers = new Servers(settings, {
    fetch: (request, peer) => reception.fetch(request, peer),
    onUpgrade: (request, stream, head) => reception.onUpgrade(request, stream, head),
  });
  servers.each((server) => lasting.insight.follow(server));
  const phones = sipLine({ ...settings, pulse: lasting.phonePulse, incoming: (call) => reception.invited(call) });
  url = await begin(servers, phones).catch(async (cause: unknown) => {
    await Promise.all([line.close(), phones.close()]);
    throw cause;
  });
  await node?.begin();
  if (phones.urls.length > 0) settings.log.info('telephones may call', { at: phones.urls.join(', ') });
  const unfollow = logStore(state, settings.log);
  let closing: Promise<void> | null = null;
  return {
    url,
    sip: phones.urls,
    metrics: () => lasting.insight.report(),
    get readiness() {
      return reception.readiness();
    },
    reload(changed) {
      const next = settle(withLive(options, changed));
      reception = receive(next, lasting);
      lasting.voices.allow(next.limits.voices);
    },
    close() {
      isDraining = true;
      node?.announce();
      closing ??= drain(servers, lasting.sessions, settings)
        .then(() => Promise.all([line.close(), phones.close(), node?.end()]))
        .finally(unfollow)
        .then(() => (options.state === undefined ? state.close() : undefined))
        .finally(() => settings.record?.settled());
      return closing;
    },
  };
}

/** Gives the URL that is served, once all is heard. */
async function begin(servers: Servers, phones: SipLine): Promise<string> {
  await phones.open();
  return servers.open();
}

/** Says when the shared state goes away, is back, or has been emptied. Ends when the function returned is called. */
function logStore(state: SharedState, log: SessionLog): () => void {
  let wasUp = state.isUp;
  const tell = (isUp: boolean): void => {
    if (!isUp) log.warn('the shared state does not answer');
    else if (wasUp) log.warn('the shared state has lost its memory');
    else log.info('the shared state answers again');
    wasUp = isUp;
  };
  if (!state.isUp) tell(false);
  return state.follow(tell);
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

/** What the other nodes are told of this one. */
function memberOf({ clock, log, node }: Settings, parts: Lasting, url: () => string): JoinOptions {
  const { state, sessions, startedAt, isDraining, nodeName: name } = parts;
  const sessionCount = (): number => sessions.count;
  return { name, state, url, version: node.version, startedAt, sessionCount, isDraining, clock, log };
}

async function drain(servers: Servers, sessions: Sessions, { clock, log, drainSeconds }: Settings): Promise<void> {
  log.info('draining', { sessions: sessions.count });
  const wholeMs = drainSeconds * 1000;
  await new Promise<void>((resolve) => {
    const cancel = clock.after(Math.max(wholeMs - closingMs, wholeMs / 2), resolve);
    sessions.drain(Math.max(wholeMs - cutMs, wholeMs / 2), () => {
      cancel();
      resolve();
    });
  });
  if (sessions.count > 0) log.warn('cutting sessions that did not finish', { sessions: sessions.count });
  sessions.terminate();
  await servers.close(requestMs);
}
