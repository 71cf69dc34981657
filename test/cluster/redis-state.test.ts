import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { redisState, type SharedState, StateSetupError, systemClock, type Window } from '../../src/server/index.ts';
import { until } from '../clients/until.ts';
import { type Front, frontOf } from './front.ts';
import { redisOfFile } from './redis-server.ts';
import { stateContract } from './state-contract.ts';

const clock = systemClock();
/** What a busy machine needs. */
const commandMs = 3000;
/** Longer than any test takes, in milliseconds. */
const longMs = 3_600_000;

const redis = redisOfFile();
let front: Front;
const states: SharedState[] = [];

beforeAll(async () => {
  front = await frontOf(redis.path);
});

afterEach(async () => {
  await Promise.all(states.splice(0).map((state) => state.close()));
  front.turn('fine');
});

async function node(prefix = `${randomUUID()}:`, secret = 'a secret', url = front.url): Promise<SharedState> {
  const state = await redisState({ url, secret, prefix, clock, commandMs });
  states.push(state);
  return state;
}

async function twoNodes(): Promise<readonly [SharedState, SharedState]> {
  const prefix = `${randomUUID()}:`;
  return [await node(prefix), await node(prefix)];
}

const facts = (id: string) => ({ id, url: '', sessions: 0, isDraining: false, version: '1', startedAt: 1 });

describe('state in Redis', () => {
  stateContract(twoNodes);

  it('is nothing that who has Redis but not the secret can read or make', async () => {
    const prefix = `${randomUUID()}:`;
    const [ours, strange] = [await node(prefix), await node(prefix, 'another secret')];
    await ours.secrets.put('a', 'in clear', clock.now() + longMs);
    expect(await strange.secrets.get('a')).toBeNull();
    await strange.secrets.put('b', 'forged', clock.now() + longMs);
    expect(await ours.secrets.get('b')).toBeNull();
    expect(ours.keyFor('x')).not.toEqual(strange.keyFor('x'));
  });

  it('needs an address of Redis and a secret', async () => {
    await expect(node('x:', 'a secret', 'http://127.0.0.1')).rejects.toThrow(StateSetupError);
    await expect(node('x:', ' ')).rejects.toThrow(StateSetupError);
  });
});

describe('what a window is told by nodes', () => {
  it('stays counted when Redis has lost all that it held', async () => {
    const [one, other] = await twoNodes();
    const [mine, theirs] = [one.windows.open('w', 'month'), other.windows.open('w', 'month')];
    mine.add(clock.now(), 5);
    theirs.add(clock.now(), 7);
    await until('all to be heard', () => mine.used(clock.now()) === 12 && theirs.used(clock.now()) === 12);
    await redis.kill();
    await until('both to notice', () => !one.isUp && !other.isUp);
    await redis.start();
    await until('both to be back', () => one.isUp && other.isUp);
    const late = await node('unused:');
    expect(late.isUp).toBe(true);
    theirs.add(clock.now(), 1);
    await until('all to be heard again', () => mine.used(clock.now()) === 13 && theirs.used(clock.now()) === 13);
  });

  it('calls back where others have used more', async () => {
    const [one, other] = await twoNodes();
    let calls = 0;
    const mine = one.windows.open('w', 'day');
    mine.follow(() => (calls += 1));
    mine.add(clock.now(), 1);
    other.windows.open('w', 'day').add(clock.now(), 1);
    await until('the call', () => calls === 1 && mine.used(clock.now()) === 2);
  });

  it('is said once for all that is used at the same time', async () => {
    const [one, other] = await twoNodes();
    const [mine, theirs] = [one.windows.open('w', 'day'), other.windows.open('w', 'day')];
    mine.add(clock.now(), 1);
    await until('the first to be heard', () => theirs.used(clock.now()) === 1);
    const before = front.bytes;
    for (let i = 0; i < 1000; i++) mine.add(clock.now(), 1);
    await until('all to be heard', () => theirs.used(clock.now()) === 1001);
    expect(front.bytes - before).toBeLessThan(50_000);
  });
});

