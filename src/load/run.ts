import type { Wire } from '../wire/wire.ts';
import type { LoadClock } from './clock.ts';
import { type LoadPlan, sessionPlan } from './plan.ts';
import { LoadSession } from './session.ts';
import { type Sound, userSound } from './sound.ts';
import { Tally } from './tally.ts';

export interface LoadOptions {
  readonly plan: LoadPlan;
  readonly clock: LoadClock;
  /** Opens a connection. What it rejects with is counted by `code`, where it has one. */
  readonly dial: () => Promise<Wire>;
  /** The share of one generator out of so many. Default: it is the only one. */
  readonly share?: { readonly index: number; readonly of: number };
}

/** Holds sessions by plan, and tells what has come of them once the last is closed. Never rejects. */
export async function runLoad({ plan, clock, dial, share = { index: 0, of: 1 } }: LoadOptions): Promise<Tally> {
  const tally = new Tally();
  const at = clock.now();
  const sound = userSound();
  const sessions: Promise<void>[] = [];
  for (let index = share.index; index < plan.sessions; index += share.of) {
    sessions.push(hold({ clock, dial, tally, sound, plan: sessionPlan(plan, index, at) }));
  }
  await Promise.all(sessions);
  return tally;
}

interface Holding extends Pick<LoadOptions, 'clock' | 'dial'> {
  readonly tally: Tally;
  readonly sound: Sound;
  readonly plan: ReturnType<typeof sessionPlan>;
}

async function hold({ clock, dial, tally, sound, plan }: Holding): Promise<void> {
  await new Promise<void>((resolve) => clock.after(plan.startAt - clock.now(), resolve));
  tally.wanted += 1;
  tally.lag.record(clock.now() - plan.startAt);
  try {
    const wire = await dial();
    await new LoadSession({ wire, clock, tally, plan, sound }).ended;
  } catch (cause) {
    tally.error(codeOf(cause));
  }
}

/** What kept a connection from being opened: a code of the system such as ECONNREFUSED, or the status of the answer. */
function codeOf(cause: unknown): string {
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  const [, status] = /Unexpected server response: (\d+)/.exec(String(cause)) ?? [];
  return status === undefined ? 'not_connected' : `http_${status}`;
}
