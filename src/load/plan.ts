/** What the users of sessions do. */
export const shapes = ['voice', 'text', 'idle', 'barge'] as const;
/** One of `shapes`, or the client's part of a take. */
export type Shape = (typeof shapes)[number] | 'take';

/** What sessions are to be opened, and what is to happen in them. Times in milliseconds. */
export interface LoadPlan {
  readonly sessions: number;
  /** So many begin in a second. */
  readonly perSecond: number;
  /** How long all of them stay, from when the last has begun. */
  readonly forMs: number;
  readonly shape: Shape;
  /** From the beginning of a turn to that of the next. */
  readonly turnEveryMs: number;
  /** How long an answer may take. */
  readonly answerMs: number;
}

/** When things are to happen in one session. */
export interface SessionPlan extends Pick<LoadPlan, 'shape' | 'turnEveryMs' | 'answerMs'> {
  readonly startAt: number;
  /** When its first turn begins. */
  readonly firstTurnAt: number;
  /** From then on no turn begins. */
  readonly endAt: number;
}

/** Spreads turns of sessions over the time between turns as evenly as can be, however many there are. */
const golden = 0.618_033_988_749_895;

/** The plan of one session of a run that begins at a moment. It hangs on nothing but that. */
export function sessionPlan(plan: LoadPlan, index: number, at: number): SessionPlan {
  const { sessions, perSecond, forMs, shape, turnEveryMs, answerMs } = plan;
  const startAt = at + (index / perSecond) * 1000;
  const endAt = at + ((sessions - 1) / perSecond) * 1000 + forMs;
  const phase = ((index * golden) % 1) * Math.min(turnEveryMs, forMs / 2);
  return { shape, turnEveryMs, answerMs, startAt, firstTurnAt: startAt + phase, endAt };
}
