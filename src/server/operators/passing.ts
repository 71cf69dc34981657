import type { RawSocketWire } from '../../wire/node/raw-socket.ts';
import type { Utf8, Wire } from '../../wire/wire.ts';

/** Who sent a frame, by the marks of a take: `<` the server, `>` the client. */
export type Direction = '<' | '>';

/** Told of every frame of a session, as text. */
export type FrameListener = (direction: Direction, text: string) => void;

/** A frame as it is sent, whole or in pieces. */
type Frame = Uint8Array | string | Utf8;

/** Counts what passes between a session and its client, and lets others look on. */
export class Passing {
  readonly #listeners = new Set<FrameListener>();
  #bytesIn = 0;
  #bytesOut = 0;

  /** Of frames that the client sent. */
  get bytesIn(): number {
    return this.#bytesIn;
  }

  /** Of frames that the client was sent. */
  get bytesOut(): number {
    return this.#bytesOut;
  }

  /** Looks on from now on, until the function is called that it gives. */
  listen(listener: FrameListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The same wire, with what passes on it seen. */
  over(wire: Wire): Wire {
    return this.#heard(wire, (bytes, frame) => this.#sent(bytes, frame));
  }

  /**
   * A wire that has joined the session: what comes on it is seen. What it is sent is not, since the session's own wire is
   * sent the same.
   */
  beside(wire: Wire): Wire {
    return this.#heard(wire, () => {});
  }

  #heard(wire: Wire, sent: (bytes: number, frame: Frame) => void): Wire {
    return {
      get pendingBytes() {
        return wire.pendingBytes;
      },
      open: (listener) =>
        wire.open({
          frame: (text) => {
            this.#received(Buffer.byteLength(text), text);
            listener.frame(text);
          },
          binary: (bytes) => {
            this.#bytesIn += bytes;
            listener.binary(bytes);
          },
          drained: () => listener.drained(),
          closed: (why) => listener.closed(why),
        }),
      send: (text) => {
        sent(Buffer.byteLength(text), text);
        wire.send(text);
      },
      ...(wire.sendUtf8 !== undefined && {
        sendUtf8: (pieces) => {
          sent(lengthOf(pieces), pieces);
          wire.sendUtf8?.(pieces);
        },
      }),
      pause: () => wire.pause?.(),
      resume: () => wire.resume?.(),
      close: (code, reason) => wire.close(code, reason),
    };
  }

  /** Like `over`, of a wire of bytes. */
  overRaw(wire: RawSocketWire): RawSocketWire {
    return {
      get pendingBytes() {
        return wire.pendingBytes;
      },
      open: (listener) =>
        wire.open({
          frame: (bytes, isBinary) => {
            this.#received(bytes.length, bytes);
            listener.frame(bytes, isBinary);
          },
          drained: () => listener.drained(),
          closed: (why) => listener.closed(why),
        }),
      send: (frame, isBinary) => {
        this.#sent(typeof frame === 'string' ? Buffer.byteLength(frame) : frame.length, frame);
        wire.send(frame, isBinary);
      },
      pause: () => wire.pause(),
      resume: () => wire.resume(),
      close: (code, reason) => wire.close(code, reason),
      terminate: () => wire.terminate(),
    };
  }

  #received(bytes: number, frame: Frame): void {
    this.#bytesIn += bytes;
    if (this.#listeners.size > 0) this.#tell('>', frame);
  }

  #sent(bytes: number, frame: Frame): void {
    this.#bytesOut += bytes;
    if (this.#listeners.size > 0) this.#tell('<', frame);
  }

  #tell(direction: Direction, frame: Frame): void {
    const text = textOf(frame);
    for (const listener of this.#listeners) listener(direction, text);
  }
}

function textOf(frame: Frame): string {
  if (typeof frame === 'string') return frame;
  return (frame instanceof Uint8Array ? Buffer.from(frame) : Buffer.concat(frame)).toString();
}

function lengthOf(pieces: Utf8): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
