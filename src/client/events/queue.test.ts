import { describe, expect, it } from 'vitest';
import { Queue } from './queue.ts';
import { Replay } from './replay.ts';

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const value of values) read.push(value);
  return read;
}

describe('a queue', () => {
  it('gives its values in order, those that waited and those that are waited for', async () => {
    const queue = new Queue<string>(10);
    queue.push('a');
    queue.push('b');
    const read = all(queue);
    await Promise.resolve();
    queue.push('c');
    queue.end();
    queue.push('never');
    expect(await read).toEqual(['a', 'b', 'c']);
  });

  it('answers several questions at once, in order', async () => {
    const queue = new Queue<number>(10);
    const answers = Promise.all([queue.next(), queue.next(), queue.next()]);
    queue.push(1);
    queue.push(2);
    queue.end();
    expect(await answers).toEqual([
      { done: false, value: 1 },
      { done: false, value: 2 },
      { done: true, value: undefined },
    ]);
  });

  it('throws what it ended with after its values, once', async () => {
    const queue = new Queue<number>(10);
    queue.push(1);
    queue.end(new Error('broken'));
    expect(await queue.next()).toEqual({ done: false, value: 1 });
    await expect(queue.next()).rejects.toThrow('broken');
    expect(await queue.next()).toEqual({ done: true, value: undefined });
  });

  it('holds up to its limit, in whatever that is counted', async () => {
    const queue = new Queue<string>(5, { weigh: (text) => text.length });
    queue.push('abc');
    queue.push('de');
    expect(await queue.next()).toEqual({ done: false, value: 'abc' });
    queue.push('fgh');
    queue.push('i');
    expect(await queue.next()).toEqual({ done: false, value: 'de' });
    expect(await queue.next()).toEqual({ done: false, value: 'fgh' });
    await expect(queue.next()).rejects.toMatchObject({ code: 'events_overflowed' });
  });

  it('says when its reader leaves, and forgets what waits', async () => {
    const left: string[] = [];
    const queue = new Queue<number>(10, { onReturn: () => left.push('left') });
    queue.push(1);
    queue.push(2);
    for await (const value of queue) {
      expect(value).toBe(1);
      break;
    }
    queue.push(3);
    expect([left, await queue.next()]).toEqual([['left'], { done: true, value: undefined }]);
  });
});

describe('a replay', () => {
  it('gives every reader all values, whenever it starts', async () => {
    const replay = new Replay<string>();
    const early = all(replay);
    replay.push('a');
    const amid = all(replay);
    await Promise.resolve();
    replay.push('');
    replay.end();
    replay.push('never');
    expect(await Promise.all([early, amid, all(replay)])).toEqual([
      ['a', ''],
      ['a', ''],
      ['a', ''],
    ]);
  });

  it('throws what it ended with to every reader, after the values', async () => {
    const replay = new Replay<string>();
    const read: string[] = [];
    const early = (async () => {
      for await (const value of replay) read.push(value);
    })();
    replay.push('a');
    replay.end(new Error('broken'));
    await expect(early).rejects.toThrow('broken');
    await expect(all(replay)).rejects.toThrow('broken');
    expect(read).toEqual(['a']);
  });
});
