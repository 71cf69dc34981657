import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { networkOf, wrongKeys } from './wrong-keys.ts';

/** What comes of so many wrong keys at once. */
function notes(keys: ReturnType<typeof wrongKeys>, address: string, count: number): (number | null)[] {
  return Array.from({ length: count }, () => keys.note(address));
}

describe('wrong keys of one address', () => {
  it('are told a time to wait after twenty in a minute, and no longer one than it is', () => {
    const clock = virtualClock();
    const keys = wrongKeys(clock);
    expect(notes(keys, '192.0.2.1', 20)).toEqual(Array.from({ length: 20 }, () => null));
    expect(keys.note('192.0.2.1')).toBe(60);
    clock.advance(45_500);
    expect(keys.note('192.0.2.1')).toBe(15);
    clock.advance(14_500);
    expect(keys.note('192.0.2.1')).toBeNull();
  });

  it('count over any minute, not from one full minute to the next', () => {
    const clock = virtualClock();
    const keys = wrongKeys(clock);
    keys.note('192.0.2.1');
    clock.advance(59_000);
    notes(keys, '192.0.2.1', 19);
    clock.advance(1000);
    expect(keys.note('192.0.2.1')).toBeNull();
    expect(keys.note('192.0.2.1')).toBe(59);
  });

  it('are nothing to any other address', () => {
    const keys = wrongKeys(virtualClock());
    notes(keys, '192.0.2.1', 21);
    expect(keys.note('192.0.2.2')).toBeNull();
  });

  it('count together where somebody can choose the address: within one network of IPv6', () => {
    const keys = wrongKeys(virtualClock());
    for (let host = 1; host <= 20; host++) expect(keys.note(`2001:db8:1:2::${host.toString(16)}`)).toBeNull();
    expect(keys.note('2001:db8:1:2:ffff::1')).toBe(60);
    expect(keys.note('2001:db8:1:3::1')).toBeNull();
  });

  it('are remembered of ten thousand addresses, those that were wrong last', () => {
    const keys = wrongKeys(virtualClock());
    const address = (index: number): string => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
    notes(keys, address(0), 20);
    for (let index = 1; index < 10_000; index++) keys.note(address(index));
    expect(keys.note(address(0))).toBe(60);
    keys.note(address(10_000));
    expect(keys.note(address(0))).toBeNull();
  });
});

describe('what counts as one address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:1::6', '2001:db8:1:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ])('%s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
