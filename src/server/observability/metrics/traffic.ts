import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Bytes on a server's network connections, below TLS: what the network carried, HTTP included. Sockets count for
 * themselves, so nothing is done until someone asks.
 */
export class Traffic {
  readonly #open = new Set<Socket>();
  readonly #closed = { in: 0, out: 0 };

  /** Counts every connection that `server` accepts from now on. */
  follow(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => {
        this.#open.delete(socket);
        this.#closed.in += socket.bytesRead;
        this.#closed.out += socket.bytesWritten;
      });
    });
  }

  get inBytes(): number {
    return Array.from(this.#open, (socket) => socket.bytesRead).reduce(sum, this.#closed.in);
  }

  get outBytes(): number {
    return Array.from(this.#open, (socket) => socket.bytesWritten).reduce(sum, this.#closed.out);
  }
}

function sum(total: number, bytes: number): number {
  return total + bytes;
}
