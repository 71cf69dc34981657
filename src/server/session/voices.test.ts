import { describe, expect, it } from 'vitest';
import { Voices } from './voices.ts';

const never = new AbortController().signal;

/** Takes a place for a voice by name; notes when it got it, and gives what makes it leave. */
function speakers() {
  const spoke: string[] = [];
  const leaving = new Map<string, () => void>();
  return {
    spoke,
    async ask(name: string, queue: ReturnType<Voices['join']>, signal = never): Promise<void> {
      const leave = await queue.take(signal);
      if (leave === null) return;
      spoke.push(name);
      leaving.set(name, leave);
    },
    async leave(name: string): Promise<void> {
      leaving.get(name)?.();
      await settled();
    },
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('voices', () => {
  it('speak at once while there are fewer than may', async () => {
    const voices = new Voices(2);
    const { ask, spoke } = speakers();
    const queue = voices.join();
    for (const name of ['one', 'two', 'three']) void ask(name, queue);
    await settled();
    expect(spoke).toEqual(['one', 'two']);
  });

  it('begin one in each turn of the loop, however many may', async () => {
    const turns: (() => void)[] = [];
    const voices = new Voices(3, (run) => turns.push(run));
    const { ask, spoke } = speakers();
    const queue = voices.join();
    for (const name of ['one', 'two', 'three', 'four']) void ask(name, queue);
    const seen: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      await settled();
      seen.push(spoke.length);
      turns.shift()?.();
    }
    expect(seen).toEqual([1, 2, 3, 3, 3]);
  });

  it('take turns by session, so that a crowd of one session keeps nobody else waiting', async () => {
    const voices = new Voices(1);
    const { ask, spoke, leave } = speakers();
    const [crowd, other, third] = [voices.join(), voices.join(), voices.join()];
    for (let count = 0; count < 400; count++) void ask(`crowd ${count}`, crowd);
    void ask('other', other);
    void ask('third', third);
    await settled();
    await leave('crowd 0');
    await leave('crowd 1');
    await leave('other');
    await leave('third');
    expect(spoke).toEqual(['crowd 0', 'crowd 1', 'other', 'third', 'crowd 2']);
  });

  it('that nobody wants any more wait no longer', async () => {
    const voices = new Voices(1);
    const { ask, spoke, leave } = speakers();
    const queue = voices.join();
    const stop = new AbortController();
    void ask('first', queue);
    void ask('stopped', queue, stop.signal);
    void ask('last', queue);
    stop.abort();
    void ask('late', queue, stop.signal);
    await settled();
    await leave('first');
    expect(spoke).toEqual(['first', 'last']);
  });

  it('leave once, and more may speak once more are allowed', async () => {
    const voices = new Voices(1);
    const { ask, spoke, leave } = speakers();
    const queue = voices.join();
    for (const name of ['one', 'two', 'three', 'four']) void ask(name, queue);
    await settled();
    await leave('one');
    await leave('one');
    expect(spoke).toEqual(['one', 'two']);
    voices.allow(2);
    await settled();
    expect(spoke).toEqual(['one', 'two', 'three']);
  });
});
