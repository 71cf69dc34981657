import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { WindowHub } from './window-hub.ts';

describe('windows of several workers', () => {
  it('tell each worker what all the others have used and set aside, until it counts no more', () => {
    const clock = virtualClock();
    const hub = new WindowHub(clock);
    const ends = clock.now() + 60_000;
    expect(hub.exchange('acme/minute', 'a', { held: 5, uses: [[ends, 10]] })).toEqual({ held: 0, uses: [] });
    expect(hub.exchange('acme/minute', 'b', { held: 1, uses: [[ends, 7]] })).toEqual({ held: 5, uses: [[ends, 10]] });
    expect(hub.exchange('acme/minute', 'c', { held: 0, uses: [] })).toEqual({ held: 6, uses: [[ends, 17]] });
    expect(hub.exchange('acme/day', 'c', { held: 0, uses: [] })).toEqual({ held: 0, uses: [] });
    clock.advance(60_000);
    expect(hub.exchange('acme/minute', 'c', { held: 0, uses: [] })).toEqual({ held: 6, uses: [] });
  });

  it('are told amounts as they are, so that hearing one twice changes nothing', () => {
    const clock = virtualClock();
    const hub = new WindowHub(clock);
    const ends = clock.now() + 1;
    for (const amount of [3, 3, 4]) hub.exchange('w', 'a', { held: 2, uses: [[ends, amount]] });
    expect(hub.exchange('w', 'b', { held: 0, uses: [] })).toEqual({ held: 2, uses: [[ends, 4]] });
  });

  it('count on what a dead worker has used, and not what it had set aside', () => {
    const clock = virtualClock();
    const hub = new WindowHub(clock);
    const ends = clock.now() + 1;
    hub.exchange('w', 'a', { held: 2, uses: [[ends, 4]] });
    hub.left('a');
    expect(hub.exchange('w', 'b', { held: 0, uses: [] })).toEqual({ held: 0, uses: [[ends, 4]] });
  });
});
