import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import type { Place } from '../sip/agent-call.ts';
import { StreamFrames } from '../sip/frames.ts';
import type { SipOptions } from '../sip/phone.ts';
import type { Leaf, LeafOptions } from './leaf.ts';
import { plainAddress } from './own-address.ts';

export interface StreamOptions extends LeafOptions {
  /** Null for TCP. */
  readonly tls: { readonly cert: string; readonly key: string; readonly ca?: string } | null;
  readonly clock: Pick<SipOptions['clock'], 'after'>;
  /** Whether there are calls by this connection, which keep it open. */
  readonly isUsed: (place: Omit<Place, 'transport'>) => boolean;
}

/** Connections at once, in all and of one address. */
const maxConnections = 1_000;
const maxOfOne = 200;
/** How long the other side may take for a handshake, for its first message, or for the rest of one, in milliseconds. */
const dueMs = 10_000;
/** After so long without a word a connection without calls is closed, in milliseconds. */
const idleMs = 3_600_000;
/** Who has so much to read, in bytes, does not. */
const maxUnread = 1_000_000;

/** Listens for connections, plain or over TLS. Who connects may show a certificate, and need not. */
export async function openStream(options: StreamOptions): Promise<Leaf> {
  const connections = new Connections(options);
  const server = serverOf(options, connections);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: options.port, host: options.host, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', () => {});
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    send: (text, to) => connections.at(to)?.send(text) ?? false,
    proves: (place, name) => connections.at(place)?.proves(name) ?? false,
    close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      connections.close();
      return closed;
    },
  };
}

function serverOf({ tls }: StreamOptions, connections: Connections): Server {
  if (tls === null) return createServer((socket) => (connections.admits(socket) ? connections.add(socket) : undefined));
  const server = createTlsServer(
    { ...tls, requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.2', handshakeTimeout: dueMs },
    (socket) => connections.add(socket),
  );
  // Who never does the handshake counts as well, or one address could keep everybody else out.
  server.on('connection', (socket: Socket) => void connections.admits(socket));
  return server;
}

class Connections {
  readonly #options: StreamOptions;
  readonly #all = new Map<string, Connection>();
  /** Those whose handshake is still to come, too; whoever has said something last is the last. */
  readonly #open = new Map<string, Socket>();
  readonly #ofAddress = new Map<string, number>();

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  at(place: Place): Connection | null {
    return this.#all.get(nameOf(place)) ?? null;
  }

  /** Whether there is room for one more, in all and of its address. If not, it is closed. */
  admits(socket: Socket): boolean {
    const place = placeOf(socket);
    const count = this.#ofAddress.get(place.address) ?? 0;
    socket.on('error', () => {}); // it closes, too
    if (place.address === '' || count >= maxOfOne || !this.#hasRoom()) {
      socket.destroy();
      return false;
    }
    this.#open.set(nameOf(place), socket);
    this.#ofAddress.set(place.address, count + 1);
    socket.once('close', () => this.#left(place));
    return true;
  }

  /** Where all room is taken, the one gives way that has been silent for longest and has no call. */
  #hasRoom(): boolean {
    if (this.#open.size < maxConnections) return true;
    const { isUsed } = this.#options;
    for (const [name, socket] of this.#open) {
      if (isUsed(placeOf(socket))) continue;
      this.#open.delete(name);
      socket.destroy();
      return true;
    }
    return false;
  }

  add(socket: Socket): void {
    const { tls, take, clock, isUsed } = this.#options;
    const place: Place = { transport: tls === null ? 'TCP' : 'TLS', ...placeOf(socket) };
    socket.on('error', () => {}); // it closes, too
    const said = (text: string, from: Place): void => {
      this.#spoke(nameOf(place));
      take(text, from);
    };
    this.#all.set(nameOf(place), new Connection({ socket, place, take: said, clock, isUsed: () => isUsed(place) }));
    socket.once('close', () => this.#all.delete(nameOf(place)));
  }

  close(): void {
    const greeted = new Set(this.#all.keys());
    for (const connection of this.#all.values()) connection.close();
    for (const [name, socket] of this.#open) if (!greeted.has(name)) socket.destroy();
  }

  #spoke(name: string): void {
    const socket = this.#open.get(name);
    if (socket === undefined) return;
    this.#open.delete(name);
    this.#open.set(name, socket);
  }

  #left(place: Omit<Place, 'transport'>): void {
    const { address } = place;
    this.#open.delete(nameOf(place));
    const left = (this.#ofAddress.get(address) ?? 0) - 1;
    if (left > 0) this.#ofAddress.set(address, left);
    else this.#ofAddress.delete(address);
  }
}

function placeOf({ remoteAddress = '', remotePort = 0 }: Socket): Omit<Place, 'transport'> {
  return { address: plainAddress(remoteAddress), port: remotePort };
}

const nameOf = ({ address, port }: Omit<Place, 'transport'>): string => `${address} ${port}`;

interface ConnectionParts {
  readonly socket: Socket;
  readonly place: Place;
  readonly take: LeafOptions['take'];
  readonly clock: StreamOptions['clock'];
  readonly isUsed: () => boolean;
}

class Connection {
  readonly #parts: ConnectionParts;
  readonly #frames = new StreamFrames();
  /** Calls off the end of a connection that owes us a message; null where it does not. */
  #callOff: (() => void) | null;
  #forgetIdle: () => void;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    const { socket } = parts;
    this.#callOff = this.#owing();
    this.#forgetIdle = this.#idle();
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    socket.on('data', (bytes) => this.#came(bytes.toString('latin1')));
    socket.once('close', () => {
      this.#callOff?.();
      this.#forgetIdle();
    });
  }

  send(text: string): boolean {
    const { socket } = this.#parts;
    if (!socket.writable) return false;
    socket.write(text, 'latin1');
    if (socket.writableLength > maxUnread) socket.destroy();
    return true;
  }

  /** An authority that we trust has signed its certificate, which is for this name. */
  proves(name: string): boolean {
    const { socket } = this.#parts;
    if (!(socket instanceof TLSSocket) || !socket.authorized) return false;
    return socket.getPeerX509Certificate()?.checkHost(name) !== undefined;
  }

  close(): void {
    const { socket } = this.#parts;
    socket.end(() => socket.destroy());
    if (!socket.writable) socket.destroy();
  }

  #came(bytes: string): void {
    const { socket, place, take } = this.#parts;
    const parts = this.#frames.push(bytes);
    if (parts === null) {
      socket.destroy();
      return;
    }
    if (parts.length > 0) {
      this.#callOff?.();
      this.#callOff = null;
      this.#forgetIdle();
      this.#forgetIdle = this.#idle();
    }
    for (const part of parts) {
      if (part.is === 'ping') this.send('\r\n');
      else take(part.text, place);
    }
    if (this.#frames.isWaiting) this.#callOff ??= this.#owing();
  }

  #owing(): () => void {
    const { clock, socket } = this.#parts;
    return clock.after(dueMs, () => socket.destroy());
  }

  #idle(): () => void {
    const { clock, socket, isUsed } = this.#parts;
    return clock.after(idleMs, () => {
      if (isUsed()) this.#forgetIdle = this.#idle();
      else socket.destroy();
    });
  }
}
