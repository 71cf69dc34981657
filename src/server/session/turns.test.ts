import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { pump, type Sink } from './pump.ts';
import { createRunner } from './runner.ts';
import { createTurns, type Turns } from './turns.ts';

/** A loop that turns when it is told to, on a clock that goes when work is done. */
function loop() {
  let at = 0;
  let queue: (() => void)[] = [];
  const turns = createTurns({ now: () => at, soon: (run) => void queue.push(run) });
  return {
    turns,
    /** Work takes so long. */
    work: (ms: number) => void (at += ms),
    turn(): void {
      const now = queue;
      queue = [];
      for (const run of now) run();
    },
    isIdle: () => queue.length === 0,
  };
}

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
    const { turns, work, turn } = loop();
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
    const { turns, work, turn } = loop();
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
    const { turns, work, turn } = loop();
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
    const { turns, work, turn } = loop();
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
    const { turns, work, turn } = loop();
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
    const { turns, turn, isIdle } = loop();
    session(turns, []).defer(() => {});
    turn();
    expect(isIdle()).toBe(true);
  });
});

describe('pieces of many engines that come at the same moment', () => {
  it('are taken in as many turns as they take', async () => {
    const { turns, work, turn } = loop();
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
