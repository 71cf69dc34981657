import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Claim, type NodeFacts, type SharedState, systemClock } from '../../src/server/index.ts';
import { until } from '../clients/until.ts';

const clock = systemClock();

/** Longer than any test takes, in milliseconds. */
const longMs = 3_600_000;

const node = (id: string): NodeFacts => ({
  id,
  url: `http://${id}.example`,
  sessions: 3,
  isDraining: false,
  version: '1.0.0',
  startedAt: 1_700_000_000,
});

async function claimed({ snapshots }: SharedState): Promise<Claim> {
  const claim = await snapshots.claim('s');
  if (claim === null) throw new Error('There is nothing to be claimed.');
  return claim;
}

/** What every shared state does, seen by two of its nodes. `open` gives both, of a state that nobody else uses. */
export function stateContract(open: () => Promise<readonly [SharedState, SharedState]>): void {
  describe('secrets', () => {
    it('that one node keeps are found on the other, until their time is over', async () => {
      const [one, other] = await open();
      const name = randomUUID();
      expect(await other.secrets.get(name)).toBeNull();
      expect(await one.secrets.put(name, 'ä value', clock.now() + longMs)).toBeNull();
      expect(await other.secrets.get(name)).toBe('ä value');
      await one.secrets.put('short', 'x', clock.now() + 30);
      await until('the secret to be gone', async () => (await other.secrets.get('short')) === null);
    });

    it('are kept up to their bound over both nodes, and then it is told when the first goes', async () => {
      const [one, other] = await open();
      const first = clock.now() + longMs;
      expect(await one.secrets.put('a', '1', first, 2)).toBeNull();
      expect(await other.secrets.put('b', '2', first + longMs, 2)).toBeNull();
      const goes = (await other.secrets.put('c', '3', first, 2)) ?? 0;
      expect(Math.abs(goes - first)).toBeLessThan(60_000);
      expect(await one.secrets.put('a', '4', first, 2)).toBeNull();
      expect([await one.secrets.get('a'), await other.secrets.get('c')]).toEqual(['4', null]);
    });
  });

  describe('leases', () => {
    it('are as many as there may be, over both nodes, and one that is given back is free', async () => {
      const [one, other] = await open();
      const take = (state: SharedState, holder: string) => state.leases.take('k', holder, 2, longMs);
      expect([await take(one, 'a'), await take(other, 'b'), await take(other, 'c')]).toEqual([true, true, false]);
      expect(await take(other, 'a')).toBe(true);
      expect(await other.leases.take('other', 'c', 2, longMs)).toBe(true);
      await one.leases.release('k', 'a');
      expect([await take(other, 'c'), await take(one, 'd')]).toEqual([true, false]);
    });

    it('end by themselves unless they are renewed, and one that was lost is taken again', async () => {
      const [one, other] = await open();
      await one.leases.take('k', 'a', 1, 30);
      await until('the place to be free', () => other.leases.take('k', 'b', 1, longMs));
      await one.leases.renew('k', 'a', longMs);
      expect(await other.leases.take('k', 'c', 2, longMs)).toBe(false);
    });

    it('that all ask for at once go to no more than there may be', async () => {
      const states = await open();
      const asked = Array.from({ length: 40 }, (_, i) => states[i % 2]?.leases.take('k', `${i}`, 7, longMs));
      expect((await Promise.all(asked)).filter((taken) => taken === true)).toHaveLength(7);
    });
  });

  describe('snapshots', () => {
    const bytes = new Uint8Array([0, 255, 128, 10, 13, 200]);

    it('are claimed by one node at a time, and those before it are fenced', async () => {
      const [one, other] = await open();
      expect(await other.snapshots.read('s')).toBeNull();
      const epoch = one.snapshots.begin();
      expect(await one.snapshots.save('s', epoch, new Uint8Array([1]), longMs)).toBe('kept');
      expect(await one.snapshots.save('s', epoch, bytes, longMs)).toBe('kept');
      expect(await other.snapshots.read('s')).toEqual(bytes);
      const second = await claimed(other);
      expect(second.bytes).toEqual(bytes);
      expect(second.epoch).toBeGreaterThan(epoch);
      expect(await one.snapshots.save('s', epoch, new Uint8Array([9]), longMs)).toBe('refused');
      expect(await other.snapshots.save('s', second.epoch, new Uint8Array([2]), longMs)).toBe('kept');
      const third = await claimed(one);
      expect(third.bytes).toEqual(new Uint8Array([2]));
      expect(third.epoch).toBeGreaterThan(second.epoch);
    });

    it('that both nodes claim at once have two epochs, of which the later one writes', async () => {
      const [one, other] = await open();
      await one.snapshots.save('s', one.snapshots.begin(), bytes, longMs);
      const claims = await Promise.all([claimed(one), claimed(other)]);
      const [earlier = 0, later = 0] = claims.map(({ epoch }) => epoch).toSorted((a, b) => a - b);
      expect(later).toBeGreaterThan(earlier);
      expect(await one.snapshots.save('s', earlier, bytes, longMs)).toBe('refused');
      expect(await one.snapshots.save('s', later, bytes, longMs)).toBe('kept');
    });

    it('that are dropped are gone for good, but not by who has lost them', async () => {
      const [one, other] = await open();
      const epoch = one.snapshots.begin();
      await one.snapshots.save('s', epoch, bytes, longMs);
      const { epoch: later } = await claimed(other);
      await one.snapshots.drop('s', epoch);
      expect(await one.snapshots.save('s', later, bytes, longMs)).toBe('kept');
      await other.snapshots.drop('s', later);
      expect(await one.snapshots.claim('s')).toBeNull();
      expect(await one.snapshots.read('s')).toBeNull();
      expect(await one.snapshots.save('s', epoch, bytes, longMs)).toBe('refused');
      expect(await other.snapshots.save('s', later, bytes, longMs)).toBe('refused');
    });

    it('are forgotten after their time', async () => {
      const [one, other] = await open();
      await one.snapshots.save('s', one.snapshots.begin(), bytes, 30);
      await until('the snapshot to be gone', async () => (await other.snapshots.read('s')) === null);
    });
  });

  describe('nodes', () => {
    it('are found while they announce themselves', async () => {
      const [one, other] = await open();
      await one.nodes.announce(node('aaaaaa'), longMs);
      await other.nodes.announce(node('bbbbbb'), longMs);
      await other.nodes.announce(node('cccccc'), 30);
      expect(await one.nodes.find('bbbbbb')).toEqual(node('bbbbbb'));
      await until('the third to be gone', async () => (await one.nodes.find('cccccc')) === null);
      await one.nodes.announce({ ...node('aaaaaa'), sessions: 4 }, longMs);
      const all = (await other.nodes.all()).toSorted((a, b) => (a.id < b.id ? -1 : 1));
      expect(all).toEqual([{ ...node('aaaaaa'), sessions: 4 }, node('bbbbbb')]);
      await other.nodes.leave('bbbbbb');
      expect(await one.nodes.find('bbbbbb')).toBeNull();
    });
  });

  describe('windows', () => {
    it.each(['minute', 'day', 'total'] as const)('of one %s count what both nodes use', async (span) => {
      const [one, other] = await open();
      const [mine, theirs] = [one.windows.open('w', span), other.windows.open('w', span)];
      mine.add(clock.now(), 3);
      theirs.add(clock.now(), 4.5);
      expect(mine.used(clock.now())).toBeGreaterThanOrEqual(3);
      for (const window of [mine, theirs]) await until('all to be heard', () => window.used(clock.now()) === 7.5);
      const free = mine.below(clock.now(), 7.5);
      expect(free).toBeGreaterThan(clock.now());
      expect(mine.below(clock.now(), 8)).toBeLessThanOrEqual(clock.now());
      expect(other.windows.open('other', span).used(clock.now())).toBe(0);
    });

    it('count what is set aside, until it is given back', async () => {
      const [one, other] = await open();
      const [mine, theirs] = [one.windows.open('w', 'minute'), other.windows.open('w', 'minute')];
      mine.hold(100);
      theirs.hold(11);
      for (const window of [mine, theirs]) await until('all to be heard', () => window.held === 111);
      mine.hold(-100);
      await until('it to be given back', () => theirs.held === 11);
    });
  });

  it('gives the same keys on each node, and another for each purpose', async () => {
    const [one, other] = await open();
    expect(one.keyFor('a')).toEqual(other.keyFor('a'));
    expect(one.keyFor('a')).not.toEqual(one.keyFor('b'));
    expect(one.keyFor('a')).toHaveLength(32);
  });

  it('is up', async () => {
    const [one] = await open();
    expect(one.isUp).toBe(true);
  });
}
