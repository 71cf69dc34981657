import type { Socket } from 'node:net';

/**
 * The write that is in flight on a socket. Streams count it as waiting until all of it has left, so that a peer who reads a
 * frame of megabytes looks for long as if it read nothing.
 */
export class Flight {
  readonly #stream: Socket;
  /** Bytes of all writes that had begun when it was last asked: a next one begins when the one before has left. */
  #begun = 0;
  #most = 0;

  constructor(stream: Socket) {
    this.#stream = stream;
  }

  /** Bytes of it that are known to have left, though the stream counts them still; those that leave before it is first asked are not known. */
  get taken(): number {
    // What the system has not taken yet; the platform's own timeouts go by it, too.
    const queued = figureOf(this.#stream, 'writeQueueSize');
    const begun = figureOf(this.#stream, 'bytesWritten');
    this.#most = begun === this.#begun ? Math.max(this.#most, queued) : queued;
    this.#begun = begun;
    return this.#most - queued;
  }
}

/** A figure that the socket's handle keeps. The stream's own `bytesWritten` goes through all that waits, each time. */
function figureOf(stream: Socket, name: 'bytesWritten' | 'writeQueueSize'): number {
  const handle: unknown = Reflect.get(stream, '_handle');
  const size: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, name) : 0;
  return typeof size === 'number' ? size : 0;
}
