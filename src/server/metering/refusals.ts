import { mistakes } from '../../core/mistakes.ts';
import { secondsToWait } from '../../core/response/allowance.ts';
import type { ApiError } from '../../protocol/types.ts';
import type { Meter } from './meter.ts';

/** How often a client is told that no more of its sound is taken, in milliseconds: sound comes many times a second. */
const tellEveryMs = 1000;

/** What becomes of a piece of sound: where it is dropped, the client may have to be told why. */
export type SoundRuling = { readonly taken: true } | { readonly taken: false; readonly mistake: ApiError | null };

const taken: SoundRuling = { taken: true };
const dropped: SoundRuling = { taken: false, mistake: null };

/** Keeps a session's sound within what its key may send: what is beyond is dropped, and the client told once a second. */
export function soundLimit(meter: Meter): (ms: number, at: number) => SoundRuling {
  let toldAt = -Infinity;
  return (ms, at) => {
    if (meter.heard(ms, at)) return taken;
    if (at - toldAt < tellEveryMs) return dropped;
    toldAt = at;
    const wait = secondsToWait(meter.allowance(at) ?? { retryMs: tellEveryMs });
    return { taken: false, mistake: mistakes.limitReached('audio', wait) };
  };
}

/** Counts an error that a client is told under the limit that it stands for; others count for nothing. */
export function countRefusal(meter: Meter, { code }: ApiError, at: number): void {
  if (code === 'insufficient_quota') return meter.refused('budget');
  const limit = code === 'rate_limit_exceeded' ? meter.allowance(at)?.limit : undefined;
  if (limit !== undefined) meter.refused(limit);
}
