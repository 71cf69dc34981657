import type { Clock } from './clock.ts';

/** One timer, which runs or does not. */
export interface Alarm {
  isSet(): boolean;
  /** Runs `ring` after so long, unless it is set already. */
  set(ms: number, ring: () => void): void;
  stop(): void;
}

export function alarm(clock: Clock): Alarm {
  let cancel: (() => void) | null = null;
  return {
    isSet: () => cancel !== null,
    set(ms, ring) {
      cancel ??= clock.after(ms, () => {
        cancel = null;
        ring();
      });
    },
    stop() {
      cancel?.();
      cancel = null;
    },
  };
}
