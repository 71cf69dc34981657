import { ClientView } from '../../src/laws/client-view.ts';
import type { ServerEvent } from '../../src/laws/trace.ts';
import { silentLog } from '../../src/server/log.ts';
import { Line } from '../../src/server/resume/line.ts';
import { Resuming } from '../../src/server/resume/resuming.ts';
import type { Resumption } from '../../src/server/resume/resumption.ts';
import type { Reopened } from '../../src/server/session/docking.ts';
import type { SessionHandle } from '../../src/server/session/host.ts';
import { endlessTurns } from '../../src/server/session/turns.ts';
import { memoryState } from '../../src/state/memory/state.ts';
import { type VirtualClock, virtualClock } from '../../src/testing/virtual-clock.ts';
import { type MemoryWire, memoryPair } from '../../src/wire/memory.ts';
import type { Wire, WireListener } from '../../src/wire/wire.ts';
import type { Connection } from './wire-run.ts';

const graceMs = 30_000;
/** More than a session that is left goes on for what runs in it. */
const leavingMs = 5_001;
/** For so long what was sent is known at least. */
const knownMs = 30_000;

/** How a client comes back: after how long, and whether it says which event it has seen last. */
interface Return {
  readonly afterMs: number;
  readonly says: boolean;
}

/** One after the other, for as many cuts as there are. */
const returns: readonly Return[] = [
  { afterMs: 0, says: true },
  { afterMs: 40, says: true },
  { afterMs: 0, says: false },
  { afterMs: 3000, says: true },
  { afterMs: 3000, says: false },
  { afterMs: graceMs - 1, says: true },
];

/** What became of a session whose connections were cut. */
export interface Cuts {
  /** How often its client came back and found it. */
  readonly continued: number;
  readonly restored: number;
  /** Frames that came when they had been missed. */
  readonly missed: number;
  /** The session ended while its client was away, which was never told. */
  readonly isLost: boolean;
  /** What was not as it has to be. */
  readonly wrong: readonly string[];
}

/**
 * A client that can take its session up again: when it has not read for a while its connection is lost, with all that was
 * on its way, and it comes back on another. Whoever listens to it hears one stream, without what is said of resuming.
 */
export class CutClient implements Connection, Cuts {
  readonly server: Wire;
  readonly docking: Resumption;
  readonly wrong: string[] = [];
  continued = 0;
  restored = 0;
  missed = 0;
  isLost = false;
  #hasEnded = false;
  readonly #clock: VirtualClock;
  readonly #resuming: Resuming;
  /** What the session has said. */
  readonly #view = new ClientView();
  /** What of it the client has not seen. */
  #unseen: string[] = [];
  #lastSeen = '';
  #lastSeenAt = 0;
  /** Anything was sent since, that is not known for ever. */
  #hasMissed = false;
  #listener: WireListener | null = null;
  #end: End;
  #cuts: number;
  /** What comes on a new connection before what is new; null while there is none. */
  #welcome: string[] | null = null;

  readonly #leaves: boolean;

  /** `leaves`: it does not close its connection in the end, but loses it, and stays away until its session is left. */
  constructor(clock: VirtualClock, modelName: string | null, { firstReturn = 0, leaves = false }) {
    this.#clock = clock;
    this.#leaves = leaves;
    this.#cuts = firstReturn;
    const times = { keepMs: 3_600_000, graceMs, renews: false };
    // The time of the store is its own, since its sweeps are no timers of the session.
    const state = memoryState(virtualClock());
    this.#resuming = new Resuming({ ...times, state, node: '0a1b2c', clock, turns: endlessTurns, log: silentLog });
    this.#end = this.#connected();
    const line = new Line(this.#end.server, clock);
    this.docking = this.#resuming.begin(
      { line, owner: 'me', holder: null, modelName, asks: true, log: silentLog },
      null,
    );
    this.server = this.#noted(line);
  }

