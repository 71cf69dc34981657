import { endOf, type Period, type Window, type Windows } from '../windows.ts';

/** Windows in this process's memory, which start empty with it. */
export function memoryWindows(): Windows {
  const windows = new Map<string, Window>();
  return {
    open(name, span) {
      const id = `${name}/${span}`;
      const window = windows.get(id) ?? held(span === 'minute' ? slidingWindow(60_000) : periodWindow(span));
      windows.set(id, window);
      return window;
    },
  };
}

/** What is used within a window. */
type Uses = Pick<Window, 'used' | 'add' | 'below'>;

/** A window whose only users are here. */
function held(uses: Uses): Window {
  let sum = 0;
  return {
    ...uses,
    get held() {
      return sum;
    },
    hold(amount) {
      sum += amount;
    },
    follow() {},
  };
}

interface Amount {
  readonly since: number;
  /** Counts until so long after this. */
  at: number;
  amount: number;
}

/** As many amounts are kept apart; beyond it those of the same thousandth of the window count from the last of them on. */
const mostAmounts = 1000;

/** What was used within the last so many milliseconds. */
export function slidingWindow(lengthMs: number): Uses {
  let amounts: Amount[] = [];
  let sum = 0;

  function forget(at: number): void {
    let gone = 0;
    for (const { at: then, amount } of amounts) {
      if (then > at - lengthMs) break;
      sum -= amount;
      gone += 1;
    }
    if (gone > 0) amounts = amounts.slice(gone);
  }

  return {
    used(at) {
      forget(at);
      return sum;
    },
    add(at, amount) {
      forget(at);
      sum += amount;
      const last = amounts.at(-1);
      const joins = last !== undefined && amounts.length >= mostAmounts && at - last.since < lengthMs / mostAmounts;
      if (!joins) return void amounts.push({ since: at, at, amount });
      last.at = at;
      last.amount += amount;
    },
    below(at, bound) {
      forget(at);
      let left = sum;
      if (left < bound) return at;
      for (const { at: then, amount } of amounts) {
        left -= amount;
        if (left < bound) return then + lengthMs;
      }
      return Infinity;
    },
  };
}

/** What was used since the period began. */
export function periodWindow(period: Period): Uses {
  let ends = -Infinity;
  let sum = 0;

  function turn(at: number): void {
    if (at < ends) return;
    sum = 0;
    ends = endOf(period, at);
  }

  return {
    used(at) {
      turn(at);
      return sum;
    },
    add(at, amount) {
      turn(at);
      sum += amount;
    },
    below(at, bound) {
      turn(at);
      if (sum < bound) return at;
      return bound > 0 ? ends : Infinity;
    },
  };
}
