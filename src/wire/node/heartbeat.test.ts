import { describe, expect, it } from 'vitest';
import { heartbeat, type Pulse } from './heartbeat.ts';

/** A connection whose numbers the test sets, and a clock that beats when told. */
function patient() {
  const seen: string[] = [];
  const pulse: Pulse & { heardBytes: number; pendingBytes: number; flushedBytes: number } = {
    heardBytes: 100,
    pendingBytes: 0,
    flushedBytes: 0,
    ping: () => void seen.push('ping'),
    drop: () => void seen.push('drop'),
  };
  let next: (() => void) | null = null;
  const clock = {
    after(ms: number, run: () => void) {
      expect(ms).toBe(20_000);
      next = run;
      return () => {
        next = null;
      };
    },
  };
  const stop = heartbeat(pulse, 20_000, clock);
  const beat = (): void => {
    const run = next;
    next = null;
    run?.();
  };
  return { pulse, seen, beat, stop, isArmed: () => next !== null };
}

describe('the heartbeat of a connection', () => {
  it('pings on and on while the peer answers', () => {
    const { pulse, seen, beat } = patient();
    for (let count = 0; count < 5; count++) {
      pulse.heardBytes += 6;
      beat();
    }
    expect(seen).toEqual(['ping', 'ping', 'ping', 'ping', 'ping']);
  });

  it('drops a peer that leaves two pings unanswered', () => {
    const { seen, beat, isArmed } = patient();
    for (let count = 0; count < 4; count++) beat();
    expect(seen).toEqual(['ping', 'ping', 'drop']);
    expect(isArmed()).toBe(false);
  });

  it('forgives one missed pong', () => {
    const { pulse, seen, beat } = patient();
    beat();
    beat();
    pulse.heardBytes += 6;
    beat();
    beat();
    expect(seen).toEqual(['ping', 'ping', 'ping', 'ping']);
  });

  it('spares a silent peer that still takes what waits for it', () => {
    const { pulse, seen, beat } = patient();
    pulse.pendingBytes = 1_000_000;
    for (let count = 0; count < 5; count++) {
      pulse.flushedBytes += 10_000;
      beat();
    }
    expect(seen).not.toContain('drop');
  });

  it('does not take bytes swallowed by a dead network for a sign of life', () => {
    const { pulse, seen, beat } = patient();
    for (let count = 0; count < 3; count++) {
      pulse.flushedBytes += 10_000;
      beat();
    }
    expect(seen).toContain('drop');
  });

  it('stops when told', () => {
    const { beat, stop, isArmed, seen } = patient();
    beat();
    stop();
    expect(isArmed()).toBe(false);
    beat();
    expect(seen).toEqual(['ping']);
  });
});
