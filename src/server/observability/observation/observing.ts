import { observe, soundMs } from './observe.ts';
import { blindWatch, type SessionWatch } from './observer.ts';
import { emptyTimeline, type Timeline } from './timeline.ts';
import type { Hint, WireEvent } from './wire-event.ts';

/** Watches what passes on a session's wires. */
export interface Observing {
  /** `at`: Unix milliseconds, never going back. */
  see(at: number, seen: WireEvent | Hint): void;
}

const blind: Observing = { see() {} };

/** Tells a watch what comes of the events of one session. */
export function observing(watch: SessionWatch): Observing {
  if (watch === blindWatch) return blind;
  let timeline: Timeline = emptyTimeline;
  return {
    see(at, seen) {
      if ('bytes' in seen) {
        const ms = soundMs(timeline, seen);
        if (seen.type.endsWith('.append')) return watch.heard(ms);
        watch.spoke(ms);
      }
      const observed = observe(timeline, at, seen);
      timeline = observed.timeline;
      for (const moment of observed.moments) watch.moment(moment);
    },
  };
}
