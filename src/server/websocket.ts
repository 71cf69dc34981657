import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type AcceptOptions, type AcceptRaw, rawAcceptor } from '../wire/node/accept.ts';
import { socketWire } from '../wire/node/socket.ts';
import { type Binding, type Secrets, withSecret } from './admission/client-secrets.ts';
import {
  decideClaimed,
  decideEntrance,
  type Entrance,
  type House,
  type HttpAnswer,
  type SessionEntrance,
} from './admission/decide.ts';
import type { Caller, Door, TurnedAway } from './admission/door.ts';
import { httpErrors, httpStatuses } from './admission/http-errors.ts';
import type { HeaderReader } from './admission/keys.ts';
import { placed, placedAgain } from './admission/placed.ts';
import { refusals } from './admission/refusal.ts';
import { answerRaw } from './http/raw.ts';
import type { Neighbours } from './nodes/neighbours.ts';
import { Tunnel } from './nodes/tunnel.ts';
import { betaIgnored, joinCall, type OpenOptions, open } from './open.ts';
import { type HeldUpgrade, openRelayed } from './relay/arrival.ts';
import { type EntranceOptions, relayEntrance } from './relay/entrance.ts';
import type { Resumption } from './resume/resumption.ts';
import {
  type StreamPath,
  type Streams,
  type StreamsOptions,
  streamPathOf,
  streams,
} from './telephony/streams/streams.ts';

export interface UpgradeOptions
  extends OpenOptions,
    EntranceOptions,
    Pick<StreamsOptions, 'telephony' | 'switchboard'> {
  readonly door: Door;
  readonly house: House;
  readonly secrets: Secrets;
  readonly deflate: boolean;
  /** The other nodes; null where this one is alone. */
  readonly neighbours: Neighbours | null;
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
  const phones = streams(options);
  return (request, stream, head) => {
    stream.on('error', () => {}); // `close` follows, and is what counts
    const arrival = arrivalOf(options, { request, stream, head });
    if (arrival === null) return answerByHttp(options, forged, stream);
    const path = streamPathOf(arrival.target);
    if (path !== null) return void takeStream(options, phones, path, arrival);
    withSecret(options, arrival.header, (binding) => {
      const turnedAway = atDoor(options.door, { ...arrival, holdsSecret: binding !== null });
      if (turnedAway !== null) return answerByHttp(options, turnedAway, stream);
      const entrance = entranceOf(options, arrival, binding);
      if (entrance.answer === 'http') answerByHttp(options, entrance, stream);
      else if (entrance.answer === 'forward') void passOn(options, entrance, arrival);
      else if (entrance.answer === 'resume') void takeUp(options, accept, entrance, arrival);
      else if (entrance.answer === 'join' || entrance.answer === 'refuse') arrive(options, accept, entrance, arrival);
      else
        void placed(options.house, options.sessions, entrance, (given) => {
          if (given.answer === 'relay') relay(options, acceptRelayed, given, arrival);
          else arrive(options, accept, given, arrival);
        });
    });
  };
}

/** An upgrade that says without truth that another node has passed it on. */
const forged = { status: httpStatuses.forwardNotAccepted, error: httpErrors.forwardNotAccepted() };

/** Who comes, and from where; null for what pretends to come from another node. */
function arrivalOf(
  { neighbours }: UpgradeOptions,
  upgrade: Pick<Arrival, 'request' | 'stream' | 'head'>,
): Arrival | null {
  const { request } = upgrade;
  const header = headersOf(request);
  const asked = { method: request.method ?? 'GET', target: request.url ?? '/' };
  const forwarder = neighbours?.forwarderOf(header, asked) ?? null;
  if (forwarder === 'forged') return null;
  const address = forwarder?.address ?? request.socket.remoteAddress ?? '';
  return { ...upgrade, header, target: asked.target, address, isForwarded: forwarder !== null };
}

function entranceOf({ house }: UpgradeOptions, arrival: Arrival, binding: Binding | null): Entrance {
  const { target, header, isForwarded } = arrival;
  return decideEntrance({ target, header, isForwarded }, house, binding);
}

/** The node that holds the call answers, if it can. */
async function passOn(
  options: UpgradeOptions,
  { node, otherwise }: { readonly node: string; readonly otherwise: HttpAnswer },
  arrival: Arrival,
): Promise<void> {
  if (!(await isPassedOn(options, node, arrival))) answerByHttp(options, otherwise, arrival.stream);
}

/** Whether another node has answered the upgrade. */
async function isPassedOn(options: UpgradeOptions, node: string, arrival: Arrival): Promise<boolean> {
  const passage = (await options.neighbours?.forwardUpgrade(node, arrival)) ?? null;
  if (passage === null) return false;
  if (!(passage instanceof Tunnel)) return true;
  options.log.info('connection passed on', { node, peer: arrival.address });
  options.sessions.carries(passage, passage.gone);
  return true;
}