describe('a limit that nodes share', () => {
  const nodes = 3;
  const sessionsPerNode = 4;

  it.each([1, 7, 40])(
    'of %s is passed by no more than one start of each session, whoever starts when',
    async (limit) => {
      const prefix = `${randomUUID()}:`;
      const all = await Promise.all(Array.from({ length: nodes }, () => node(prefix)));
      for (const [i, state] of all.entries()) await state.nodes.announce(facts(`00000${i}`), longMs);
      for (const state of all) await state.nodes.all();
      const windows = all.map((state) => state.windows.open('w', 'minute'));
      let started = 0;

      /** Starts whenever it may, until it may not any more; waits for others now and then. */
      async function session(window: Window, seed: number): Promise<void> {
        for (let round = seed; window.used(clock.now()) < limit; round++) {
          window.add(clock.now(), 1);
          started += 1;
          for (let turns = (round * 7) % 5; turns >= 0; turns--) await new Promise(setImmediate);
        }
      }

      const sessions = windows.flatMap((window, i) =>
        Array.from({ length: sessionsPerNode }, (_, seed) => session(window, seed + i)),
      );
      await Promise.all(sessions);
      expect(started).toBeGreaterThanOrEqual(Math.min(limit, nodes));
      expect(started).toBeLessThanOrEqual(limit + nodes * sessionsPerNode);
      await until('all to have heard of all', () => windows.every((window) => window.used(clock.now()) === started));
    },
  );
});

/** Each way that Redis can be away, and how it comes back. */
const faults: readonly (readonly [name: string, go: () => unknown, back: () => unknown])[] = [
  ['is killed', () => redis.kill(), () => redis.start()],
  ['hangs', () => redis.pause(), () => redis.resume()],
  ['is behind a network that swallows everything', () => front.turn('hanging'), () => front.turn('fine')],
  ['is behind a network that is cut', () => front.turn('cut'), () => front.turn('fine')],
  ['is too slow', () => front.turn({ lateMs: 4 * commandMs }), () => front.turn('fine')],
];

describe.each(faults)('where Redis %s', (_, go, back) => {
  it('nothing waits, each node goes on with its share, and all is right again when it is back', async () => {
    const [one, other] = await twoNodes();
    const changes: boolean[] = [];
    one.follow((isUp) => changes.push(isUp));
    await one.nodes.announce(facts('aaaaaa'), longMs);
    await other.nodes.announce(facts('bbbbbb'), longMs);
    await one.nodes.all();
    await one.secrets.put('before', 'known here', clock.now() + longMs);
    await other.secrets.put('elsewhere', 'not known here', clock.now() + longMs);
    await one.leases.take('k', 'old', 4, longMs);
    const [mine, theirs] = [one.windows.open('w', 'minute'), other.windows.open('w', 'minute')];
    mine.add(clock.now(), 10);
    await until('both to have heard', () => theirs.used(clock.now()) === 10);

    await go();
    // Asked before anybody has noticed: it takes as long as a command may, and no longer.
    expect(await one.leases.take('k', 'new', 4, longMs)).toBe(true);
    expect(one.isUp).toBe(false);
    expect(await one.leases.take('k', 'third', 4, longMs)).toBe(false); // two nodes: its share is two
    expect(await one.secrets.get('before')).toBe('known here');
    await expect(one.secrets.get('elsewhere')).rejects.toThrow('does not answer');
    expect(await one.secrets.put('meanwhile', 'good here', clock.now() + longMs)).toBeNull();
    expect(await one.secrets.get('meanwhile')).toBe('good here');
    await expect(one.snapshots.save('s', 1, new Uint8Array(), longMs)).rejects.toThrow('does not answer');
    await expect(one.nodes.find('bbbbbb')).rejects.toThrow('does not answer');
    mine.add(clock.now(), 3);
    expect(mine.used(clock.now())).toBe(16); // as if the other node used as much

    await back();
    await until('both to be back', () => one.isUp && other.isUp);
    await until('what was used meanwhile to count once', () => theirs.used(clock.now()) === 13);
    await until('and no more', () => mine.used(clock.now()) === 13);
    expect(await one.secrets.get('meanwhile')).toBe('good here');
    await one.leases.renew('k', 'old', longMs);
    await one.leases.renew('k', 'new', longMs);
    expect(await other.leases.take('k', 'fifth', 2, longMs)).toBe(false);
    expect(await other.snapshots.save('s', other.snapshots.begin(), new Uint8Array(), longMs)).toBe('kept');
    expect([changes[0], changes.at(-1)]).toEqual([false, true]);
  });
});

