/** Runs `run` once after so many milliseconds; the function returned cancels it. */
export type After = (ms: number, run: () => void) => () => void;

/** The longest time that timers of platforms can be set for, in milliseconds: one for longer fires at once. */
export const longestTimerMs = 2 ** 31 - 1;

/** `after` for times of any length, in steps that timers can take. `Infinity` is never; what is no time is at once. */
export function longAfter(after: After): After {
  return (ms, run) => {
    let cancel = (): void => {};
    const wait = (restMs: number): void => {
      const isLong = restMs > longestTimerMs;
      cancel = isLong
        ? after(longestTimerMs, () => wait(restMs - longestTimerMs))
        : after(restMs > 0 ? restMs : 0, run);
    };
    if (ms !== Number.POSITIVE_INFINITY) wait(ms);
    return () => cancel();
  };
}
