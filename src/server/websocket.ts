import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type AcceptOptions, type AcceptRaw, rawAcceptor } from '../wire/node/accept.ts';
import { socketWire } from '../wire/node/socket.ts';
import { type Secrets, withSecret } from './admission/client-secrets.ts';
import { decideEntrance, type Entrance, type House, type Knock } from './admission/decide.ts';
import type { Caller, Door, TurnedAway } from './admission/door.ts';
import { httpErrors, httpStatuses } from './admission/http-errors.ts';
import type { HeaderReader } from './admission/keys.ts';
import { answerRaw } from './http/raw.ts';
import { betaIgnored, joinCall, type OpenOptions, open } from './open.ts';
import { type HeldUpgrade, openRelayed } from './relay/arrival.ts';
import { type EntranceOptions, relayEntrance } from './relay/entrance.ts';

export interface UpgradeOptions extends OpenOptions, EntranceOptions {
  readonly door: Door;
  readonly house: House;
  readonly secrets: Secrets;
  readonly deflate: boolean;
}

/** A listener for the `upgrade` event of a `node:http` server. */
export type OnUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => void;

/** Takes upgrade requests: refuses them by HTTP, refuses them on the socket, or opens a session on it. */
export function upgrades(options: UpgradeOptions): OnUpgrade {
  const acceptance: AcceptOptions = {
    clock: options.clock,
    frameBytes: options.limits.frameBytes,
    subprotocol: 'realtime',
    malformed: (stream, reason) =>
      answerRaw(stream, httpStatuses.malformedUpgrade, httpErrors.malformedUpgrade(reason)),
  };
  const accept = rawAcceptor({ ...acceptance, deflate: options.deflate });
  // Frames that are passed on are not worth to be compressed twice.
  const acceptRelayed = rawAcceptor(acceptance);
  return (request, stream, head) => {
    stream.on('error', () => {}); // `close` follows, and is what counts
    const knock: Knock = { target: request.url ?? '/', header: headersOf(request) };
    withSecret(options, knock.header, (binding) => {
      const turnedAway = atDoor(options.door, {
        header: knock.header,
        address: request.socket.remoteAddress ?? '',
        holdsSecret: binding !== null,
      });
      if (turnedAway !== null) return answerByHttp(options, turnedAway, stream);
      const entrance = decideEntrance(knock, options.house, binding);
      const arrival = { request, stream, head };
      if (entrance.answer === 'http') answerByHttp(options, entrance, stream);
      else if (entrance.answer === 'relay') relay(options, acceptRelayed, entrance, arrival);
      else arrive(options, accept, entrance, arrival);
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

interface Arrival {
  readonly request: IncomingMessage;
  readonly stream: Duplex;
  readonly head: Buffer;
}

type Welcome = Exclude<Entrance, { answer: 'http' | 'relay' }>;

function arrive(options: UpgradeOptions, accept: AcceptRaw, entrance: Welcome, arrival: Arrival): void {
  const { request, stream, head } = arrival;
  const log = options.log.child({ peer: request.socket.remoteAddress, transport: 'websocket' });
  accept(request, stream, head, (raw) => {
    const wire = socketWire(raw);
    options.sessions.connected(wire, goneOf(stream));
    const arrived = { wire, transport: 'websocket', header: headersOf(request), log } as const;
    if (entrance.answer === 'join') joinCall(options, entrance.call, arrived);
    else open(options, entrance, arrived);
  });
}

/** The client is told nothing before an upstream has settled. It counts from now on. */
function relay(
  options: UpgradeOptions,
  accept: AcceptRaw,
  admitted: Extract<Entrance, { answer: 'relay' }>,
  { request, stream, head }: Arrival,
): void {
  const { sessions } = options;
  if (admitted.beta === 'ignored') options.log.info(betaIgnored);
  const { entrance, limits } = relayEntrance(options, admitted);
  const log = options.log.child({ peer: request.socket.remoteAddress, transport: 'websocket' });
  const held: HeldUpgrade = { request, stream, head, header: headersOf(request), log };
  const session = openRelayed({ ...options, limits, accept }, entrance, held);
  void session.ended.finally(() => entrance.meter.close(options.clock.now()));
  sessions.connected(session, goneOf(stream));
  sessions.began(session);
}

function goneOf(stream: Duplex): Promise<void> {
  return new Promise((resolve) => stream.once('close', resolve));
}

function answerByHttp(
  { insight }: UpgradeOptions,
  { status, error, headers }: Pick<TurnedAway, 'error'> & { status: number; headers?: TurnedAway['headers'] },
  stream: Duplex,
): void {
  insight.observer.refused(error.code ?? error.type);
  answerRaw(stream, status, error, headers);
}

function headersOf(request: IncomingMessage): HeaderReader {
  return (name) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
}
