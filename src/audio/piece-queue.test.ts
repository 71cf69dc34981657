import { describe, expect, it } from 'vitest';
import { PieceQueue } from './piece-queue.ts';

const key = { itemId: 'item_1', contentIndex: 0 };

describe('a queue of sound', () => {
  it('gives samples in order, never of two pieces at once', () => {
    const queue = new PieceQueue();
    queue.add({ key, samples: Int16Array.of(1, 2, 3) });
    queue.add({ key, samples: Int16Array.of() });
    queue.add({ key, samples: Int16Array.of(4) });
    expect(queue.samples).toBe(4);
    expect(queue.take(2)?.samples).toEqual(Int16Array.of(1, 2));
    expect(queue.take(2)?.samples).toEqual(Int16Array.of(3));
    expect(queue.take(2)?.samples).toEqual(Int16Array.of(4));
    expect(queue.take(2)).toBeNull();
    expect(queue.samples).toBe(0);
  });

  it('is empty once it is cleared', () => {
    const queue = new PieceQueue();
    queue.add({ key, samples: Int16Array.of(1, 2, 3) });
    queue.take(1);
    queue.clear();
    expect(queue.take(1)).toBeNull();
    queue.add({ key, samples: Int16Array.of(5) });
    expect(queue.take(9)?.samples).toEqual(Int16Array.of(5));
  });
});
