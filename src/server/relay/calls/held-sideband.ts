import type { RawSocketWire } from '../../../wire/node/raw-socket.ts';
import type { RawListener } from '../../../wire/raw-wire.ts';
import type { WireClosed } from '../../../wire/wire.ts';
import type { Clock } from '../../clock.ts';
import type { SessionLog } from '../../log.ts';
import type { Dialled } from '../dial-upstream.ts';
import type { Failure } from '../failure.ts';

export interface HeldSidebandOptions {
  /** Joins the call at the upstream; the signal is aborted when that has taken too long. Never rejects. */
  readonly dial: (signal: AbortSignal) => Promise<Dialled | Failure>;
  readonly clock: Clock;
  readonly log: SessionLog;
}

/** How long a call may be up without its sideband, in milliseconds. */
export const graceMs = 5_000;
/** How long one try may take of it. */
const tryMs = 2_000;
/** The first pause between two tries, in milliseconds, which doubles, and the longest. */
const pauseMs = 100;
const longestPauseMs = 1_000;

/** With what an upstream closes sidebands when a call has ended. */
const normalClose = 1000;
const lost: WireClosed = { code: 1006, reason: '' };

interface Waiting {
  readonly frame: Uint8Array | string;
  readonly isBinary: boolean;
}

/**
 * The upstream's sideband of a call as one wire, from before it is there: it is joined when the wire is opened, and again when
 * it is lost. What is sent meanwhile waits. The wire closes, as if its connection had broken, when that takes longer than the
 * grace, or the upstream no longer knows the call.
 */
export class HeldSideband implements RawSocketWire {
  readonly #options: HeldSidebandOptions;
  readonly #leaving = new AbortController();
  #listener: RawListener<Buffer> | null = null;
  /** Null while it is not held. */
  #wire: RawSocketWire | null = null;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #isPaused = false;
  #wasHeld = false;
  #hasClosed = false;

  constructor(options: HeldSidebandOptions) {
    this.#options = options;
  }

  get pendingBytes(): number {
    return this.#wire?.pendingBytes ?? this.#waitingBytes;
  }

  open(listener: RawListener<Buffer>): void {
    this.#listener = listener;
    void this.#hold();
  }

  send(frame: Uint8Array | string, isBinary: boolean): void {
    if (this.#isLeaving) return;
    if (this.#wire !== null) return this.#wire.send(frame, isBinary);
    this.#waiting.push({ frame, isBinary });
    this.#waitingBytes += typeof frame === 'string' ? Buffer.byteLength(frame) : frame.length;
  }

  pause(): void {
    this.#isPaused = true;
    this.#wire?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#wire?.resume();
  }

  close(code: number, reason: string): void {
    this.#leave({ code, reason }, (wire) => wire.close(code, reason));
  }

  terminate(): void {
    this.#leave(lost, (wire) => wire.terminate());
  }

  get #isLeaving(): boolean {
    return this.#leaving.signal.aborted;
  }

  #leave(why: WireClosed, part: (wire: RawSocketWire) => void): void {
    this.#leaving.abort();
    if (this.#wire !== null) part(this.#wire);
    else queueMicrotask(() => this.#closed(why)); // never while the owner is at work
  }

  async #hold(): Promise<void> {
    const wire = await this.#joined();
    if (wire === null) return this.#closed(lost);
    if (this.#isLeaving) return wire.terminate();
    this.#wire = wire;
    this.#wasHeld = true;
    wire.open({
      frame: (bytes, isBinary) => this.#listener?.frame(bytes, isBinary),
      drained: () => this.#listener?.drained(),
      closed: (why) => this.#lost(why),
    });
    if (this.#isPaused) wire.pause();
    for (const { frame, isBinary } of this.#waiting.splice(0)) wire.send(frame, isBinary);
    this.#waitingBytes = 0;
    this.#listener?.drained();
  }

  #lost(why: WireClosed): void {
    this.#wire = null;
    if (this.#isLeaving || why.code === normalClose) return this.#closed(why);
    this.#options.log.warn('the sideband of a call is lost', { code: why.code });
    void this.#hold();
  }

  /** Null where it can't be had within the grace. */
  async #joined(): Promise<RawSocketWire | null> {
    const { clock, log } = this.#options;
    const grace = new AbortController();
    const callOff = clock.after(graceMs, () => grace.abort());
    const signal = AbortSignal.any([grace.signal, this.#leaving.signal]);
    let pause = pauseMs;
    let answer = await this.#dial(signal);
    while (!('wire' in answer) && !signal.aborted && !this.#isVain(answer)) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await this.#rest(pause, signal);
      pause = Math.min(pause * 2, longestPauseMs);
      // oxlint-disable-next-line no-await-in-loop -- likewise
      if (!signal.aborted) answer = await this.#dial(signal);
    }
    callOff();
    if ('wire' in answer) return answer.wire;
    if (!this.#isLeaving) log.error('the sideband of a call cannot be had', { why: answer.why });
    return null;
  }

  async #dial(signal: AbortSignal): Promise<Dialled | Failure> {
    const { clock, dial } = this.#options;
    const timeout = new AbortController();
    const callOff = clock.after(tryMs, () => timeout.abort());
    const answer = await dial(AbortSignal.any([signal, timeout.signal]));
    callOff();
    return answer;
  }

  /** Whether no further try is worth it. A call that has only just begun may not be known everywhere yet. */
  #isVain({ is }: Failure): boolean {
    return is === 'refused_key' || (this.#wasHeld && is !== 'passing');
  }

  #rest(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const callOff = this.#options.clock.after(ms, resolve);
      const wake = (): void => {
        callOff();
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  #closed(why: WireClosed): void {
    if (this.#hasClosed) return;
    this.#hasClosed = true;
    this.#leaving.abort();
    this.#waiting = [];
    this.#listener?.closed(why);
  }
}
