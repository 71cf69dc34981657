import type { HealthSettings } from './options.ts';

/** The longest that an upstream is out of use at a time, in milliseconds. */
const longestOutMs = 300_000;

/** What is known of how an upstream has been doing. Times are Unix milliseconds. Plain data. */
export interface Health {
  /** When it failed within the window, oldest first. */
  readonly failedAt: readonly number[];
  /** Until when it is out of use; null while it is in. Past that time one session may try it. */
  readonly outUntil: number | null;
  /** How long it is out the next time. */
  readonly nextOutMs: number | null;
  /** It was put out because it refused our key. */
  readonly refusedKey: boolean;
}

export const healthy: Health = { failedAt: [], outUntil: null, nextOutMs: null, refusedKey: false };

/** What one try has shown. */
export type Outcome = 'ok' | 'failed' | 'refused_key';

/** A good one clears everything; a refused key puts it out at once, and for long, since nothing heals it by itself. */
export function afterOutcome(health: Health, outcome: Outcome, now: number, settings: HealthSettings): Health {
  if (outcome === 'ok') return healthy;
  if (outcome === 'refused_key') {
    return { failedAt: [], outUntil: now + longestOutMs, nextOutMs: longestOutMs, refusedKey: true };
  }
  const failedAt = [...health.failedAt.filter((at) => at > now - settings.windowMs), now];
  const isTrial = health.outUntil !== null;
  if (!isTrial && failedAt.length < settings.failures) return { ...health, failedAt };
  const outMs = Math.min(health.nextOutMs ?? settings.outMs, longestOutMs);
  const nextOutMs = Math.min(outMs * 2, longestOutMs);
  return { failedAt: [], outUntil: now + outMs, nextOutMs, refusedKey: false };
}

/** In: anyone may have it. Trial: it was out, and one may try it. */
export type Standing = 'in' | 'out' | 'trial';

export function standingOf({ outUntil }: Health, now: number): Standing {
  if (outUntil === null) return 'in';
  return now >= outUntil ? 'trial' : 'out';
}
