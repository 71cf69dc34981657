import { exhaustedCloseCode } from '../../../core/defaults.ts';
import { mistakes } from '../../../core/mistakes.ts';
import { secondsToWait } from '../../../core/response/allowance.ts';
import type { MeterTapOptions } from '../meter-tap.ts';
import { pass, type Tap } from '../tap.ts';

/** How often the sound of a call is counted, in milliseconds. */
const everyMs = 1_000;
/** So many times in a row it may be over its limit. */
const mostOver = 3;

/**
 * Counts the sound of a call that never passes us: its track carries some for as long as the call lasts. It can't be held
 * back, so that a call whose key may send no more ends.
 */
export function soundTap({ meter, hands, clock }: MeterTapOptions): Tap {
  let callOff: (() => void) | null = null;
  let over = 0;
  const count = (): void => {
    over = meter.heard(everyMs, clock.now()) ? 0 : over + 1;
    if (over < mostOver) return listen();
    meter.refused('audio');
    const wait = secondsToWait(meter.allowance(clock.now()) ?? { retryMs: everyMs });
    hands.end({ error: mistakes.limitReached('audio', wait), closeCode: exhaustedCloseCode });
  };
  const listen = (): void => {
    callOff = clock.after(everyMs, count);
  };
  return {
    client: () => pass,
    server(frame) {
      if (callOff === null && frame.type === 'session.created') listen();
      return pass;
    },
    end: () => callOff?.(),
  };
}
