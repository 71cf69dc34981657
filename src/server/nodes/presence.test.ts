import { describe, expect, it } from 'vitest';
import { memoryNodes } from '../../state/memory/nodes.ts';
import type { NodeFacts, Nodes } from '../../state/nodes.ts';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { silentLog } from '../log.ts';
import { Presence } from './presence.ts';

/** A node that others can look for, in a store that can be away. */
function announced() {
  const clock = virtualClock();
  const kept = memoryNodes(clock);
  let isAway = false;
  let sessions = 0;
  const lines: string[] = [];
  const asked = <T>(answer: () => Promise<T>): Promise<T> =>
    isAway ? Promise.reject(new Error('the store is away')) : answer();
  const nodes: Nodes = {
    announce: (self, ttlMs) => asked(() => kept.announce(self, ttlMs)),
    find: (id) => asked(() => kept.find(id)),
    all: () => asked(() => kept.all()),
    leave: (id) => asked(() => kept.leave(id)),
  };
  const self = (): NodeFacts => ({ ...factsOf('0a1b2c'), sessions });
  const log = { ...silentLog, warn: (line: string) => lines.push(line), info: (line: string) => lines.push(line) };
  return {
    clock,
    kept,
    lines,
    presence: new Presence({ nodes, self, clock, log }),
    away: (is: boolean) => void (isAway = is),
    open: () => void (sessions += 1),
  };
}

function factsOf(id: string): NodeFacts {
  return { id, url: `http://${id}`, sessions: 0, isDraining: false, version: '1', startedAt: 0 };
}

/** Lets what was begun go on to its end: a store in memory answers in a few turns. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('a node that announces itself', () => {
  it('is there from the beginning, every three seconds as it is then, and for ten seconds after the last time', async () => {
    const { clock, kept, presence, open } = announced();
    await presence.begin();
    expect(await kept.find('0a1b2c')).toMatchObject({ sessions: 0 });
    open();
    clock.advance(3_000);
    await settled();
    expect(await kept.find('0a1b2c')).toMatchObject({ sessions: 1 });
    for (let tick = 0; tick < 10; tick += 1) {
      clock.advance(3_000);
      await settled();
      expect(await kept.find('0a1b2c')).not.toBeNull();
    }
  });

  it('whose process is killed is gone after ten seconds', async () => {
    const { clock, kept } = announced();
    await kept.announce(factsOf('dddddd'), 10_000);
    clock.advance(9_999);
    expect(await kept.find('dddddd')).not.toBeNull();
    clock.advance(1);
    expect(await kept.find('dddddd')).toBeNull();
  });

  it('is gone at once when it says so, and no announcement that was under way brings it back', async () => {
    const { clock, kept, presence } = announced();
    await presence.begin();
    void presence.now();
    await presence.end();
    expect(await kept.find('0a1b2c')).toBeNull();
    clock.advance(30_000);
    await presence.now();
    expect(await kept.find('0a1b2c')).toBeNull();
  });

  it('is there again within three seconds of the return of the store, and has logged each change once', async () => {
    const { clock, kept, lines, presence, away } = announced();
    await presence.begin();
    away(true);
    for (let tick = 0; tick < 5; tick += 1) {
      clock.advance(3_000);
      await settled();
    }
    expect(await kept.find('0a1b2c')).toBeNull();
    away(false);
    clock.advance(3_000);
    await settled();
    expect(await kept.find('0a1b2c')).not.toBeNull();
    expect(lines).toEqual([
      'the other nodes could not be told of this one',
      'the other nodes are told of this one again',
    ]);
    await presence.end();
  });

  it('begins and ends without a store, too', async () => {
    const { presence, away } = announced();
    away(true);
    await presence.begin();
    expect(await presence.find('dddddd')).toBeNull();
    expect(await presence.others()).toEqual([]);
    await presence.end();
  });
});

describe('the other nodes', () => {
  it('are all but the node itself', async () => {
    const { kept, presence } = announced();
    await kept.announce(factsOf('dddddd'), 10_000);
    await presence.begin();
    expect(await presence.others()).toEqual([factsOf('dddddd')]);
    expect(await presence.find('dddddd')).toEqual(factsOf('dddddd'));
    expect(await presence.find('0a1b2c')).toBeNull();
    expect(await presence.find('eeeeee')).toBeNull();
  });

  it('are those of the last time while the store is away', async () => {
    const { kept, presence, away } = announced();
    await kept.announce(factsOf('dddddd'), 10_000);
    await presence.begin();
    away(true);
    expect(await presence.find('dddddd')).toEqual(factsOf('dddddd'));
    expect(await presence.others()).toEqual([factsOf('dddddd')]);
  });

  it('are known for ten seconds more to a store that has lost them, but for those that were going', async () => {
    const { clock, kept, presence } = announced();
    await kept.announce(factsOf('dddddd'), 10_000);
    await kept.announce({ ...factsOf('eeeeee'), isDraining: true }, 10_000);
    await presence.begin();
    for (const id of ['dddddd', 'eeeeee']) await kept.leave(id);
    for (let tick = 0; tick < 4; tick += 1) {
      clock.advance(3_000);
      await settled();
      expect(await presence.find('dddddd')).toEqual(factsOf('dddddd'));
      expect(await presence.find('eeeeee')).toBeNull();
    }
    clock.advance(3_000);
    await settled();
    expect(await presence.find('dddddd')).toBeNull();
  });
});
