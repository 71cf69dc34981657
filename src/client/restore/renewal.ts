import type { SessionPayload } from '../../protocol/events/index.ts';
import { type Alarm, alarm } from '../alarm.ts';
import type { Clock } from '../clock.ts';

/** A session is let alone for so long, whatever it says of its end, in milliseconds. */
const youngMs = 10_000;

/** No date in seconds is past this (the year 5138): a server that says more means milliseconds. */
const latestSeconds = 1e11;

/** How often a quiet moment is looked for, in milliseconds. */
const lookEveryMs = 1_000;

/**
 * Calls `renew` in a quiet moment shortly before the session's age ends it. A session that says no end, or whose end has
 * passed by this clock, is left alone; one with a life shorter than twice `beforeMs` is renewed in its second half, and
 * none within ten seconds.
 */
export class Renewal {
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #beforeMs: number;
  /** Renews where the moment is quiet, and says whether it is. */
  readonly #renew: () => boolean;

  constructor(clock: Clock, beforeMs: number, renew: () => boolean) {
    this.#clock = clock;
    this.#alarm = alarm(clock);
    this.#beforeMs = beforeMs;
    this.#renew = renew;
  }

  /** A session has begun; or one is about to end, and says no more. */
  begin(session?: SessionPayload): void {
    this.stop();
    if (session === undefined) return this.#lookAfter(0);
    const endsAt = session.expires_at ?? 0;
    const leftMs = (endsAt > latestSeconds ? endsAt : endsAt * 1000) - this.#clock.now();
    if (leftMs > 0) this.#lookAfter(Math.max(leftMs - this.#beforeMs, leftMs / 2, youngMs));
  }

  stop(): void {
    this.#alarm.stop();
  }

  #lookAfter(ms: number): void {
    this.#alarm.set(ms, () => {
      if (!this.#renew()) this.#lookAfter(lookEveryMs);
    });
  }
}
