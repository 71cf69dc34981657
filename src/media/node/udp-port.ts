import { createSocket } from 'node:dgram';
import type { IceUdpMuxListener } from 'node-datachannel';
import type { Library } from './library.ts';

/** Holds a UDP port for all calls, between calls too; 0 takes a free one. Rejects where it can't be had. */
export async function holdUdpPort(
  library: Library,
  udpPort: number,
  bindAddress: string | undefined,
): Promise<IceUdpMuxListener> {
  const port = await tryPort(udpPort, bindAddress);
  return bindAddress === undefined
    ? new library.IceUdpMuxListener(port)
    : new library.IceUdpMuxListener(port, bindAddress);
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
function tryPort(port: number, address: string | undefined): Promise<number> {
  const socket = createSocket(address === undefined || address.includes(':') ? 'udp6' : 'udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', (cause) => {
      socket.close();
      reject(new Error(`UDP port ${port} can't be opened: ${cause.message}`, { cause }));
    });
    socket.bind({ port, exclusive: true, ...(address === undefined ? {} : { address }) }, () => {
      const { port: bound } = socket.address();
      socket.close(() => resolve(bound));
    });
  });
}