describe('sessions that are written down', () => {
  const bytes = (...of: readonly number[]): Uint8Array => new Uint8Array(of);

  it('stay as they were written down last, though what was given up as late comes to Redis behind it', async () => {
    const [one, other] = await twoNodes();
    const epoch = one.snapshots.begin();
    expect(await one.snapshots.save('s', epoch, bytes(1), longMs)).toBe('kept');
    front.turn('holding');
    await expect(one.snapshots.save('s', epoch, bytes(2), longMs)).rejects.toThrow('does not answer');
    front.turn('fine');
    await until('a connection more', () => one.isUp && other.isUp);
    expect(await one.snapshots.save('s', epoch, bytes(3), longMs)).toBe('kept');
    await front.letGo();
    expect(await other.snapshots.read('s')).toEqual(bytes(3));
  });

  it('are not claimed from a Redis that has come back with what it held a while ago', async () => {
    const prefix = `${randomUUID()}:`;
    const [one, other] = [await node(prefix), await node(prefix)];
    const epoch = one.snapshots.begin();
    await redis.run('SET', `${prefix}since`, `${epoch - longMs}`);
    expect(await one.snapshots.save('s', epoch, bytes(1), longMs)).toBe('kept');
    expect(await redis.run('SAVE')).toMatch(/^\+OK/);
    expect(await one.snapshots.save('s', epoch, bytes(2), longMs)).toBe('kept');
    await redis.kill();
    await until('both to notice', () => !one.isUp && !other.isUp);
    await redis.start();
    await until('both to be back', () => one.isUp && other.isUp);
    expect(await other.snapshots.read('s')).toEqual(bytes(1));
    await expect(other.snapshots.claim('s')).rejects.toThrow('lost its memory');
    expect(await one.snapshots.save('s', epoch, bytes(2), longMs)).toBe('unsettled');
  });

  it('are neither relied upon nor claimed where Redis was emptied, until all nodes have had time to write them down', async () => {
    const prefix = `${randomUUID()}:`;
    const [one, other] = [await node(prefix), await node(prefix)];
    const older = one.snapshots.begin();
    expect(await one.snapshots.save('s', older, bytes(1), longMs)).toBe('kept');
    let told = 0;
    for (const state of [one, other]) state.follow((isUp) => void (told += isUp ? 1 : 0));
    await redis.run('FLUSHALL');
    await expect(other.snapshots.claim('s')).rejects.toThrow('lost its memory');
    await until('both to be told', () => told === 2);
    expect(await one.snapshots.save('s', older, bytes(2), longMs)).toBe('unsettled');
    await expect(other.snapshots.claim('s')).rejects.toThrow('lost its memory');
    // What has begun since is known as well as ever.
    const epoch = one.snapshots.begin();
    expect(await one.snapshots.save('younger', epoch, bytes(3), longMs)).toBe('kept');
    expect(await other.snapshots.claim('younger')).toMatchObject({ bytes: bytes(3) });
    await redis.run('SET', `${prefix}since`, `${older - longMs}`);
    expect(await one.snapshots.save('s', older, bytes(4), longMs)).toBe('kept');
    const claim = await other.snapshots.claim('s');
    expect(claim?.bytes).toEqual(bytes(4));
    expect(claim?.epoch).toBeGreaterThan(epoch);
    expect(await other.snapshots.claim('none')).toBeNull();
  });

  it('belong to who has claimed them last, though Redis has forgotten that there was a claim', async () => {
    const prefix = `${randomUUID()}:`;
    const [one, other] = [await node(prefix), await node(prefix)];
    const older = one.snapshots.begin();
    await one.snapshots.save('s', older, bytes(1), longMs);
    const { epoch = 0 } = (await other.snapshots.claim('s')) ?? {};
    await redis.run('FLUSHALL');
    expect(await one.snapshots.save('s', older, bytes(1), longMs)).toBe('unsettled');
    expect(await other.snapshots.save('s', epoch, bytes(2), longMs)).toBe('unsettled');
    expect(await one.snapshots.save('s', older, bytes(1), longMs)).toBe('refused');
    await redis.run('SET', `${prefix}since`, `${older - longMs}`);
    expect(await one.snapshots.claim('s')).toMatchObject({ bytes: bytes(2) });
  });
});

it('where Redis is late by less than a command may take everything goes on', async () => {
  const [one, other] = await twoNodes();
  front.turn({ lateMs: 100 });
  expect(await one.leases.take('k', 'a', 1, longMs)).toBe(true);
  expect(await other.leases.take('k', 'b', 1, longMs)).toBe(false);
  expect(one.isUp && other.isUp).toBe(true);
});

it('a node begins without Redis, and finds it when it is there', async () => {
  await redis.kill();
  const state = await node();
  expect(state.isUp).toBe(false);
  expect(await state.leases.take('k', 'a', 1, longMs)).toBe(true);
  await redis.start();
  await until('the node to find it', () => state.isUp);
});
