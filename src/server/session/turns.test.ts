import { describe, expect, it } from 'vitest';
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
    expect(done).toEqual(['frame', 'long frame']);
    turn();
    expect(done).toEqual(['frame', 'long frame', 'work']);
  });

  it('come to an end', () => {
    const { turns, turn, isIdle } = loop();
    session(turns, []).defer(() => {});
    turn();
    expect(isIdle()).toBe(true);
  });
});
