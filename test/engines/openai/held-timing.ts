import type { Timing } from '../../../src/engines/index.ts';

/** A clock that stands still: what waits for it is told that its time has come, or is told nothing. */
export interface HeldTiming extends Timing {
  /** The pauses that were asked for and let pass at once, in milliseconds. */
  readonly paused: readonly number[];
  /** Rings the alarm of so many milliseconds, as soon as there is one. */
  ring(ms: number): Promise<void>;
  /** How many alarms are set. */
  readonly alarms: number;
}

/** `passing` says of which alarms the time comes at once: those of pauses between tries, say. */
export function heldTiming(passing: (ms: number) => boolean = () => false, random = 0): HeldTiming {
  const alarms = new Set<{ readonly ms: number; readonly run: () => void }>();
  const paused: number[] = [];
  return {
    paused,
    get alarms() {
      return alarms.size;
    },
    random: () => random,
    after(ms, run) {
      if (passing(ms)) {
        paused.push(ms);
        queueMicrotask(run);
        return () => {};
      }
      const alarm = { ms, run };
      alarms.add(alarm);
      return () => void alarms.delete(alarm);
    },
    async ring(ms) {
      let alarm = [...alarms].find((each) => each.ms === ms);
      while (alarm === undefined) {
        await new Promise((resolve) => setImmediate(resolve));
        alarm = [...alarms].find((each) => each.ms === ms);
      }
      alarms.delete(alarm);
      alarm.run();
    },
  };
}
