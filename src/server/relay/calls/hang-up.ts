import type { Clock } from '../../clock.ts';
import type { SessionLog } from '../../log.ts';
import { networkFailure } from '../dial-upstream.ts';
import { hangUpTarget, type Opening } from '../dialects.ts';
import type { UpstreamSettings } from '../options.ts';
import { post } from './post.ts';

/** A call at an upstream. */
export interface UpstreamCall {
  readonly upstream: UpstreamSettings;
  readonly opening: Opening & { readonly callId: string };
}

/** How long each try may take, in milliseconds. */
const tryMs = 2_000;
/** How long is waited after each but the last, in milliseconds. */
const pausesMs = [250, 500, 1_000];
/** The call is not, or no longer, there. */
const goneStatuses: ReadonlySet<number> = new Set([404, 410]);
/** Answers for which another try might get a better one. */
const passing = (status: number): boolean => status >= 500 || status === 408 || status === 429;

/** Ends a call at its upstream, in a few tries. Never rejects: an upstream that will not is told of in the log. */
export async function hangUp(call: UpstreamCall, clock: Clock, log: SessionLog): Promise<void> {
  const upstream = call.upstream.name;
  for (const pauseMs of [...pausesMs, null]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: the next only if this one fails
    const why = await tryOnce(call, clock);
    if (why === null) return;
    if (!why.mayPass || pauseMs === null)
      return log.error('the upstream does not hang up a call', { upstream, why: why.told });
    log.warn('the upstream did not hang up a call, and is asked again', { upstream, why: why.told });
    // oxlint-disable-next-line no-await-in-loop -- likewise
    await new Promise<void>((resolve) => void clock.after(pauseMs, resolve));
  }
}

/** Why the call may still be up; null where it is not. */
async function tryOnce(
  { upstream, opening }: UpstreamCall,
  clock: Clock,
): Promise<{ told: string; mayPass: boolean } | null> {
  const timeout = new AbortController();
  const callOff = clock.after(tryMs, () => timeout.abort());
  try {
    const { status } = await post(hangUpTarget(upstream, opening), {}, timeout.signal);
    const isOver = (status >= 200 && status <= 299) || goneStatuses.has(status);
    return isOver ? null : { told: `status ${status}`, mayPass: passing(status) };
  } catch (cause) {
    return { told: networkFailure(cause, timeout.signal).why, mayPass: true };
  } finally {
    callOff();
  }
}
