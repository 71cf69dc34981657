import { isIP } from 'node:net';
import type { Clock } from '../clock.ts';

/** How often an address may be wrong within the window. */
const mostWrong = 20;
/** In milliseconds. */
const windowMs = 60_000;
/** Addresses that are kept; beyond it those that were wrong longest ago are forgotten. */
const mostAddresses = 10_000;

/** Remembers who presented wrong keys, so that nobody can try keys by the thousand. */
export interface WrongKeys {
  /**
   * Notes a wrong key from this address. Null while the address may be wrong some more; else the whole seconds after
   * which it may. What is presented meanwhile does not count, so that the time given is the time.
   */
  note(address: string): number | null;
}

export function wrongKeys(clock: Pick<Clock, 'now'>): WrongKeys {
  /** When each was wrong, oldest first; the addresses in the order in which they were last wrong. */
  const known = new Map<string, readonly number[]>();
  function forget(now: number): void {
    for (const [address, times] of known) {
      if (known.size <= mostAddresses && (times.at(-1) ?? 0) > now - windowMs) return;
      known.delete(address);
    }
  }
  return {
    note(address) {
      const now = clock.now();
      const network = networkOf(address);
      const recent = (known.get(network) ?? []).filter((time) => time > now - windowMs);
      const [oldest = now] = recent;
      if (recent.length >= mostWrong) return Math.max(1, Math.ceil((oldest + windowMs - now) / 1000));
      known.delete(network);
      known.set(network, [...recent, now]);
      forget(now);
      return null;
    },
  };
}

/** What one peer can choose its addresses from: an address of IPv4, the first 64 bits of one of IPv6. */
export function networkOf(address: string): string {
  const [bare = ''] = address.split('%'); // a zone follows
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped !== undefined || isIP(bare) !== 6) return mapped ?? bare;
  const [head = '', tail] = bare.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest.length);
  const whole = [...groups, ...Array.from({ length: zeros }, () => '0'), ...rest];
  return `${whole
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
