import { slowReaderCloseCode } from '../../core/defaults.ts';
import { mistakes } from '../../core/mistakes.ts';
import type { Wire, WireListener } from '../../wire/wire.ts';
import { end, type Refusal } from '../admission/refusal.ts';
import type { Clock } from '../clock.ts';
import { Inbox, type InboxOptions } from './inbox.ts';
import { Outlet } from './outlet.ts';
import type { Written } from './written.ts';

/** One wire of a session, with what waits on it in both directions. */
export interface Attached {
  readonly wire: Wire;
  readonly inbox: Inbox;
  readonly outlet: Outlet;
}

export interface WiresOptions extends InboxOptions {
  readonly clock: Clock;
}

/** The wires of one session. Each has its own frames and its own patience; what the session says goes to all of them. */
export class Wires {
  readonly #options: WiresOptions;
  readonly #all = new Set<Attached>();

  constructor(options: WiresOptions) {
    this.#options = options;
  }

  /**
   * A wire more; nothing is heard of it before `open`. `tooSlow`: its peer does not read what it is sent. By default it
   * is told so and closed, and the session goes on.
   */
  add(wire: Wire, tooSlow = (): void => end(wire, tooSlowForThis())): Attached {
    const { clock, unreadBytes } = this.#options;
    const attached = {
      wire,
      inbox: new Inbox(wire, this.#options),
      outlet: new Outlet({ wire, unsentBytes: unreadBytes, clock, tooSlow }),
    };
    this.#all.add(attached);
    return attached;
  }

  /** Starts delivery. Call once. */
  open(attached: Attached, { frame, binary, closed }: Omit<WireListener, 'drained'>): void {
    attached.inbox.open({ frame, binary, closed, drained: () => attached.outlet.drained() });
  }

  /** Its end: whoever waited for its peer waits no longer. */
  remove(attached: Attached): void {
    this.#all.delete(attached);
    attached.outlet.drained();
    attached.outlet.stop();
  }

  /** Sends to `only`, or to every wire. */
  send(text: Written, only: Attached | null): void {
    if (only !== null) return only.outlet.send(text);
    for (const { outlet } of this.#all) outlet.send(text);
  }

  /** Null while every reader keeps up; else calls back once the one that does not has caught up, or is gone. */
  readonly congestion = (): ((resume: () => void) => void) | null => {
    for (const { outlet } of this.#all) {
      const wait = outlet.congestion();
      if (wait !== null) return wait;
    }
    return null;
  };

  /** The session has got on with its work: frames that wait may be due. */
  goOn(): void {
    for (const { inbox } of this.#all) inbox.goOn();
  }

  close(code: number, reason: string): void {
    for (const { wire } of this.#ownLast()) wire.close(code, reason);
  }

  /** Tells every peer why, and closes. */
  end(why: Refusal): void {
    for (const { wire } of this.#ownLast()) end(wire, why);
  }

  /** The session's own wire was there first. With its end the others are closed too, for a reason that says less. */
  #ownLast(): readonly Attached[] {
    return [...this.#all].toReversed();
  }

  /** Nothing waits for a reader any more. */
  stop(): void {
    for (const { outlet } of this.#all) outlet.stop();
  }
}

function tooSlowForThis(): Refusal {
  return { error: mistakes.slowReader(), closeCode: slowReaderCloseCode };
}
