import type { Direction, TakeClosed } from '../../take/format.ts';
import { RawOver } from '../../wire/node/raw-over.ts';
import type { RawSocketWire } from '../../wire/node/raw-socket.ts';
import type { Utf8, Wire, WireClosed } from '../../wire/wire.ts';

/** Told of every frame of a session, as text. */
export type FrameListener = (direction: Direction, text: string) => void;

/** Told of all that passes, and at last of how it ended. */
export interface PassingRecord {
  /** A text frame, as a text or as the UTF-8 that it is, in pieces. */
  frame(direction: Direction, frame: string | Utf8): void;
  binary(direction: Direction, bytes: Uint8Array): void;
  closed(closed: TakeClosed): void;
}

/** Closes that come from this side without being asked for here: what the peer did wrong, or a session that goes on elsewhere. */
const ofThisSide: ReadonlySet<number> = new Set([1002, 1007, 1009, 1012]);

/** A frame as it is sent, whole or in pieces. */
type Frame = Uint8Array | string | Utf8;

/** What is told of a wire beside what comes on it. */
interface Heard {
  sent(bytes: number, frame: Frame): void;
  /** Closed from this side. */
  closing(why: WireClosed): void;
  closed(why: WireClosed): void;
}

/** Counts what passes between a session and its client, and lets others look on. */
export class Passing {
  readonly #listeners = new Set<FrameListener>();
  #bytesIn = 0;
  #bytesOut = 0;
  #record: PassingRecord | null = null;
  /** How this side has closed, if it has. */
  #closing: WireClosed | null = null;

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

  /** Writes down all that passes from now on, what joined wires send included. */
  record(record: PassingRecord): void {
    this.#record = record;
  }

  /** The same wire, with what passes on it seen. */
  over(wire: Wire): Wire {
    return this.#heard(wire, {
      sent: (bytes, frame) => this.#sent(bytes, frame),
      closing: (why) => {
        this.#closing ??= why;
      },
      closed: (why) => this.#closed(why),
    });
  }

  /**
   * A wire that has joined the session: what comes on it is seen. What it is sent is not, since the session's own wire is
   * sent the same.
   */
  beside(wire: Wire): Wire {
    return this.#heard(wire, { sent() {}, closing() {}, closed() {} });
  }

  #heard(wire: Wire, { sent, closing, closed }: Heard): Wire {
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
            if (this.#record !== null) this.#record.binary('>', new Uint8Array(bytes));
            listener.binary(bytes);
          },
          drained: () => listener.drained(),
          closed: (why) => {
            closed(why);
            listener.closed(why);
          },
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
      close: (code, reason) => {
        closing({ code, reason });
        wire.close(code, reason);
      },
    };
  }

  /** Like `over`, of a wire of bytes. */
  overRaw(wire: RawSocketWire): RawSocketWire {
    return new HeardRawWire(wire, {
      came: (bytes, isBinary) => {
        if (isBinary) this.#passedBinary('>', bytes);
        else this.#received(bytes.length, bytes);
      },
      sent: (frame, isBinary) => {
        if (isBinary && typeof frame !== 'string') this.#passedBinary('<', frame);
        else this.#sent(typeof frame === 'string' ? Buffer.byteLength(frame) : frame.length, frame);
      },
      closing: (why) => {
        this.#closing ??= why;
      },
      closed: (why) => this.#closed(why),
    });
  }

  #received(bytes: number, frame: Frame): void {
    this.#bytesIn += bytes;
    this.#tell('>', frame);
  }

  #sent(bytes: number, frame: Frame): void {
    this.#bytesOut += bytes;
    this.#tell('<', frame);
  }

  #passedBinary(direction: Direction, bytes: Uint8Array): void {
    if (direction === '>') this.#bytesIn += bytes.length;
    else this.#bytesOut += bytes.length;
    this.#record?.binary(direction, bytes);
  }

  #closed(why: WireClosed): void {
    const byUs = this.#closing ?? (ofThisSide.has(why.code) ? why : null);
    this.#record?.closed(byUs === null ? { by: 'client', ...why } : { by: 'server', ...byUs });
  }

  #tell(direction: Direction, frame: Frame): void {
    this.#record?.frame(direction, frame instanceof Uint8Array ? [frame] : frame);
    if (this.#listeners.size === 0) return;
    const text = textOf(frame);
    for (const listener of this.#listeners) listener(direction, text);
  }
}

/** What is told of a wire of bytes. */
interface HeardRaw extends Pick<Heard, 'closing' | 'closed'> {
  came(bytes: Buffer, isBinary: boolean): void;
  sent(frame: Uint8Array | string, isBinary: boolean): void;
}

class HeardRawWire extends RawOver {
  readonly #heard: HeardRaw;

  constructor(wire: RawSocketWire, heard: HeardRaw) {
    super(wire);
    this.#heard = heard;
  }

  override frame(bytes: Buffer, isBinary: boolean): void {
    this.#heard.came(bytes, isBinary);
    super.frame(bytes, isBinary);
  }

  override closed(why: WireClosed): void {
    this.#heard.closed(why);
    super.closed(why);
  }

  override send(frame: Uint8Array | string, isBinary: boolean): void {
    this.#heard.sent(frame, isBinary);
    super.send(frame, isBinary);
  }

  override close(code: number, reason: string): void {
    this.#heard.closing({ code, reason });
    super.close(code, reason);
  }
}

function textOf(frame: Frame): string {
  if (typeof frame === 'string') return frame;
  if (!(frame instanceof Uint8Array)) return Buffer.concat(frame).toString();
  return Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString();
}

function lengthOf(pieces: Utf8): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
