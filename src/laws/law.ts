import type { Sent, Trace } from './trace.ts';

/** A property of every trace of every session, after behaviour §9. */
export interface Law {
  /** Its number there. */
  readonly number: string;
  readonly says: string;
  /** What breaks it first, and where; null where it holds. */
  broken(trace: Trace): string | null;
}

/** Names the place of a breach. */
export function breach(sent: Sent, what: string): string {
  return `event ${sent.at} (${sent.event.type}, moment ${sent.moment}): ${what}`;
}
