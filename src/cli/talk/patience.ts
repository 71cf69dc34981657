import { ClientError } from '../../client/errors.ts';
import type { RealtimeSession } from '../../client/session.ts';
import { TalkError } from './failure.ts';

/**
 * Waits for an answer.
 *
 * @throws {TalkError} where it takes longer than that
 * @throws {ClientError} where the session ends before
 */
export async function answered(answer: Promise<unknown>, session: RealtimeSession, timeoutMs: number): Promise<void> {
  let cancel: () => void = () => {};
  const late = new Promise<never>((_resolve, reject) => {
    const fail = (): void => reject(new TalkError(`No answer came in ${timeoutMs / 1000} s.`));
    const timer = setTimeout(fail, timeoutMs);
    cancel = () => clearTimeout(timer);
  });
  const ended = session.closed.then((close) => {
    throw new ClientError('closed', { close });
  });
  try {
    await Promise.race([answer, late, ended]);
  } finally {
    cancel();
  }
}

/** Closes the session, and waits a moment for the server to say goodbye. */
export async function leave(session: RealtimeSession): Promise<void> {
  session.close();
  await aMoment(session.closed);
}

const momentMs = 1000;

/** Waits, but not for long. */
export async function aMoment(what: Promise<unknown>): Promise<void> {
  let cancel: () => void = () => {};
  const late = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, momentMs);
    cancel = () => clearTimeout(timer);
  });
  await Promise.race([what, late]);
  cancel();
}

/** Something that happens once. */
export interface Occasion {
  readonly happened: Promise<void>;
  happen(): void;
}

export function occasion(): Occasion {
  let happen = (): void => {};
  const happened = new Promise<void>((resolve) => {
    happen = resolve;
  });
  return { happened, happen: () => happen() };
}
