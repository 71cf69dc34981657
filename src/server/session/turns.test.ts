import { describe, expect, it } from 'vitest';
import { turningLoop } from '../../testing/turning-loop.ts';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { pump, type Sink } from './pump.ts';
import { createRunner } from './runner.ts';
import { endlessTurns, type Turns } from './turns.ts';

/** A session that counts its inputs and has tasks to do. */
function session(turns: Turns, done: string[]) {
  return createRunner<number, string, never>({
    step: (count, input) => {
      done.push(input);
      return [count + 1, []];
    },
    first: 0,
    perform: () => {},
    crashed: (cause) => {
      throw cause;
    },
    turns,
  });
}

describe('the turns of the loop', () => {
  it('end after 4 ms, and what is left is done in the next ones', () => {
    const { turns, work, turn } = turningLoop();
    const done: string[] = [];
    const runner = session(turns, done);
    let left = 20;
    const task = (): void => {
      work(1);
      if (--left > 0) runner.defer(task);
    };
    runner.defer(task);
    expect(left).toBe(16);
    turn();
    expect(left).toBe(12);
    for (const after of [8, 4, 0]) {
      turn();
      expect(left).toBe(after);
    }
  });

  it('let what comes in pass what is left to do', () => {
    const { turns, work, turn } = turningLoop();
    const done: string[] = [];
    const runner = session(turns, done);
    const task = (): void => {
      work(3);
      done.push('a piece');
      if (done.length < 6) runner.defer(task);
    };
    runner.defer(task);
    runner.feed('a frame');
    expect(done).toEqual(['a piece', 'a piece', 'a frame']);
    turn();
    expect(done).toEqual(['a piece', 'a piece', 'a frame', 'a piece', 'a piece']);
  });

  it('are shared out among the sessions that have something to do', () => {
    const { turns, work, turn } = turningLoop();
    const done: string[] = [];
    const busy = (name: string): void => {
      const runner = session(turns, []);
      const task = (): void => {
        work(0.5);
        done.push(name);
        runner.defer(task);
      };
      runner.defer(task);
    };
    busy('a');
    busy('b');
    busy('c');
    expect(done.join('')).toBe('aaaaaaaa');
    turn();
    expect(done.join('').slice(8)).toBe('aabbcc');
    turn();
    expect(done.join('').slice(14)).toBe('aabbcc');
  });

  it('give frames of clients the way before the work of sessions', () => {
    const { turns, work, turn } = turningLoop();
    const done: string[] = [];
    turns.later(() => void done.push('work'));
    turns.later(() => void done.push('frame'), 'frames');
    turns.later(() => {
      work(4);
      done.push('long frame');
    }, 'frames');
    turn();
    expect(done).toEqual(['frame', 'long frame', 'work']);
  });

  it('leave some of each to the work of sessions, though frames come without end', () => {
    const { turns, work, turn } = turningLoop();
    let frames = 0;
    let pieces = 0;
    const flood = (): void => {
      work(1);
      frames += 1;
      turns.later(flood, 'frames');
    };
    const busy = (): void => {
      work(0.5);
      pieces += 1;
      turns.later(busy);
    };
    for (let count = 0; count < 8; count++) turns.later(flood, 'frames');
    for (let count = 0; count < 8; count++) turns.later(busy);
    for (let count = 0; count < 10; count++) turn();
    expect(frames).toBe(30);
    expect(pieces).toBe(20);
  });

  it('come to an end', () => {
    const { turns, turn } = turningLoop();
    session(turns, []).defer(() => {});
    expect(turn()).toBe(true);
    expect(turn()).toBe(false);
  });
});

