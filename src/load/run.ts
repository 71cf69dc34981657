import type { Wire } from '../wire/wire.ts';
import type { LoadClock } from './clock.ts';
import { type LoadPlan, type SessionPlan, sessionPlan } from './plan.ts';
import { LoadSession } from './session.ts';
import { type Sound, userSound } from './sound.ts';
import type { TakeScript } from './take-script.ts';
import { playTake } from './take-session.ts';
import { Tally } from './tally.ts';

export interface LoadOptions {
  readonly plan: LoadPlan;
  readonly clock: LoadClock;
  /** Opens a connection. What it rejects with is counted by `code`, where it has one. */
  readonly dial: () => Promise<Wire>;
  /** What users do where the shape is a take. */
  readonly script?: TakeScript;
  /** The share of one generator out of so many. Default: it is the only one. */
  readonly share?: { readonly index: number; readonly of: number };
}

/** Holds sessions by plan, and tells what has come of them once the last is closed. Never rejects. */
export async function runLoad({ plan, clock, dial, script, share = { index: 0, of: 1 } }: LoadOptions): Promise<Tally> {
  const tally = new Tally();
  const at = clock.now();
  const sound = userSound();
  const sessions: Promise<void>[] = [];
  for (let index = share.index; index < plan.sessions; index += share.of) {
    const one = { clock, dial, tally, plan: sessionPlan(plan, index, at) };
    sessions.push(script === undefined ? hold({ ...one, sound }) : holdTakes({ ...one, script }));
  }
  await Promise.all(sessions);
  return tally;
}

interface Holding extends Pick<LoadOptions, 'clock' | 'dial'> {
  readonly tally: Tally;
  readonly plan: SessionPlan;
}

async function hold({ sound, ...holding }: Holding & { readonly sound: Sound }): Promise<void> {
  await connected(holding, (wire) => new LoadSession({ ...holding, wire, sound }).ended);
}

/** A session lasts as long as its take, and this long at least, in milliseconds: a server that closes at once is not asked without a pause. */
const shortestMs = 1000;

/** Who has come to the end of the take opens a session anew, and plays it again, while there is time. */
async function holdTakes({ script, plan, ...holding }: Holding & { readonly script: TakeScript }): Promise<void> {
  const { clock } = holding;
  const everyMs = Math.max(shortestMs, script.durationMs);
  for (let startAt = plan.startAt; startAt < plan.endAt; startAt = Math.max(clock.now(), startAt + everyMs)) {
    const one = { ...holding, plan: { ...plan, startAt } };
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await connected(one, (wire) => playTake({ ...one, wire, script }));
  }
}

async function connected({ clock, dial, tally, plan }: Holding, talk: (wire: Wire) => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => clock.after(plan.startAt - clock.now(), resolve));
  tally.wanted += 1;
  tally.lag.record(clock.now() - plan.startAt);
  try {
    await talk(await dial());
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
