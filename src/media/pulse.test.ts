import { describe, expect, it } from 'vitest';
import { virtualClock } from '../testing/virtual-clock.ts';
import { Pulse } from './pulse.ts';

describe('the pulse', () => {
  it('beats each call every 20 ms on one timer, and calls at different moments', () => {
    const clock = virtualClock(0);
    const pulse = new Pulse(clock);
    const beats: [number, number][] = [];
    const leave = [0, 1, 2, 3, 4].map((call) => pulse.join((frames) => beats.push([call, clock.now() * frames])));
    expect(clock.waiting).toBe(1);
    clock.advance(60);
    for (const call of leave.keys()) {
      const times = beats.filter(([one]) => one === call).map(([, time]) => time);
      expect(times).toEqual([0, 20, 40].map((time) => time + (times[0] ?? 0)));
    }
    const moments = beats.slice(0, 5).map(([, time]) => time);
    expect(new Set(moments).size).toBe(4);
    for (const one of leave) one();
    expect(clock.waiting).toBe(0);
  });

  it('owes a call nothing for the time before it came', () => {
    const clock = virtualClock(0);
    const pulse = new Pulse(clock);
    clock.advance(10_000);
    let given = 0;
    pulse.join((frames) => (given += frames));
    clock.advance(20);
    expect(given).toBe(1);
  });

  it('lets calls come and go in the middle of a beat', () => {
    const clock = virtualClock(0);
    const pulse = new Pulse(clock);
    const told: string[] = [];
    const leaveLast = { now: () => {} };
    pulse.join(() => {
      told.push('first');
      leaveLast.now();
      pulse.join(() => told.push('new'));
    });
    for (const _ of [1, 2, 3]) pulse.join(() => {});
    leaveLast.now = pulse.join(() => told.push('gone'));
    clock.advance(20);
    expect(told).toEqual(['first']);
    clock.advance(20);
    expect(told).toContain('new');
    expect(told).not.toContain('gone');
  });
});
