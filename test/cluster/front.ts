import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What a network between a node and its store does to what passes. */
export type Weather =
  | 'fine'
  /** Connections are taken, and nothing passes, either way. */
  | 'hanging'
  /** Connections that there are break, and new ones do at once. */
  | 'cut'
  /** Each piece is late by so many milliseconds. */
  | { readonly lateMs: number };

/** A way to a store that can be as bad as a network. */
export interface Front {
  /** `redis://…`, where the store is reached over it. */
  readonly url: string;
  /** Bytes that have passed, either way. */
  readonly bytes: number;
  /** Connections that nodes have opened so far. */
  readonly connections: number;
  turn(weather: Weather): void;
}

/** Opens a front before a server at a path; it ends with the process. */
export async function frontOf(path: string): Promise<Front> {
  const passing = new Set<Socket>();
  let weather: Weather = 'fine';
  let bytes = 0;
  let connections = 0;

  function pass(from: Socket, to: Socket): void {
    passing.add(from);
    from.on('data', (piece: Buffer) => {
      if (weather === 'hanging') return;
      bytes += piece.length;
      if (typeof weather === 'object') setTimeout(() => to.write(piece), weather.lateMs);
      else to.write(piece);
    });
    from.on('error', () => {});
    from.on('close', () => {
      passing.delete(from);
      to.destroy();
    });
  }

  const server = createServer((client) => {
    connections += 1;
    if (weather === 'cut') return void client.destroy();
    const store = connect(path);
    pass(client, store);
    pass(store, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    url: `redis://127.0.0.1:${port}`,
    get bytes() {
      return bytes;
    },
    get connections() {
      return connections;
    },
    turn(next) {
      weather = next;
      if (next === 'cut') for (const socket of passing) socket.destroy();
    },
  };
}
