import type { Socket } from 'node:net';

/**
 * The write that is in flight on a socket. Streams count it as waiting until all of it has left, so that a peer who reads a
 * frame of megabytes looks for long as if it read nothing.
 */
export class Flight {
  readonly #stream: Socket;
  #flushed = 0;
  #most = 0;

  constructor(stream: Socket) {
    this.#stream = stream;
  }

  /** Bytes of it that are known to have left, though the stream counts them still; those that leave before it is first asked are not known. */
  get taken(): number {
    const queued = queuedBytes(this.#stream);
    const flushed = this.#stream.bytesWritten - this.#stream.writableLength;
    this.#most = flushed === this.#flushed ? Math.max(this.#most, queued) : queued;
    this.#flushed = flushed;
    return this.#most - queued;
  }
}

/** What the socket has been given and the system has not taken yet; the platform's own timeouts go by it, too. */
function queuedBytes(stream: Socket): number {
  const handle: unknown = Reflect.get(stream, '_handle');
  const size: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'writeQueueSize') : 0;
  return typeof size === 'number' ? size : 0;
}
