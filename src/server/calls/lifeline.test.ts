import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { Lifeline } from './lifeline.ts';

function watched(hasChannel = true) {
  const clock = virtualClock();
  const lost: string[] = [];
  const lifeline = new Lifeline({ clock, hasChannel, left: () => lost.push('it left'), lost: (why) => lost.push(why) });
  return { clock, lost, lifeline };
}

describe('a call', () => {
  it('is lost when its peer does not connect within 30 seconds', () => {
    const { clock, lost } = watched();
    clock.advance(29_999);
    expect(lost).toEqual([]);
    clock.advance(1);
    expect(lost).toEqual(['it did not connect in time']);
  });

  it('is lost when its peer connects, and its channel never opens', () => {
    const { clock, lost, lifeline } = watched();
    lifeline.state('connected');
    clock.advance(30_000);
    expect(lost).toHaveLength(1);
  });

  it('stays once both are there, in either order', () => {
    for (const acts of [
      (of: Lifeline) => (of.state('connected'), of.channelOpen()),
      (of: Lifeline) => (of.channelOpen(), of.state('connected')),
    ]) {
      const { clock, lost, lifeline } = watched();
      acts(lifeline);
      clock.advance(3_600_000);
      expect(lost).toEqual([]);
    }
  });

  it('without a channel needs none', () => {
    const { clock, lost, lifeline } = watched(false);
    lifeline.state('connected');
    clock.advance(3_600_000);
    expect(lost).toEqual([]);
  });

  it('gives a peer that is disconnected five seconds to come back', () => {
    const { clock, lost, lifeline } = watched(false);
    lifeline.state('connected');
    lifeline.state('disconnected');
    clock.advance(4_999);
    lifeline.state('connected');
    clock.advance(60_000);
    expect(lost).toEqual([]);
    lifeline.state('disconnected');
    clock.advance(4_000);
    lifeline.state('disconnected'); // told twice, it counts from the first
    clock.advance(999);
    expect(lost).toEqual([]);
    clock.advance(1);
    expect(lost).toEqual(['it did not come back in time']);
  });

  it('is lost at once when its connection fails, and only once', () => {
    const { clock, lost, lifeline } = watched();
    lifeline.state('closed');
    lifeline.state('closed');
    clock.advance(60_000);
    expect(lost).toEqual(['its connection failed']);
  });

  it('is left where the connection closes that was there, whatever was told before', () => {
    const { clock, lost, lifeline } = watched();
    lifeline.state('connected');
    lifeline.state('disconnected');
    lifeline.state('closed');
    clock.advance(60_000);
    expect(lost).toEqual(['it left']);
  });

  it('is not watched any more when it has ended', () => {
    const { clock, lost, lifeline } = watched();
    lifeline.stop();
    lifeline.state('closed');
    clock.advance(60_000);
    expect(lost).toEqual([]);
  });
});
