import { connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server, and drops connections as a broken network does: without a close frame. */
export interface CuttingProxy {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Connections that were made. */
  readonly count: number;
  /** Drops every connection that is open. */
  cut(): void;
  /** Further connections go to the server at this address. */
  leadTo(target: string): void;
  close(): Promise<void>;
}

/** A proxy in front of the server at this address. */
export async function cuttingProxy(target: string): Promise<CuttingProxy> {
  let { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((client) => {
    count++;
    const upstream = connect(Number(port), hostname);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('data', (bytes) => other.write(bytes));
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    get count() {
      return count;
    },
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    leadTo(next) {
      ({ hostname, port } = new URL(next));
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
