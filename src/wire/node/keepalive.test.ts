import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { keepalive, type LivelyPulse } from './keepalive.ts';

type Numbers = { -readonly [K in keyof LivelyPulse]: LivelyPulse[K] };

/** A connection whose numbers the test sets, pinged after 15 s and dead after 60. */
function patient() {
  const clock = virtualClock(0);
  const seen: string[] = [];
  const pulse: Numbers = {
    heardBytes: 0,
    pendingBytes: 0,
    flushedBytes: 0,
    heardFrames: 0,
    sentFrames: 0,
    isListening: true,
    ping: () => void seen.push(`ping ${clock.now() / 1000}`),
    drop: () => void seen.push(`drop ${clock.now() / 1000}`),
  };
  const stop = keepalive(pulse, { pingMs: 15_000, deadMs: 60_000 }, clock);
  return { pulse, seen, clock, stop };
}

describe('a connection that is kept alive', () => {
  it('is pinged every fifteen seconds while it is quiet, its pongs notwithstanding', () => {
    const { pulse, seen, clock } = patient();
    for (let beat = 0; beat < 4; beat++) {
      clock.advance(15_000);
      pulse.heardBytes += 6;
      pulse.flushedBytes += 2;
    }
    expect(seen).toEqual(['ping 15', 'ping 30', 'ping 45', 'ping 60']);
  });

  it('is not pinged while frames pass both ways', () => {
    const { pulse, seen, clock } = patient();
    for (let beat = 0; beat < 4; beat++) {
      pulse.heardFrames += 1;
      pulse.sentFrames += 1;
      pulse.heardBytes += 100;
      clock.advance(15_000);
    }
    expect(seen).toEqual([]);
  });

  it('is pinged where frames pass in one direction only, so that a listener that has nothing to say is not taken for dead', () => {
    const { pulse, seen, clock } = patient();
    for (let beat = 0; beat < 2; beat++) {
      pulse.sentFrames += 9;
      clock.advance(15_000);
    }
    expect(seen).toEqual(['ping 15', 'ping 30']);
  });

  it('is given up after a minute without a byte, not after a missing pong', () => {
    const { pulse, seen, clock } = patient();
    clock.advance(45_000);
    pulse.heardBytes += 1;
    clock.advance(15_000);
    expect(seen.filter((each) => each.startsWith('drop'))).toEqual([]);
    clock.advance(60_000);
    expect(seen.at(-1)).toBe('drop 120');
    expect(clock.waiting).toBe(0);
  });

  it('is spared while its peer takes what waits for it', () => {
    const { pulse, seen, clock } = patient();
    pulse.pendingBytes = 1_000_000;
    for (let beat = 0; beat < 9; beat++) {
      pulse.flushedBytes += 10_000;
      clock.advance(15_000);
    }
    expect(seen.filter((each) => each.startsWith('drop'))).toEqual([]);
  });

  it('is not judged while nothing is read of it', () => {
    const { pulse, seen, clock } = patient();
    pulse.isListening = false;
    clock.advance(300_000);
    expect(seen.filter((each) => each.startsWith('drop'))).toEqual([]);
    pulse.isListening = true;
    clock.advance(60_000);
    expect(seen.at(-1)).toBe('drop 360');
  });

  it('is left alone once that is stopped', () => {
    const { seen, clock, stop } = patient();
    stop();
    clock.advance(300_000);
    expect(seen).toEqual([]);
  });
});
