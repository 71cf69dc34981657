import { describe, expect, it } from 'vitest';
import { CallPackets } from './call-packets.ts';

const sound = (given: object = {}) => ({
  statistics: { sent: 0, received: 0, lost: 0, late: 0, duplicates: 0, jitterMs: 0, ...given },
});

const totals = (packets: CallPackets) =>
  Object.fromEntries(packets.totals.map(({ labels, value }) => [labels['outcome'], value]));

describe('the packets of calls', () => {
  it('are added up over calls that are open and calls that are over', () => {
    const packets = new CallPackets();
    const over = packets.follow(sound({ sent: 5, received: 4, late: 1 }));
    packets.follow(sound({ sent: 2, duplicates: 3 }));
    expect(totals(packets)).toEqual({ sent: 7, received: 4, lost: 0, late: 1, duplicates: 3 });
    over();
    over();
    expect(totals(packets)).toEqual({ sent: 7, received: 4, lost: 0, late: 1, duplicates: 3 });
  });

  it('never become fewer, though what was lost may still come', () => {
    const packets = new CallPackets();
    const one = sound({ lost: 3 });
    packets.follow(one);
    expect(totals(packets)).toMatchObject({ lost: 3 });
    one.statistics.lost = 1;
    expect(totals(packets)).toMatchObject({ lost: 3 });
  });

  it('come unsteadily as the mean of the calls that hear any says, and the worst of them', () => {
    const packets = new CallPackets();
    expect(packets.jitter).toEqual({ mean: 0, largest: 0 });
    packets.follow(sound({ received: 1, jitterMs: 10 }));
    packets.follow(sound({ received: 1, jitterMs: 30 }));
    packets.follow(sound({ jitterMs: 900 }));
    expect(packets.jitter).toEqual({ mean: 0.02, largest: 0.03 });
  });
});
