import type { Direction, TakeClosed } from '../../take/format.ts';
import type { RawSocketWire } from '../../wire/node/raw-socket.ts';
import type { Wire, WireClosed } from '../../wire/wire.ts';

/** Told of every frame of a session, as text. */
export type FrameListener = (direction: Direction, text: string) => void;

/** Told of all that passes, and at last of how it ended. */
export interface PassingRecord {
  frame(direction: Direction, text: string): void;
  binary(direction: Direction, bytes: Uint8Array): void;
  closed(closed: TakeClosed): void;
}

/** Closes that this side's socket has made of what the peer did wrong. */
const ofBrokenRules: ReadonlySet<number> = new Set([1002, 1007, 1009]);

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
    return {
      get pendingBytes() {
        return wire.pendingBytes;
      },
      open: (listener) =>
        wire.open({
          frame: (text) => {
            this.#received(Buffer.byteLength(text), () => text);
            listener.frame(text);
          },
          binary: (bytes) => {
            this.#bytesIn += bytes;
            if (this.#record !== null) this.#record.binary('>', new Uint8Array(bytes));
            listener.binary(bytes);
          },
          drained: () => listener.drained(),
          closed: (why) => {
            this.#closed(why);
            listener.closed(why);
          },
        }),
      send: (text) => {
        this.#sent(Buffer.byteLength(text), () => text);
        wire.send(text);
      },
      pause: () => wire.pause?.(),
      resume: () => wire.resume?.(),
      close: (code, reason) => {
        this.#closing ??= { code, reason };
        wire.close(code, reason);
      },
    };
  }

  /**
   * A wire that has joined the session: what comes on it is seen. What it is sent is counted alone, since the session's own
   * wire is sent the same.
   */
  beside(wire: Wire): Wire {
    const aside = new Passing();
    aside.listen((direction, text) => {
      if (direction === '>') this.#received(Buffer.byteLength(text), () => text);
      else this.#bytesOut += Buffer.byteLength(text);
    });
    return aside.over(wire);
  }

  /** Likewise, of a wire of bytes. */
  overRaw(wire: RawSocketWire): RawSocketWire {
    return {
      get pendingBytes() {
        return wire.pendingBytes;
      },
      open: (listener) =>
        wire.open({
          frame: (bytes, isBinary) => {
            if (isBinary) this.#passedBinary('>', bytes);
            else this.#received(bytes.length, () => bytes.toString());
            listener.frame(bytes, isBinary);
          },
          drained: () => listener.drained(),
          closed: (why) => {
            this.#closed(why);
            listener.closed(why);
          },
        }),
      send: (frame, isBinary) => {
        if (isBinary && typeof frame !== 'string') this.#passedBinary('<', frame);
        else this.#sent(typeof frame === 'string' ? Buffer.byteLength(frame) : frame.length, () => textOf(frame));
        wire.send(frame, isBinary);
      },
      pause: () => wire.pause(),
      resume: () => wire.resume(),
      close: (code, reason) => {
        this.#closing ??= { code, reason };
        wire.close(code, reason);
      },
      terminate: () => wire.terminate(),
    };
  }

  #received(bytes: number, text: () => string): void {
    this.#bytesIn += bytes;
    this.#tell('>', text);
  }

  #sent(bytes: number, text: () => string): void {
    this.#bytesOut += bytes;
    this.#tell('<', text);
  }

  #passedBinary(direction: Direction, bytes: Uint8Array): void {
    if (direction === '>') this.#bytesIn += bytes.length;
    else this.#bytesOut += bytes.length;
    this.#record?.binary(direction, bytes);
  }

  #closed(why: WireClosed): void {
    const byUs = this.#closing ?? (ofBrokenRules.has(why.code) ? why : null);
    this.#record?.closed(byUs === null ? { by: 'client', ...why } : { by: 'server', ...byUs });
  }

  #tell(direction: Direction, text: () => string): void {
    if (this.#listeners.size === 0 && this.#record === null) return;
    const said = text();
    this.#record?.frame(direction, said);
    for (const listener of this.#listeners) listener(direction, said);
  }
}

function textOf(frame: Uint8Array | string): string {
  return typeof frame === 'string' ? frame : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString();
}
