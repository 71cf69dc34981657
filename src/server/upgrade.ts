import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Accept, acceptor } from '../wire/node/accept.ts';
import type { Wire } from '../wire/wire.ts';
import { betaWire } from './admission/beta-wire.ts';
import { type BoundSession, type Secrets, secretPrefix } from './admission/client-secrets.ts';
import { decideEntrance, type Entrance, type House, type Knock } from './admission/decide.ts';
import type { Caller, Door, TurnedAway } from './admission/door.ts';
import { httpErrors, httpStatuses } from './admission/http-errors.ts';
import { credentialOf, type HeaderReader } from './admission/keys.ts';
import { type Refusal, refusals, refuse } from './admission/refusal.ts';
import type { Clock } from './clock.ts';
import { answerRaw } from './http/raw.ts';
import type { Limits } from './limits.ts';
import type { SessionLog } from './log.ts';
import type { McpNetwork } from './mcp/connection.ts';
import type { Insight } from './observability/insight.ts';
import { countedWire } from './observability/metrics/counted-wire.ts';
import type { Watch } from './observability/observation/observer.ts';
import type { HeldBytes } from './session/held-bytes.ts';
import { openSession } from './session/session.ts';
import type { Turns } from './session/turns.ts';
import type { Voices } from './session/voices.ts';
import type { Sessions } from './sessions.ts';
import { openTranslating } from './translation/model.ts';
import { openTranslation } from './translation/session.ts';

export interface UpgradeOptions {
  readonly door: Door;
  readonly house: House;
  readonly sessions: Sessions;
  readonly turns: Turns;
  readonly voices: Voices;
  readonly secrets: Secrets;
  readonly limits: Limits;
  readonly held: HeldBytes;
  readonly sendConversationCreated: boolean;
  readonly mcp: McpNetwork;
  readonly deflate: boolean;
  readonly insight: Insight;
  readonly clock: Clock;
  readonly log: SessionLog;
}

/** A listener for the `upgrade` event of a `node:http` server. */
export type OnUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => void;

/** Takes upgrade requests: refuses them by HTTP, refuses them on the socket, or opens a session on it. */
export function upgrades(options: UpgradeOptions): OnUpgrade {
  const accept = acceptor({
    clock: options.clock,
    frameBytes: options.limits.frameBytes,
    deflate: options.deflate,
    subprotocol: 'realtime',
    malformed: (stream, reason) =>
      answerRaw(stream, httpStatuses.malformedUpgrade, httpErrors.malformedUpgrade(reason)),
  });
  return (request, stream, head) => {
    stream.on('error', () => {}); // `close` follows, and is what counts
    const knock: Knock = { target: request.url ?? '/', header: headersOf(request) };
    withBound(options, knock, (bound) => {
      const turnedAway = atDoor(options.door, {
        header: knock.header,
        address: request.socket.remoteAddress ?? '',
        holdsSecret: bound !== null,
      });
      if (turnedAway !== null) return answerByHttp(options, turnedAway, stream);
      const entrance = decideEntrance(knock, options.house, bound);
      if (entrance.answer === 'http') answerByHttp(options, entrance, stream);
      else settle(options, accept, entrance, { request, stream, head });
    });
  };
}

/** Whether the door stays shut: for host and origin, or for too many wrong keys. */
function atDoor(door: Door, caller: Caller): TurnedAway | null {
  const turnedAway = door.turnsAway(caller);
  if (turnedAway !== null) return turnedAway;
  const verdict = door.judge(caller);
  return typeof verdict === 'object' ? verdict : null;
}

/** Looks up what a client secret is bound to; every other request goes on at once. A store that fails knows no secret. */
function withBound({ secrets, log }: UpgradeOptions, knock: Knock, go: (bound: BoundSession | null) => void): void {
  const credential = credentialOf(knock.header);
  if (credential?.startsWith(secretPrefix) !== true) return go(null);
  const failed = (cause: unknown): null => {
    log.error('the store of client secrets failed', { err: cause });
    return null;
  };
  void secrets.find(credential).catch(failed).then(go);
}

interface Arrival {
  readonly request: IncomingMessage;
  readonly stream: Duplex;
  readonly head: Buffer;
}

function settle(
  options: UpgradeOptions,
  accept: Accept,
  entrance: Exclude<Entrance, { answer: 'http' }>,
  arrival: Arrival,
): void {
  const { request, stream, head } = arrival;
  const log = options.log.child({ peer: request.socket.remoteAddress });
  accept(request, stream, head, (wire) => {
    options.sessions.connected(wire, stream);
    if (entrance.answer === 'refuse') return turnAway(options, wire, entrance.refusal, log);
    const { observer, frames } = options.insight;
    const watch: Watch = (facts) => observer.opened(facts, headersOf(request));
    open(options, entrance, { wire: countedWire(wire, frames), watch, log });
  });
}

/** A client of the beta understands little of what it will hear. */
const betaIgnored =
  'a client asks for the beta API and is served the GA API: to speak the beta to it, start the server with --beta-header translate';

/** What every session of a connection is opened with. */
interface Connected {
  readonly wire: Wire;
  readonly watch: Watch;
  readonly log: SessionLog;
}

function open(
  options: UpgradeOptions,
  entrance: Exclude<Entrance, { answer: 'http' | 'refuse' }>,
  connected: Connected,
): void {
  const { wire, log } = connected;
  try {
    if (entrance.answer === 'translate') return translate(options, entrance, connected);
    const { model, modelName, settled, beta } = entrance;
    const { clock, limits, sendConversationCreated, mcp, turns, voices, held } = options;
    const spoken = beta === 'translated' ? betaWire(wire) : wire;
    if (beta === 'ignored') log.info(betaIgnored);
    const openAccount = held.within(limits.totalBytes);
    const shared = { clock, limits, sendConversationCreated, mcp, turns, voices: voices.join(), openAccount };
    const opening = { ...connected, ...shared, wire: spoken, model, modelName };
    options.sessions.began(openSession(settled === undefined ? opening : { ...opening, settled }));
  } catch (error) {
    log.error('session failed to open', { model: entrance.modelName, err: error });
    turnAway(options, wire, refusals.internal(), log);
  }
}

function translate(
  options: UpgradeOptions,
  { model: asked, modelName, settled }: Extract<Entrance, { answer: 'translate' }>,
  connected: Connected,
): void {
  const { sessions, clock, limits, turns, voices, held } = options;
  const model = openTranslating(asked);
  if (model === null) return turnAway(options, connected.wire, refusals.notTranslating(modelName), connected.log);
  const openAccount = held.within(limits.totalBytes);
  const shared = { clock, limits, turns, voices: voices.join(), openAccount };
  const opening = { ...connected, ...shared, model, modelName };
  sessions.began(openTranslation(settled?.audio === undefined ? opening : { ...opening, audio: settled.audio }));
}

function answerByHttp(
  { insight }: UpgradeOptions,
  { status, error, headers }: Pick<TurnedAway, 'error'> & { status: number; headers?: TurnedAway['headers'] },
  stream: Duplex,
): void {
  insight.observer.refused(error.code ?? error.type);
  answerRaw(stream, status, error, headers);
}

function turnAway({ insight }: UpgradeOptions, wire: Wire, refusal: Refusal, log: SessionLog): void {
  const code = refusal.error.code ?? refusal.error.type;
  insight.observer.refused(code);
  log.info('connection refused', { code, closeCode: refusal.closeCode });
  refuse(wire, refusal);
}

function headersOf(request: IncomingMessage): HeaderReader {
  return (name) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
}
