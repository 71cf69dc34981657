import { once } from 'node:events';
import { createServer, connect as dial } from 'node:net';

/** A way in to a server, at which the requests that come by can be seen. */
export interface Door {
  /** `ws://127.0.0.1:PORT` */
  readonly url: string;
  /** The head of each request that opened a connection, in lower case. */
  readonly heads: readonly string[];
  close(): void;
}

/** Opens a door to a server of this machine. */
export async function openDoor(serverUrl: string): Promise<Door> {
  const { hostname, port } = new URL(serverUrl);
  const heads: string[] = [];
  const server = createServer((visitor) => {
    const host = dial(Number(port), hostname);
    visitor.once('data', (head) => heads.push(String(head).toLowerCase()));
    visitor.pipe(host).pipe(visitor);
    visitor.on('error', () => host.destroy());
    host.on('error', () => visitor.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return { url: `ws://127.0.0.1:${address.port}`, heads, close: () => server.close() };
}
