import { type BindOptions, createSocket, type SocketType } from 'node:dgram';
import { holdUntilClosed, type Library } from './library.ts';
import { gathering } from './negotiate.ts';

/** A UDP port that is ours, with or without calls on it. */
export interface HeldPort {
  readonly port: number;
  /** Lets go of it, when the calls on it are over. */
  release(): Promise<void>;
}

/**
 * Holds a UDP port for all calls, between calls too; 0 takes a free one. Rejects where it can't be had. What holds it is a
 * connection that nobody is offered: the library's listener for ports ends the process where a packet of somebody who is
 * gone comes just as it is stopped.
 */
export async function holdUdpPort(
  library: Library,
  udpPort: number,
  bindAddress: string | undefined,
): Promise<HeldPort> {
  const port = await tryPort(udpPort, bindAddress);
  const connection = new library.PeerConnection('port', {
    iceServers: [],
    enableIceUdpMux: true,
    portRangeBegin: port,
    portRangeEnd: port,
    ...(bindAddress === undefined ? {} : { bindAddress }),
  });
  const closed = new Promise<void>((resolve) => {
    connection.onStateChange((state) => {
      if (state === 'closed') resolve();
    });
  });
  const gathered = gathering(connection);
  const channel = connection.createDataChannel('port'); // without one it would take no port
  await gathered.done;
  return {
    port,
    release() {
      holdUntilClosed(channel);
      connection.close();
      return closed;
    },
  };
}

/** Waits until a port that was held is free again: the library lets go of it a little later than it says. */
export async function portIsFree(port: number, bindAddress: string | undefined, tries = 100): Promise<void> {
  try {
    await tryPort(port, bindAddress);
  } catch {
    if (tries === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
    await portIsFree(port, bindAddress, tries - 1);
  }
}

/** The library neither finds a free port nor says why one is not: a socket of our own does, first. */
async function tryPort(port: number, address: string | undefined): Promise<number> {
  const options = { port, exclusive: true, ...(address === undefined ? {} : { address }) };
  if (address !== undefined) return bind(address.includes(':') ? 'udp6' : 'udp4', options);
  return bind('udp6', options).catch((error: { readonly cause?: { readonly code?: unknown } }) => {
    if (error.cause?.code !== 'EAFNOSUPPORT') throw error;
    return bind('udp4', options); // a machine without IPv6
  });
}

function bind(type: SocketType, options: BindOptions): Promise<number> {
  const socket = createSocket(type);
  return new Promise((resolve, reject) => {
    socket.once('error', (cause) => {
      socket.close();
      reject(new Error(`UDP port ${options.port} can't be opened: ${cause.message}`, { cause }));
    });
    socket.bind(options, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
