import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { bind, bindInside, oneLine } from './bind.ts';
import { createHttpServer } from './http/http-server.ts';
import { forwardHeader } from './nodes/seals.ts';
import type { Settings } from './options.ts';
import { forged, type Reception } from './reception.ts';
import { SetupError } from './setup-error.ts';

/** Whoever comes meets this, under the options of the moment. */
type Meets = Pick<Reception, 'fetch' | 'onUpgrade'>;

/** The servers of Node below one server of ours: one for clients, and one for other nodes where they have an address of their own. */
export class Servers {
  readonly #settings: Settings;
  readonly #all: readonly Server[];
  /** Those included that have not spoken yet, which Node's own list leaves out. */
  readonly #connections = new Set<Socket>();

  /** @throws {SetupError} when the certificate is unusable. */
  constructor(settings: Settings, meets: Meets) {
    this.#settings = settings;
    const inside = settings.node.listens ? [serverFor(null, insideOnly(meets))] : [];
    this.#all = [serverFor(settings.tls, meets), ...inside];
    for (const server of this.#all) server.on('connection', (socket: Socket) => this.#connected(socket));
  }

  /** Lets others look at each of them. */
  each(look: (server: Server) => void): void {
    this.#all.forEach(look);
  }

  /** Takes the addresses. Resolves to the URL for clients; on failure none is taken. */
  async open(): Promise<string> {
    const { log, node } = this.#settings;
    const [main, inside] = this.#all;
    try {
      if (inside !== undefined && node.url !== null) await bindInside(inside, node.url);
      const url = main === undefined ? '' : await bind(main, this.#settings);
      this.each((server) =>
        server.on('error', (error) => log.error('a connection could not be taken', { err: error })),
      );
      return url;
    } catch (cause) {
      await this.close(0);
      throw cause;
    }
  }

  /** Gives the addresses back, and waits so many milliseconds for what is being answered. */
  async close(patienceMs: number): Promise<void> {
    const callOff = this.#settings.clock.after(patienceMs, () => {
      for (const connection of this.#connections) connection.destroy();
    });
    await Promise.all(this.#all.map((server) => new Promise((resolve) => server.close(resolve))));
    callOff();
  }

  #connected(socket: Socket): void {
    this.#connections.add(socket);
    socket.once('close', () => this.#connections.delete(socket));
  }
}

function serverFor(tls: Settings['tls'], { fetch, onUpgrade }: Meets): Server {
  try {
    return createHttpServer({ tls, fetch }).on('upgrade', onUpgrade);
  } catch (cause) {
    const message = `The TLS certificate and key can't be used: ${oneLine(cause)}. Give a matching pair as PEM.`;
    throw new SetupError('invalid_certificate', message, { cause });
  }
}

/** Where only nodes may come, whoever does not say that it is one is refused. */
function insideOnly({ fetch, onUpgrade }: Meets): Meets {
  return {
    fetch: (request, peer) => (request.headers.has(forwardHeader) ? fetch(request, peer) : forged()),
    onUpgrade(request, stream, head) {
      if (request.headers[forwardHeader] === undefined) stream.destroy();
      else onUpgrade(request, stream, head);
    },
  };
}
