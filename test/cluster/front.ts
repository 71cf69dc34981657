import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What a network between a node and its store does to what passes. */
export type Weather =
  | 'fine'
  /** Connections are taken, and nothing passes, either way. */
  | 'hanging'
  /** Nothing passes, and what comes from the nodes does once it is let go, even if they have left the connection. */
  | 'holding'
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
  /** What was held goes on; resolves once the store has answered it. */
  letGo(): Promise<void>;
}

/** Opens a front before a server at a path; it ends with the process. */
export async function frontOf(path: string): Promise<Front> {
  const passing = new Set<Socket>();
  const stores = new WeakSet<Socket>();
  let weather: Weather = 'fine';
  let bytes = 0;
  let connections = 0;
  const held: { readonly node: Socket; readonly store: Socket; readonly piece: Buffer }[] = [];

  function pass(from: Socket, to: Socket): void {
    passing.add(from);
    from.on('data', (piece: Buffer) => {
      if (weather === 'hanging') return;
      if (weather === 'holding') return void (stores.has(to) && held.push({ node: from, store: to, piece }));
      bytes += piece.length;
      if (typeof weather === 'object') setTimeout(() => to.write(piece), weather.lateMs);
      else to.write(piece);
    });
    from.on('error', () => {});
    from.on('close', () => {
      passing.delete(from);
      if (!held.some(({ store }) => store === to)) to.destroy();
    });
  }

  const server = createServer((client) => {
    connections += 1;
    if (weather === 'cut') return void client.destroy();
    const store = connect(path);
    stores.add(store);
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
    async letGo() {
      const pieces = held.splice(0);
      for (const { store, piece } of pieces) store.write(piece);
      await Promise.all(pieces.map(({ store }) => once(store, 'data')));
      for (const { node, store } of pieces) if (node.destroyed) store.destroy();
    },
    turn(next) {
      weather = next;
      if (next === 'cut') for (const socket of passing) socket.destroy();
    },
  };
}
