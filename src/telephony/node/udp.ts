import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Leaf, LeafOptions } from './leaf.ts';
import { addressFrom, plainAddress } from './own-address.ts';

/** Listens for datagrams. */
export async function openUdp({ host, port, take }: LeafOptions): Promise<Leaf> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    // Of several workers only the one that hears telephones may have the port.
    socket.bind({ port, address: host, exclusive: true }, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  // What can't be sent is lost, like any datagram.
  socket.on('error', () => {});
  socket.on('message', (datagram, from) =>
    take(datagram.toString('latin1'), { transport: 'UDP', address: plainAddress(from.address), port: from.port }),
  );
  let isClosed = false;
  return {
    port: socket.address().port,
    send(text, to) {
      if (isClosed || to.port === 0) return false;
      socket.send(Buffer.from(text, 'latin1'), to.port, addressFrom(host, to.address), () => {});
      return true;
    },
    proves: () => false,
    close() {
      isClosed = true;
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}
