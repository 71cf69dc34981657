import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { CarrierName } from '../../../telephony/streams/carrier.ts';
import { carrierNames } from '../../../telephony/streams/carrier.ts';
import { answerStream, type StreamSocket } from '../../../telephony/streams/stream-line.ts';
import { type Accept, acceptor } from '../../../wire/node/accept.ts';
import type { Wire } from '../../../wire/wire.ts';
import { httpErrors, httpStatuses } from '../../admission/http-errors.ts';
import type { HeaderReader } from '../../admission/keys.ts';
import type { Clock } from '../../clock.ts';
import { answerRaw } from '../../http/raw.ts';
import type { SessionLog } from '../../log.ts';
import type { Insight } from '../../observability/insight.ts';
import type { Sessions } from '../../sessions.ts';
import type { PhoneLine, TelephonySettings } from '../options.ts';
import type { Switchboard } from './switchboard.ts';

/** The largest frame of a carrier, in bytes. */
const frameBytes = 65_536;

export interface StreamsOptions {
  readonly telephony: TelephonySettings;
  readonly switchboard: Switchboard;
  readonly sessions: Pick<Sessions, 'connected'>;
  readonly insight: Pick<Insight, 'observer'>;
  readonly clock: Clock;
  readonly log: SessionLog;
}

/** An upgrade for a carrier's stream. */
export interface StreamArrival {
  readonly request: IncomingMessage;
  readonly stream: Duplex;
  readonly head: Buffer;
  readonly header: HeaderReader;
  readonly target: string;
  readonly address: string;
}

/** What the address of a stream names. */
export interface StreamPath {
  readonly carrier: CarrierName;
  /** Null where it names no call. */
  readonly callId: string | null;
}

/** Reads the address of an upgrade; null for any that is no stream's. */
export function streamPathOf(target: string): StreamPath | null {
  const [, name, callId = null] = /^\/telephony\/(\w+)(?:\/(\w+))?\/?(?:\?.*)?$/.exec(target) ?? [];
  const carrier = carrierNames.find((known) => known === name);
  return carrier === undefined ? null : { carrier, callId };
}

/** Takes the streams of carriers. */
export interface Streams {
  /** Whether the stream is of a call that rings here, as its address says. */
  rings(path: StreamPath): boolean;
  /** Answers the upgrade by HTTP where it may not even begin; whether it has. */
  turnsAway(path: StreamPath, arrival: StreamArrival): boolean;
  /** Accepts it, and waits for it to name its call. */
  take(path: StreamPath, arrival: StreamArrival): void;
}

export function streams(options: StreamsOptions): Streams {
  const accept = acceptor({
    clock: options.clock,
    frameBytes,
    malformed: (stream, reason) =>
      answerRaw(stream, httpStatuses.malformedUpgrade, httpErrors.malformedUpgrade(reason)),
  });
  return {
    rings: ({ callId }) => callId !== null && options.switchboard.rings(callId),
    turnsAway: (path, arrival) => isTurnedAway(options, path, arrival),
    take(path, arrival) {
      const line = options.telephony.lines.get(path.carrier);
      if (line !== undefined) accepted(options, accept, { line, path, arrival });
    },
  };
}

function isTurnedAway(options: StreamsOptions, { carrier }: StreamPath, arrival: StreamArrival): boolean {
  const { telephony, insight, clock } = options;
  const { target, header, stream } = arrival;
  const line = telephony.lines.get(carrier);
  const url = `${telephony.publicUrl.replace(/^http/, 'ws')}${target}`;
  if (line?.mayConnect({ url, body: '', header, nowMs: clock.now() }) === true) return false;
  const name = line === undefined ? 'unknownUrl' : 'badSignature';
  const error = line === undefined ? httpErrors.unknownUrl('GET', target) : httpErrors.badSignature();
  insight.observer.refused(error.code ?? error.type);
  answerRaw(stream, httpStatuses[name], error);
  return true;
}

interface Accepted {
  readonly line: PhoneLine;
  readonly path: StreamPath;
  readonly arrival: StreamArrival;
}

function accepted(options: StreamsOptions, accept: Accept, { line, path, arrival }: Accepted): void {
  const { sessions, log } = options;
  const { request, stream, head, address } = arrival;
  const peer = log.child({ peer: address, transport: line.carrier.name });
  const gone = new Promise<void>((resolve) => stream.once('close', () => resolve()));
  accept(request, stream, head, (wire) => {
    sessions.connected(wire, gone);
    join({ ...options, log: peer }, { line, path, socket: socketOf(wire) });
  });
}

/** A stream whose upgrade was answered. */
export interface OpenStream {
  readonly line: Pick<PhoneLine, 'carrier'>;
  readonly path: StreamPath;
  readonly socket: StreamSocket;
}

/** Joins a stream to its call, once it has named it; nobody else's stream comes to anything. */
export function join(
  { switchboard, insight, clock, log }: Pick<StreamsOptions, 'switchboard' | 'insight' | 'clock' | 'log'>,
  { line: { carrier }, path, socket }: OpenStream,
): void {
  answerStream({
    carrier,
    socket,
    clock,
    answer(start, end) {
      const call = switchboard.claim(start, carrier.name, path.callId)?.connect(start, end) ?? null;
      if (call === null) {
        insight.observer.refused('call_id_not_found');
        log.info('a stream was turned away');
      }
      return call;
    },
    complained: (message) => log.warn('the carrier complains', { message }),
  });
}

function socketOf(wire: Wire): StreamSocket {
  return {
    get pendingBytes() {
      return wire.pendingBytes;
    },
    open: ({ frame, binary, closed }) => wire.open({ frame, binary, closed, drained() {} }),
    send: (text) => wire.send(text),
    close: (code, reason) => wire.close(code, reason),
  };
}
