import { Pulse } from '../media/pulse.ts';
import type { SharedState } from '../state/shared-state.ts';
import type { SipCall } from '../telephony/sip/phone.ts';
import { createAdmins } from './admission/admins.ts';
import { createSecrets, type Secrets } from './admission/client-secrets.ts';
import type { House } from './admission/decide.ts';
import { createDoor } from './admission/door.ts';
import { httpErrors, httpStatuses } from './admission/http-errors.ts';
import { holderOf, keyring } from './admission/keys.ts';
import { hostRule, originRule } from './admission/origin.ts';
import { type WrongKeys, wrongKeys } from './admission/wrong-keys.ts';
import { CallDirectory } from './calls/directory.ts';
import { type ExchangeOptions, exchange } from './calls/exchange.ts';
import type { CallLine } from './calls/line.ts';
import { httpApp } from './http/app.ts';
import type { Peer } from './http/app-env.ts';
import type { HttpHouse } from './http/house.ts';
import { targetOf } from './http/pass-on.ts';
import { totalBound } from './limits.ts';
import { prepareConnections } from './mcp/connection.ts';
import { Accounts } from './metering/accounts.ts';
import { Places } from './metering/places.ts';
import { modelTable } from './models.ts';
import { newNodeName } from './nodes/name.ts';
import type { Neighbours } from './nodes/neighbours.ts';
import { createInsight, type Insight } from './observability/insight.ts';
import { addedUp } from './observability/metrics/exposition.ts';
import { SessionDirectory } from './operators/directory.ts';
import type { Settings } from './options.ts';
import { isRelay } from './relay/options.ts';
import { relayTable } from './relay/relay-table.ts';
import { Resuming } from './resume/resuming.ts';
import { HeldBytes } from './session/held-bytes.ts';
import { createTurns, type Turns } from './session/turns.ts';
import { Voices } from './session/voices.ts';
import { Sessions } from './sessions.ts';
import { accept } from './telephony/sip/accept.ts';
import { invited, type SipFront } from './telephony/sip/front.ts';
import { IncomingCalls } from './telephony/sip/incoming-calls.ts';
import { Seldom } from './telephony/sip/seldom.ts';
import { SetUps } from './telephony/sip/set-ups.ts';
import { type RingOptions, ring } from './telephony/streams/ring.ts';
import { Switchboard } from './telephony/streams/switchboard.ts';
import type { Readiness, Together } from './together.ts';
import { type OnUpgrade, upgrades } from './websocket.ts';

/** What stays when options change. */
export interface Lasting {
  /** What this node shares with others. */
  readonly state: SharedState;
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
  readonly calls: CallDirectory;
  readonly line: CallLine;
  /** The telephone calls that ring, and what beats for those that are up. */
  readonly switchboard: Switchboard;
  readonly front: SipFront;
  readonly phonePulse: Pulse;
  /** The name of this server among the nodes. */
  readonly nodeName: string;
  /** The other nodes; null where this one is alone. */
  readonly neighbours: Neighbours | null;
  /** Those that serve as one with this one; null where it is alone. */
  readonly together: Together | null;
  readonly resuming: Resuming;
}

/** What meets whoever comes, under the options of the moment. */
export interface Reception {
  /** Whether this server takes new sessions. */
  readonly readiness: () => Readiness;
  readonly fetch: (request: Request, peer: Peer) => Response | Promise<Response>;
  readonly onUpgrade: OnUpgrade;
  /** A call has come by SIP. */
  readonly invited: (call: SipCall) => void;
}

/** What a server begins with; alone, so far. */
export function lastingParts(settings: Settings, own: Pick<Lasting, 'state' | 'line' | 'isDraining'>): Lasting {
  const insight = createInsight({ ...settings, store: own.state });
  const turns = createTurns();
  const nodeName = settings.node.id ?? newNodeName();
  const { resume, clock, log } = settings;
  const times = { keepMs: resume.keepSeconds * 1000, graceMs: resume.graceSeconds * 1000, renews: resume.renew };
  return {
    ...own,
    secrets: createSecrets(own.state.secrets, settings.clock),
    sessions: new Sessions(),
    turns,
    voices: new Voices(settings.limits.voices),
    held: new HeldBytes(),
    insight,
    accounts: new Accounts(own.state.windows, insight.ledger, new Places(own.state, settings.clock)),
    directory: new SessionDirectory(() => settings.clock.now(), settings.node.isAlone ? null : nodeName),
    wrongKeys: wrongKeys(settings.clock),
    startedAt: Math.floor(settings.clock.now() / 1000),
    calls: new CallDirectory(),
    switchboard: new Switchboard(clock),
    front: {
      setUps: new SetUps(() => clock.now()),
      seldom: new Seldom(log, () => clock.now()),
      incoming: new IncomingCalls(clock),
    },
    phonePulse: new Pulse(clock),
    nodeName,
    neighbours: null,
    together: settings.together,
    resuming: new Resuming({ ...times, state: own.state, node: nodeName, clock, turns, log }),
  };
}