describe('what takes long by itself', () => {
  /** A loop, and how it went: each piece of work by its name, as often as its name says how long it took in milliseconds. */
  function journal() {
    const loop = turningLoop();
    const done: string[] = [];
    const long = (name: string, ms: number): void =>
      loop.turns.later(() => {
        loop.work(ms);
        done.push(name);
      }, 'long');
    return { ...loop, done, long };
  }

  it('is done one at a time, whoever it is for, in the order in which it was asked for', () => {
    const { done, long, turn, settle } = journal();
    for (const name of ['a', 'b', 'c']) long(name, 20);
    while (done.length === 0) turn();
    expect(done).toEqual(['a']);
    turn();
    expect(done).toEqual(['a']);
    settle();
    expect(done).toEqual(['a', 'b', 'c']);
  });

  it('leaves the others as much time as it took, in which all is done that they have come with', () => {
    const { turns, work, turn, done, long } = journal();
    long('a', 20);
    long('b', 20);
    while (done.length === 0) turn();
    for (let count = 0; count < 18; count++) {
      turns.later(() => {
        work(1);
        done.push('frame');
      }, 'frames');
    }
    while (!done.includes('b')) turn();
    expect(done).toEqual(['a', ...Array(18).fill('frame'), 'b']);
  });

  it('waits no longer than that for what comes without end', () => {
    const { turns, work, turn, done, long } = journal();
    const flood = (): void => {
      work(1);
      done.push('.');
      turns.later(flood, 'frames');
    };
    for (let count = 0; count < 8; count++) turns.later(flood, 'frames');
    for (const name of ['a', 'b', 'c']) long(name, 20);
    while (!done.includes('c')) turn();
    // What is left of a turn that had begun comes on top.
    expect(done.join('')).toMatch(/^\.{3,12}a\.{20,24}b\.{20,24}c$/);
  });

  it('comes after what others have sent meanwhile: to receive it took long, too', () => {
    const { turns, turn, settle, done, long } = journal();
    long('long', 20);
    turn();
    turns.later(() => void done.push('frame'), 'frames');
    settle();
    expect(done).toEqual(['frame', 'long']);
  });

  it('is followed by the next in the next turn where it took no longer than others', () => {
    const { done, long, turn } = journal();
    for (const name of ['a', 'b', 'c']) long(name, 4);
    while (done.length === 0) turn();
    turn();
    turn();
    expect(done).toEqual(['a', 'b', 'c']);
  });

  it('is not waited for longer than 100 ms, however long the one before it took', () => {
    const { done, long, turns, turn, work } = journal();
    long('a', 5_000);
    long('b', 20);
    while (done.length === 0) turn();
    work(99);
    turns.later(() => void done.push('frame'), 'frames');
    turn();
    work(1);
    turn();
    turn();
    expect(done).toEqual(['a', 'frame', 'b']);
  });

  it('of a session comes before its other tasks, and leaves none of them behind', () => {
    const { turns, settle, done, work } = journal();
    const runner = session(turns, []);
    runner.defer(() => {
      runner.defer(() => void done.push('older'));
      runner.defer(() => {
        work(20);
        done.push('long');
      }, true);
    });
    // It waits, though this turn has hardly begun.
    expect(done).toEqual([]);
    expect(runner.backlog).not.toBeNull();
    runner.defer(() => void done.push('newer'));
    settle();
    expect(done).toEqual(['long', 'newer', 'older']);
    expect(runner.backlog).toBeNull();
  });

  it('of a session on its own is done at once', () => {
    const done: string[] = [];
    const runner = session(endlessTurns, done);
    runner.defer(() => {
      done.push('long');
      runner.feed('input');
    }, true);
    expect(done).toEqual(['long', 'input']);
  });
});

describe('pieces of many engines that come at the same moment', () => {
  it('are taken in as many turns as they take', async () => {
    const { turns, work, turn } = turningLoop();
    const runner = session(turns, []);
    let taken = 0;
    const sink: Sink<{ readonly type: 'piece' }> = {
      take() {
        work(3);
        taken += 1;
      },
      ended() {},
      congestion: () => null,
    };
    const engine = async function* (): AsyncGenerator<{ readonly type: 'piece' }, void> {
      yield { type: 'piece' };
    };
    const options = { signal: new AbortController().signal, clock: virtualClock(), defer: runner.defer };
    for (let count = 0; count < 9; count++) pump(engine, sink, options);
    await settled();
    expect(taken).toBe(2);
    for (let count = 0; count < 9; count++) {
      const before = taken;
      turn();
      // oxlint-disable-next-line no-await-in-loop -- one turn after the other is the point
      await settled();
      expect(taken - before).toBeLessThanOrEqual(2);
    }
    expect(taken).toBe(9);
  });
});

/** All promises that are due have been seen to. */
const settled = (): Promise<void> => new Promise(setImmediate);