  began(session: SessionHandle): void {
    void session.ended.finally(() => this.#resuming.ended(this.docking));
  }

  open(listener: WireListener): void {
    this.#listener = listener;
  }

  send(text: string): void {
    this.#end.client.send(text);
  }

  close(code: number, reason: string): void {
    if (!this.#leaves) return this.#end.client.close(code, reason);
    this.#end.lose();
    this.#clock.advance(graceMs);
    this.#clock.advance(leavingMs);
  }

  /** What the session has told, and what was written down of it; null where nothing is. */
  async left(): Promise<{ readonly view: ClientView; readonly reopened: Reopened; readonly isWhole: boolean } | null> {
    const claimed = await this.#resuming.claim({ sessionId: this.docking.sessionId, connection: 1_000 });
    if ('closeCode' in claimed) return null;
    return { view: this.#view, reopened: this.#resuming.reopened(claimed), isWhole: claimed.written.isWhole };
  }

  hold(): void {
    this.#end.client.hold();
  }

  /** The connection is lost, and the client comes back. */
  release(): void {
    const { afterMs, says } = returns[this.#cuts % returns.length] ?? { afterMs: 0, says: true };
    this.#cuts += 1;
    this.#end.lose();
    this.#clock.advance(afterMs);
    const missed = this.#unseen;
    this.#unseen = [];
    this.#end = this.#connected();
    if (this.docking.isDeparting || this.#hasEnded) return this.#lost();
    const isKnown = !this.#hasMissed || this.#clock.now() - this.#lastSeenAt <= knownMs;
    this.#welcome = [];
    this.docking.takeUp(this.#end.server, says ? this.#lastSeen : null);
    const [greeting = '', ...told] = this.#welcome;
    this.#welcome = null;
    const how = greeting.includes('"resumed":"continued"') ? 'continued' : 'restored';
    if (says ? isKnown && how !== 'continued' : how !== 'restored') this.wrong.push(`is ${how}: ${greeting}`);
    this.#check(how, told, missed);
    for (const text of missed) this.#tell(text);
  }

  #lost(): void {
    this.isLost = true;
    this.#listener?.closed({ code: 1006, reason: '' });
  }

  #check(how: 'continued' | 'restored', told: readonly string[], missed: readonly string[]): void {
    const events = told.filter((text) => !isOfResuming(text));
    if (how === 'continued') {
      this.continued += 1;
      this.missed += missed.length;
      if (events.join('\n') !== missed.join('\n'))
        this.wrong.push(`missed ${missed.join()} and was told ${events.join()}`);
      return;
    }
    this.restored += 1;
    const idsOf = (type: string): string =>
      events
        .filter((text) => text.includes(`"type":"${type}"`))
        .map(itemOf)
        .join();
    const [all, finished] = [this.#view.order, this.#view.order.filter((id) => this.#view.finished.has(id))];
    if (idsOf('conversation.item.added') !== all.join())
      this.wrong.push(`has ${all.join()}, was told ${events.join()}`);
    if (idsOf('conversation.item.done') !== finished.join())
      this.wrong.push(`finished are ${finished.join()}, was told ${events.join()}`);
  }

  /** Both ends of a connection. */
  #connected(): End {
    const [server, client] = memoryPair();
    const end = new End(server, client);
    client.open({
      frame: (text) => this.#read(text),
      binary: () => {},
      drained: () => {},
      closed: (why) => (end.isLost ? undefined : this.#listener?.closed(why)),
    });
    return end;
  }

  #read(text: string): void {
    this.#hasMissed = false;
    this.#lastSeenAt = this.#clock.now();
    this.#lastSeen = /"event_id":"([^"]*)"/.exec(text)?.[1] ?? this.#lastSeen;
    if (this.#welcome !== null) this.#welcome.push(text);
    else if (!isOfResuming(text)) {
      this.#unseen.shift();
      this.#tell(text);
    }
  }

  /** Without what the session shows of its resumption, which is another with each connection. */
  #tell(text: string): void {
    this.#listener?.frame(text.replace(/,"resumption":\{[^}]*\}/, ''));
  }

  /** The session's wire, which knows what was said. */
  #noted(line: Line): Wire {
    return {
      get pendingBytes() {
        return line.pendingBytes;
      },
      open: (listener) =>
        line.open({
          ...listener,
          closed: (why) => {
            this.#hasEnded = true;
            listener.closed(why);
          },
        }),
      send: (text) => {
        if (this.#welcome === null && !isOfResuming(text)) {
          this.#unseen.push(text);
          const event: ServerEvent = JSON.parse(text);
          this.#view.read(event);
        }
        this.#hasMissed = true;
        line.send(text);
      },
      pause: () => line.pause(),
      resume: () => line.resume(),
      close: (code, reason) => line.close(code, reason),
    };
  }
}

/** The two ends of a connection that can be lost. */
class End {
  readonly client: MemoryWire;
  readonly server: Wire;
  isLost = false;
  #listener: WireListener | null = null;

  constructor(server: MemoryWire, client: MemoryWire) {
    this.client = client;
    this.server = {
      get pendingBytes() {
        return server.pendingBytes;
      },
      open: (listener) => {
        this.#listener = listener;
        server.open({ ...listener, closed: (why) => (this.isLost ? undefined : listener.closed(why)) });
      },
      send: (text) => server.send(text),
      close: (code, reason) => server.close(code, reason),
    };
  }

  /** Nothing comes by it any more, and the server is told so. */
  lose(): void {
    this.isLost = true;
    this.#listener?.closed({ code: 1006, reason: '' });
  }
}

function isOfResuming(text: string): boolean {
  return /^\{"type":"session\.(?:resumption\.updated|ending)"/.test(text);
}

function itemOf(text: string): string {
  return JSON.parse(text).item.id;
}
