/** How long what was used counts: the last minute, sliding, or the hour, day, week (from Monday) or month of UTC; or for ever. */
export type Span = 'minute' | Period;
/** What a budget is for: the hour, day, week (from Monday) or month of UTC, or for ever. */
export type Period = 'hour' | 'day' | 'week' | 'month' | 'total';

/**
 * What a key has used, all its sessions together, as far as it still counts. Answers without waiting, since a session asks
 * in the middle of its work: one that several servers share answers with what it has last heard of them. Times are Unix
 * milliseconds and never go back.
 */
export interface Window {
  /** What counts at this moment. */
  used(at: number): number;
  /** Counts so much more from now on. */
  add(at: number, amount: number): void;
  /** When less than `bound` will count, if nothing is added; Infinity where that never comes. */
  below(at: number, bound: number): number;
  /** What is set aside for work that goes on, all together; it counts beside what was used, for as long as it is held. */
  readonly held: number;
  /** Sets so much more aside; a negative amount gives it back. */
  hold(amount: number): void;
  /** Calls back at each moment (`at`) when it has been heard that others have used more. */
  follow(listener: (at: number) => void): void;
}

/** Where windows are kept. The same name is the same window. */
export interface Windows {
  /** Where others share it, what they have used is asked for at once, and again while the window is in use. */
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
