import { isJsonObject } from '../../../protocol/json.ts';
import type { RawSocketWire } from '../../../wire/node/raw-socket.ts';
import type { RawListener } from '../../../wire/raw-wire.ts';
import type { Wire } from '../../../wire/wire.ts';
import { errorText, newEventId } from '../../admission/refusal.ts';
import type { Clock } from '../../clock.ts';
import { refuseBinary } from '../../session/client-frame.ts';
import type { Turns } from '../../session/turns.ts';
import { type Attached, Wires } from '../../session/wires.ts';
import { Frame } from '../frame.ts';

export interface SidebandsOptions {
  readonly clock: Clock;
  readonly turns: Turns;
  /** Bytes that may wait for a sideband that does not read. */
  readonly unsentBytes: number;
  /** They close, whoever wants it: the call is over. */
  readonly ending: () => void;
}

/** With what a sideband is closed that comes when the call is over. */
const overCode = 1000;
/** Of so many events, the newest, it is remembered who sent them. */
const mostAsked = 1_000;

/**
 * The sidebands that have joined a call, none or several, as the one client of its session. What any of them sends goes up;
 * what comes down goes to all, an error to the one whose event caused it, where that can be known. Nobody waits for one that
 * does not read: it is told so, and closed, and the call goes on.
 */
export class Sidebands implements RawSocketWire {
  /** Never any that the upstream should wait for: what passes has to be counted. */
  readonly pendingBytes = 0;
  readonly #options: SidebandsOptions;
  readonly #wires: Wires;
  /** Who sent which event, by its id. */
  readonly #asked = new Map<string, Attached>();
  #listener: RawListener<Buffer> | null = null;
  /** The session as the upstream has last shown it; null before it has. */
  #session: unknown = null;
  /** Whose frame is being taken. */
  #answered: Attached | null = null;
  #isPaused = false;
  #hasClosed = false;

  constructor(options: SidebandsOptions) {
    this.#options = options;
    const { clock, turns, unsentBytes: unreadBytes } = options;
    this.#wires = new Wires({ clock, turns, unreadBytes, backlog: () => (this.#isPaused ? 0 : null) });
  }

  open(listener: RawListener<Buffer>): void {
    this.#listener = listener;
  }

  /** Joins one more, which is greeted with the session as it is, as soon as that is known. */
  attach(wire: Wire): void {
    const attached = this.#wires.add(wire);
    if (this.#session !== null) attached.outlet.send(greeting(this.#session));
    this.#wires.open(attached, {
      frame: (text) => this.#frame(text, attached),
      binary: () => attached.outlet.send(errorText(refuseBinary(this.#options.clock.now()).error)),
      closed: () => this.#wires.remove(attached),
    });
    if (this.#hasClosed) wire.close(overCode, '');
  }

  send(data: Uint8Array | string): void {
    const bytes = Buffer.from(data);
    const frame = new Frame(bytes, false);
    const isFirst = this.#session === null;
    if (frame.type === 'session.created' || frame.type === 'session.updated') {
      this.#session = frame.event()?.['session'] ?? null;
    }
    // Another greeting comes with another connection, of which they need not know.
    if (frame.type === 'session.created' && !isFirst) return;
    this.#wires.send(bytes.toString(), frame.type === 'error' ? this.#addressee(frame) : null);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#wires.goOn();
  }

  close(code: number, reason: string): void {
    if (this.#hasClosed) return;
    this.#hasClosed = true;
    this.#options.ending();
    this.#wires.close(code, reason);
    queueMicrotask(() => this.#listener?.closed({ code, reason })); // never while the owner is at work
  }

  terminate(): void {
    this.close(1001, '');
  }

  #frame(text: string, by: Attached): void {
    if (this.#hasClosed) return;
    const bytes = Buffer.from(text);
    const id = new Frame(bytes, false).text('event_id');
    if (id !== null) this.#remember(id, by);
    this.#answered = by;
    this.#listener?.frame(bytes, false);
    this.#answered = null;
  }

  #remember(id: string, by: Attached): void {
    this.#asked.delete(id);
    this.#asked.set(id, by);
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > mostAsked && oldest !== undefined) this.#asked.delete(oldest);
  }

  /** Whose event has caused an error; null where nobody's has, or nobody knows: then all are told. */
  #addressee(frame: Frame): Attached | null {
    const error = frame.event()?.['error'];
    const id = isJsonObject(error) ? error['event_id'] : null;
    if (typeof id === 'string') return this.#asked.get(id) ?? null;
    return this.#answered;
  }
}

function greeting(session: unknown): string {
  return JSON.stringify({ type: 'session.created', event_id: newEventId(), session });
}
