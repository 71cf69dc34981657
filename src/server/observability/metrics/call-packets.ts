import type { ReceptionStatistics } from '../../../media/jitter-buffer.ts';
import type { Sample } from './series.ts';

/** Sound whose packets are counted where they pass. */
export interface CountedSound {
  readonly statistics: ReceptionStatistics & { readonly sent: number };
}

const outcomes = ['sent', 'received', 'lost', 'late', 'duplicates'] as const;
type Totals = Record<(typeof outcomes)[number], number>;

const none: Totals = { sent: 0, received: 0, lost: 0, late: 0, duplicates: 0 };

/** Packets of the sound of all calls. Calls count for themselves, so nothing is done until someone asks. */
export class CallPackets {
  readonly #open = new Set<CountedSound>();
  /** Of the calls that are over. */
  #closed = none;
  /** What was told last: what counts as lost may still come, and a total never falls. */
  #told = none;

  /** Counts the packets of a call until the function that it gives is called. */
  follow(sound: CountedSound): () => void {
    this.#open.add(sound);
    return () => {
      if (this.#open.delete(sound)) this.#closed = sum(this.#closed, sound.statistics);
    };
  }

  get totals(): readonly Sample[] {
    const now = [...this.#open].reduce((all, { statistics }) => sum(all, statistics), this.#closed);
    this.#told = combine((name) => Math.max(this.#told[name], now[name]));
    return outcomes.map((outcome) => ({ labels: { outcome }, value: this.#told[outcome] }));
  }

  /** Seconds by which the packets of a call come unsteadily now: in the mean of all calls that hear any, and of the worst. */
  get jitter(): { readonly mean: number; readonly largest: number } {
    const each = Array.from(this.#open, ({ statistics }) => statistics)
      .filter(({ received }) => received > 0)
      .map(({ jitterMs }) => jitterMs / 1000);
    const all = each.reduce((total, seconds) => total + seconds, 0);
    return { mean: all / Math.max(1, each.length), largest: Math.max(0, ...each) };
  }
}

function sum(one: Totals, other: Totals): Totals {
  return combine((name) => one[name] + other[name]);
}

function combine(value: (name: keyof Totals) => number): Totals {
  return {
    sent: value('sent'),
    received: value('received'),
    lost: value('lost'),
    late: value('late'),
    duplicates: value('duplicates'),
  };
}
