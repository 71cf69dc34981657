/**
 * How long what was used counts: for the last minute, sliding; for the hour, day, week (from Monday) or month in UTC; or for
 * ever.
 */
export type Span = 'minute' | Period;
/** The period of a budget: the hour, day, week (from Monday) or month in UTC, or for ever. */
export type Period = 'hour' | 'day' | 'week' | 'month' | 'total';

/**
 * What all sessions of a key have used together, as far as it still counts. It answers without waiting, since a session asks
 * in the middle of its work: a window that several servers share answers with what it last heard from them. Times are Unix
 * milliseconds and never go back.
 */
export interface Window {
  /** What counts at this moment. */
  used(at: number): number;
  /** Counts `amount` more from now on. */
  add(at: number, amount: number): void;
  /** When less than `bound` will count, if nothing is added; Infinity if it never will. */
  below(at: number, bound: number): number;
  /** The sum of what is set aside for running work. It counts beside what was used, for as long as it is held. */
  readonly held: number;
  /** Sets `amount` more aside; a negative amount gives it back. */
  hold(amount: number): void;
  /** Calls back, with the time, whenever it turns out that others have used more. */
  follow(listener: (at: number) => void): void;
}

/** Windows by their names. The same name is the same window. */
export interface Windows {
  /** Opens a window. If others share it, what they have used is asked for at once, and again while the window is in use. */
  open(name: string, span: Span): Window;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** 1970 began on a Thursday. */
const firstMondayMs = 4 * dayMs;

/** When the period of UTC ends that this moment lies in. */
export function endOf(period: Period, at: number): number {
  switch (period) {
    case 'hour':
      return (Math.floor(at / hourMs) + 1) * hourMs;
    case 'day':
      return (Math.floor(at / dayMs) + 1) * dayMs;
    case 'week':
      return firstMondayMs + (Math.floor((at - firstMondayMs) / (7 * dayMs)) + 1) * 7 * dayMs;
    case 'month': {
      const date = new Date(at);
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
    }
    case 'total':
      return Infinity;
    default:
      return period satisfies never;
  }
}
