import { drainGraceMs, expiryCloseCode, slowReaderCloseCode } from '../../core/defaults.ts';
import { mistakes } from '../../core/mistakes.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { RawSocketWire } from '../../wire/node/raw-socket.ts';
import { socketWire } from '../../wire/node/socket.ts';
import type { WireClosed } from '../../wire/wire.ts';
import { end, type Refusal, refusals } from '../admission/refusal.ts';
import type { Clock } from '../clock.ts';
import type { SessionLimits } from '../limits.ts';
import type { SessionLog } from '../log.ts';
import type { FrameCount } from '../observability/metrics/counted-wire.ts';
import type { SessionWatch } from '../observability/observation/observer.ts';
import { SlowReader } from '../session/slow-reader.ts';
import { closeForClient, closeForUpstream } from './closes.ts';
import { errorEvent } from './error-event.ts';
import { Flow } from './flow.ts';
import { Frame } from './frame.ts';
import { Running } from './running.ts';
import type { Injection, Tap, TapHands, Verdict } from './tap.ts';
import { type Watching, watching } from './watching.ts';

export interface RelayedOptions {
  readonly client: RawSocketWire;
  readonly upstream: RawSocketWire;
  /** The first event upstream, before anything of the client's; null for none. */
  readonly opening: JsonObject | null;
  readonly openTap: (hands: TapHands) => Tap<Frame>;
  readonly watch: SessionWatch;
  readonly frames: FrameCount;
  readonly clock: Clock;
  readonly limits: SessionLimits;
  readonly log: SessionLog;
  /** The upstream's connection broke. */
  readonly lost: () => void;
  /** A text of the upstream's as a client may see it. */
  readonly safe: (text: string) => string;
}

/** After the close of a draining session's last response, or what was to be it, is not waited for any longer, in milliseconds. */
const cancelGraceMs = 1_000;

/** A session on its two wires, which ends when both are closed. */
export class Relayed {
  readonly ended: Promise<void>;
  readonly #options: RelayedOptions;
  readonly #tap: Tap<Frame>;
  readonly #watching: Watching;
  readonly #up: Flow;
  readonly #down: Flow;
  /** Those who read what they are sent. */
  readonly #readers: Readonly<Record<'client' | 'upstream', SlowReader>>;
  readonly #running = new Running();
  readonly #open = new Set<'client' | 'upstream'>(['client', 'upstream']);
  #timers: (() => void)[] = [];
  #isDraining = false;
  #over: () => void = () => {};

  constructor(options: RelayedOptions) {
    this.#options = options;
    const { client, upstream, watch, clock, limits, opening } = options;
    this.#watching = watching(watch);
    const { unsentBytes } = limits;
    const slow = { error: mistakes.slowReader(), closeCode: slowReaderCloseCode };
    this.#readers = {
      client: new SlowReader({ wire: client, unsentBytes, clock, tooSlow: () => this.#end(slow) }),
      upstream: new SlowReader({ wire: upstream, unsentBytes, clock, tooSlow: () => upstream.terminate() }),
    };
    const inject = (after: readonly Injection[]): void => after.forEach((each) => this.#inject(each));
    this.#tap = options.openTap({ inject: (injection) => this.#inject(injection), end: (why) => this.#end(why) });
    const failed = (cause: unknown): void => this.#crashed(cause);
    this.#up = new Flow({
      source: client,
      sink: upstream,
      reader: this.#readers.upstream,
      judge: (frame) => this.#fromClient(frame),
      failed,
      inject,
      passed() {},
    });
    this.#down = new Flow({
      source: upstream,
      sink: client,
      reader: this.#readers.client,
      judge: (frame) => this.#tap.server(frame),
      failed,
      inject,
      passed: (frame) => this.#passedDown(frame),
    });
    this.ended = new Promise((resolve) => {
      this.#over = resolve;
    });
    if (opening !== null) this.#inject({ to: 'upstream', event: opening });
    this.#after(limits.sessionMinutes * 60_000, () => this.#expire(limits.sessionMinutes));
    this.#listen();
  }

  /** No new responses; the client is closed with 1001 when the running ones have ended, or were cut off after their grace. */
  drain(graceMs = drainGraceMs): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#after(graceMs, () => {
      for (const id of this.#running.ids) {
        this.#inject({ to: 'upstream', event: { type: 'response.cancel', response_id: id } });
      }
      this.#after(cancelGraceMs, () => this.#drained());
    });
    if (this.#running.isIdle) this.#drained();
  }

  #listen(): void {
    const { client, upstream } = this.#options;
    upstream.open({
      frame: (bytes, isBinary) => this.#down.frame(bytes, isBinary),
      drained: () => this.#up.drained(),
      closed: (why) => this.#upstreamClosed(why),
    });
    client.open({
      frame: (bytes, isBinary) => this.#up.frame(bytes, isBinary),
      drained: () => this.#down.drained(),
      closed: (why) => this.#clientClosed(why),
    });
  }

  #fromClient(frame: Frame): Verdict {
    const { frames, clock } = this.#options;
    frames.in += 1;
    this.#watching.client(frame, clock.now());
    if (this.#isDraining && frame.type === 'response.create') {
      return { pass: false, after: [{ to: 'client', event: errorEvent(mistakes.draining(), frame.text('event_id')) }] };
    }
    return this.#tap.client(frame);
  }

  #crashed(cause: unknown): void {
    this.#options.log.error('session crashed', { err: cause });
    this.#end(refusals.internal());
  }

  #passedDown(frame: Frame): void {
    const { frames, clock } = this.#options;
    frames.out += 1;
    this.#watching.server(frame, clock.now());
    this.#running.see(frame);
    if (this.#isDraining && this.#running.isIdle) this.#drained();
  }

  #inject({ to, event }: Injection): void {
    const { client, upstream, clock, frames } = this.#options;
    const text = JSON.stringify(event);
    if (to === 'upstream') return upstream.send(text, false);
    this.#watching.server(new Frame(Buffer.from(text), false), clock.now());
    frames.out += 1;
    client.send(text, false);
  }

  #expire(minutes: number): void {
    this.#end({ error: mistakes.expired(minutes), closeCode: expiryCloseCode });
  }

  #drained(): void {
    this.#end({ error: mistakes.draining(), closeCode: refusals.draining().closeCode });
  }

  /** Tells the client why. The upstream is left at once, since the client may take its time. */
  #end(why: Refusal): void {
    const { client, upstream } = this.#options;
    end(socketWire(client), why);
    upstream.close(why.closeCode, why.error.code ?? why.error.type);
  }

  #upstreamClosed(why: WireClosed): void {
    const { client, log, lost, safe } = this.#options;
    if (this.#open.has('client')) {
      if (why.code === 1006) lost();
      log.info('upstream closed', { code: why.code });
    }
    const { code, reason } = closeForClient(why);
    this.#down.after(() => client.close(code, safe(reason)));
    this.#closed('upstream');
  }

  #clientClosed(why: WireClosed): void {
    const { upstream, watch, clock, log } = this.#options;
    const { code, reason } = closeForUpstream(why);
    this.#up.after(() => upstream.close(code, reason));
    this.#tap.end(why);
    watch.closed(clock.now(), why.code);
    log.info('session closed', { code: why.code, reason: why.reason });
    this.#closed('client');
  }

  #closed(side: 'client' | 'upstream'): void {
    this.#open.delete(side);
    this.#readers[side].stop();
    for (const callOff of this.#timers.splice(0)) callOff();
    if (this.#open.size === 0) this.#over();
  }

  #after(ms: number, run: () => void): void {
    this.#timers.push(this.#options.clock.after(ms, run));
  }
}