/** A carrier's stream: the node answers it where the call rings. Never rejects. */
async function takeStream(options: UpgradeOptions, phones: Streams, path: StreamPath, arrival: Arrival): Promise<void> {
  if (phones.turnsAway(path, arrival)) return;
  const isHere = phones.rings(path) || path.callId === null || arrival.isForwarded;
  const node = isHere ? null : options.house.holderOf(path.callId);
  if (node !== null && (await isPassedOn(options, node, arrival))) return;
  if (!arrival.stream.destroyed) phones.take(path, arrival);
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
  readonly header: HeaderReader;
  readonly target: string;
  /** Where it comes from; from where it came at first, if another node has passed it on. */
  readonly address: string;
  readonly isForwarded: boolean;
}

type Welcome = Exclude<Entrance, { answer: 'http' | 'relay' | 'forward' | 'resume' }>;

type Resume = Extract<Entrance, { answer: 'resume' }>;

/** Takes up a session that was begun before, wherever it is. Never rejects. */
async function takeUp(options: UpgradeOptions, accept: AcceptRaw, asked: Resume, arrival: Arrival): Promise<void> {
  const found = await find(options, asked, arrival).catch((cause: unknown): FoundHere => {
    options.log.warn('a session could not be looked for', { err: cause });
    return { answer: 'refuse', refusal: refusals.stateUnavailable() };
  });
  if (found === null) return;
  if (arrival.stream.destroyed) return 'place' in found ? found.place?.release() : undefined;
  if ('answer' in found) return arrive(options, accept, found, arrival);
  const { request, stream, head, header, target, address } = arrival;
  const log = options.log.child({ peer: address, transport: 'websocket' });
  accept(request, stream, head, (raw) => {
    const wire = socketWire(raw);
    options.sessions.connected(wire, goneOf(stream));
    if (found.isOn && !found.isDeparting) return found.takeUp(wire, asked.after);
    // It has ended while the upgrade was answered.
    const expired = { answer: 'refuse', refusal: refusals.resumeHandleExpired() } as const;
    open(options, expired, { wire, transport: 'websocket', target, header, log });
  });
}

/** The session, where it is open here; else how it begins here. Null where another node has answered. */
type FoundHere = Resumption | Exclude<SessionEntrance, { answer: 'relay' }> | null;

async function find(options: UpgradeOptions, asked: Resume, arrival: Arrival): Promise<FoundHere> {
  const { resuming, house } = options;
  const found = await resuming.find({ handle: asked.handle, owner: asked.account.owner });
  if (found.is === 'refused') return { answer: 'refuse', refusal: found.refusal };
  if (found.is === 'here' && !found.resumption.isCall) return found.resumption;
  if (found.is === 'elsewhere' && !arrival.isForwarded && (await isPassedOn(options, found.node, arrival))) return null;
  const claimed = await (found.is === 'here' ? resuming.claimHere(found.resumption) : resuming.claim(found));
  if ('closeCode' in claimed) return { answer: 'refuse', refusal: claimed };
  const entrance = decideClaimed(claimed, house, { account: asked.account, header: arrival.header });
  if (entrance.answer === 'relay') return { answer: 'refuse', refusal: refusals.resumeNotAvailable() };
  return entrance.answer === 'open' ? placedAgain(options.sessions, entrance, claimed.written.holder) : entrance;
}

function arrive(options: UpgradeOptions, accept: AcceptRaw, entrance: Welcome, arrival: Arrival): void {
  const { request, stream, head, header, target, address } = arrival;
  const log = options.log.child({ peer: address, transport: 'websocket' });
  let isOpen = false;
  accept(request, stream, head, (raw) => {
    isOpen = true;
    const wire = socketWire(raw);
    options.sessions.connected(wire, goneOf(stream));
    const arrived = { wire, transport: 'websocket', target, header, log } as const;
    if (entrance.answer === 'join') joinCall(options, entrance.call, arrived);
    else open(options, entrance, arrived);
  });
  // What is no handshake has been answered by now.
  if (!isOpen && 'place' in entrance) entrance.place?.release();
}

/** The client is told nothing before an upstream has settled. It counts from now on. */
function relay(
  options: UpgradeOptions,
  accept: AcceptRaw,
  admitted: Extract<Entrance, { answer: 'relay' }>,
  { request, stream, head, header, address }: Arrival,
): void {
  const { sessions } = options;
  if (admitted.beta === 'ignored') options.log.info(betaIgnored);
  const { entrance, limits } = relayEntrance(options, admitted);
  const log = options.log.child({ peer: address, transport: 'websocket' });
  const held: HeldUpgrade = { request, stream, head, header, log };
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