/** Puts together what meets whoever comes. */
export function receive(settings: Settings, lasting: Lasting): Reception {
  if (settings.mcp.rules.permitSome) prepareConnections();
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
  const keyTexts = keyTextsOf(settings);
  const shared = { ...settings, ...lasting, modelNames: models.names, door, house, upstreamsOf: relays.of, keyTexts };
  const readiness = (): Readiness => readinessOf(lasting, house, relays);
  const app = httpApp({
    ...house,
    ...lasting,
    door,
    readiness: async () =>
      (await asked({ ...settings, ...lasting }, (together) => together.readiness())) ?? [readiness()],
    secretLimits: settings.limits,
    mcpRules: settings.mcp.rules,
    needsKey,
    console: settings.console,
    admins: createAdmins({ adminKeys: settings.adminKeys, needsKey, wrongKeys: lasting.wrongKeys }),
    ...callsOf(shared),
    metrics: async () => {
      const reports = await asked({ ...settings, ...lasting }, (together) => together.metrics());
      return reports === null ? lasting.insight.metrics() : addedUp(reports);
    },
    log: settings.log,
  });
  return {
    readiness,
    fetch(request, peer) {
      const known = knownPeer(lasting, request, peer);
      return known === null ? forged() : app.fetch(request, known);
    },
    onUpgrade: upgrades(shared),
    invited: (call) => void invited(shared, call),
  };
}

/** What is asked of calls, and for some. */
function callsOf(
  shared: Lasting & Settings & RingOptions & ExchangeOptions,
): Pick<HttpHouse, 'findCall' | 'findIncoming' | 'accept' | 'exchange' | 'telephony' | 'ring'> {
  const { calls, front, telephony } = shared;
  return {
    findCall: (id, owner) => calls.find(id, owner),
    findIncoming: (id, owner) => front.incoming.find(id, owner),
    accept: (call, session) => accept(shared, call, session),
    exchange: (request) => exchange(shared, request),
    telephony,
    ring: (phoneLine, webhook) => ring(shared, phoneLine, webhook),
  };
}

function readinessOf(lasting: Lasting, house: House, relays: { isServable(): boolean }): Readiness {
  if (lasting.isDraining()) return 'draining';
  if (house.isShut?.() === true) return 'no shared state';
  return relays.isServable() ? 'ready' : 'no upstream';
}

/** Every key that is configured, the server's own with upstreams among them. */
function keyTextsOf({ keys, adminKeys, models, telephony }: Settings): readonly string[] {
  const upstreams = Object.values(models).flatMap((entry) => (isRelay(entry) ? entry.relay.upstreams : []));
  return [
    ...keys.map(({ key }) => key),
    ...adminKeys,
    ...Array.from(telephony.lines.values(), ({ account }) => account?.secret ?? '').filter((token) => token !== ''),
    ...(telephony.sip?.app ? [telephony.sip.app.secret] : []),
    ...upstreams.flatMap(({ apiKey }) => (apiKey === undefined ? [] : [apiKey])),
  ];
}

/** What all that serve as one answer; null where this server is alone, and where nobody answers. */
async function asked<T>(
  { together, log }: Pick<Lasting, 'together'> & Pick<Settings, 'log'>,
  ask: (together: Together) => Promise<readonly T[]>,
): Promise<readonly T[] | null> {
  if (together === null) return null;
  const all = await ask(together).catch((cause: unknown) => {
    log.warn('the processes beside this one could not be asked', { err: cause });
    return [];
  });
  return all.length === 0 ? null : all;
}

/** Whoever asks, as the node says that has passed the request on; null where none has and one should have. */
function knownPeer({ neighbours }: Lasting, request: Request, peer: Peer): Peer | null {
  const { method, headers, url } = request;
  const header = (name: string): string | undefined => headers.get(name) ?? undefined;
  const forwarder = neighbours?.forwarderOf(header, { method, target: targetOf(url) }) ?? null;
  if (forwarder === null) return peer;
  return forwarder === 'forged' ? null : { address: forwarder.address, forwardedBy: forwarder.node };
}

/** The answer to what pretends to come from another node. */
export function forged(): Response {
  return Response.json({ error: httpErrors.forwardNotAccepted() }, { status: httpStatuses.forwardNotAccepted });
}

/** What keeps sessions out, whoever asks for them, and the calls that may be joined. */
function bounds(
  { clock, limits, betaHeader, whenStateIsDown }: Settings,
  { sessions, held, calls, isDraining, neighbours, state }: Lasting,
): Omit<House, 'keys' | 'accounts' | 'models'> {
  return {
    now: () => clock.now(),
    betaHeader,
    maxSessions: limits.sessions,
    sessionCount: () => sessions.count,
    totalBytes: limits.totalBytes,
    isFull: () => held.isFull(totalBound(limits)),
    isDraining,
    isShut: () => whenStateIsDown === 'refuse' && !state.isUp,
    calls,
    holderOf: (id) => neighbours?.holderOf(id) ?? null,
  };
}
