import type { SessionLog } from '../../log.ts';

/** How long nothing more is said of a matter, in milliseconds. */
const pauseMs = 10_000;

/** Says what strangers can have said as often as they like: at most every ten seconds, and how often it came meanwhile. */
export class Seldom {
  readonly #log: Pick<SessionLog, 'warn'>;
  readonly #now: () => number;
  readonly #matters = new Map<string, { at: number; unsaid: number }>();

  constructor(log: Pick<SessionLog, 'warn'>, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** `name` is of the matter, and one of a few. */
  warn(message: string, name: string, fields: Readonly<Record<string, string | number>>): void {
    const now = this.#now();
    const matter = this.#matters.get(name);
    if (matter !== undefined && now - matter.at < pauseMs) {
      matter.unsaid += 1;
      return;
    }
    const unsaid = matter?.unsaid ?? 0;
    this.#matters.set(name, { at: now, unsaid: 0 });
    this.#log.warn(message, unsaid === 0 ? fields : { ...fields, unsaid });
  }
}
