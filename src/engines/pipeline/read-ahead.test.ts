import { describe, expect, it } from 'vitest';
import { readAhead } from './read-ahead.ts';
import { untilAborted } from './until-aborted.ts';

interface Counted extends AsyncIterable<{ readonly count: number }> {
  given: number;
  stopped: boolean;
}

/** Counts up to `most`, then throws, ends, or never goes on. */
function counting(most: number, then: 'end' | 'throw' | 'hang' = 'end'): Counted {
  const source: Counted = {
    given: 0,
    stopped: false,
    async *[Symbol.asyncIterator]() {
      try {
        while (source.given < most) yield { count: ++source.given };
        if (then === 'throw') throw new Error('no more');
        if (then === 'hang') await new Promise(() => {});
      } finally {
        source.stopped = true;
      }
    },
  };
  return source;
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function all(source: AsyncIterable<{ readonly count: number }>): Promise<readonly number[]> {
  const counts: number[] = [];
  for await (const { count } of source) counts.push(count);
  return counts;
}

const never = new AbortController().signal;

describe('readAhead', () => {
  it('reads before it is asked, so many pieces and no more, and gives all in order', async () => {
    const source = counting(9);
    const pieces = readAhead(() => source, 3, never);
    await settled();
    expect(source.given).toBe(3);
    expect(await pieces.next()).toEqual({ done: false, value: { count: 1 } });
    await settled();
    expect(source.given).toBe(4);
    expect(await all(pieces)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('throws what the source threw, after what came before it', async () => {
    const pieces = readAhead(() => counting(2, 'throw'), 9, never);
    await settled();
    await pieces.next();
    await pieces.next();
    await expect(pieces.next()).rejects.toThrow('no more');
  });

  it('throws what starting the source threw', async () => {
    const start = (): never => {
      throw new Error('cannot start');
    };
    await expect(readAhead(start, 1, never).next()).rejects.toThrow('cannot start');
  });

  it.each([1, 9])('forgets what it kept when it is aborted, and lets reader and source go (%i kept)', async (most) => {
    const controller = new AbortController();
    const source = counting(5);
    const pieces = readAhead(() => source, most, controller.signal);
    await settled();
    controller.abort();
    expect(await all(pieces)).toEqual([]);
    await settled();
    expect(source.stopped).toBe(true);
  });
});

describe('untilAborted', () => {
  it('lets a reader go who waits for a source that hears of no abort', async () => {
    const controller = new AbortController();
    const counts = all(untilAborted(counting(2, 'hang'), controller.signal));
    await settled();
    controller.abort();
    expect(await counts).toEqual([1, 2]);
  });

  it('tells a source to stop that nobody has read yet', async () => {
    let told = false;
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(new Error('read')),
        return() {
          told = true;
          return Promise.resolve({ done: true as const, value: undefined });
        },
      }),
    };
    expect(await untilAborted(source, AbortSignal.abort()).next()).toEqual({ done: true, value: undefined });
    expect(told).toBe(true);
  });

  it('tells a source to stop whose reader leaves', async () => {
    const source = counting(5);
    for await (const { count } of untilAborted(source, never)) if (count === 2) break;
    await settled();
    expect(source).toMatchObject({ given: 2, stopped: true });
  });
});
