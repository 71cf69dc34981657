import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Accept, acceptor } from '../wire/node/accept.ts';
import { type Secrets, withSecret } from './admission/client-secrets.ts';
import { decideEntrance, type Entrance, type House, type Knock } from './admission/decide.ts';
import type { Caller, Door, TurnedAway } from './admission/door.ts';
import { httpErrors, httpStatuses } from './admission/http-errors.ts';
import type { HeaderReader } from './admission/keys.ts';
import { answerRaw } from './http/raw.ts';
import { joinCall, type OpenOptions, open } from './open.ts';

export interface UpgradeOptions extends OpenOptions {
  readonly door: Door;
  readonly house: House;
  readonly secrets: Secrets;
  readonly deflate: boolean;
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
    withSecret(options, knock.header, (binding) => {
      const bound = binding?.bound ?? null;
      const turnedAway = atDoor(options.door, {
        header: knock.header,
        address: request.socket.remoteAddress ?? '',
        holdsSecret: bound !== null,
      });
      if (turnedAway !== null) return answerByHttp(options, turnedAway, stream);
      const entrance = decideEntrance(knock, options.house, bound);
      if (entrance.answer === 'http') answerByHttp(options, entrance, stream);
      else arrive(options, accept, entrance, { request, stream, head });
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

type Welcome = Exclude<Entrance, { answer: 'http' }>;

function arrive(options: UpgradeOptions, accept: Accept, entrance: Welcome, arrival: Arrival): void {
  const { request, stream, head } = arrival;
  const log = options.log.child({ peer: request.socket.remoteAddress, transport: 'websocket' });
  accept(request, stream, head, (wire) => {
    const gone = new Promise<void>((resolve) => stream.once('close', resolve));
    options.sessions.connected(wire, gone);
    const arrived = { wire, transport: 'websocket', header: headersOf(request), log } as const;
    if (entrance.answer === 'join') joinCall(options, entrance.call, arrived);
    else open(options, entrance, arrived);
  });
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
