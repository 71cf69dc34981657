import { describe, expect, it } from 'vitest';
import { type MemoryWire, memoryPair } from './memory.ts';
import type { Wire, WireListener } from './wire.ts';

/** Writes down all that a wire tells. */
function diary(wire: Wire, onFrame: (text: string) => void = () => {}): string[] {
  const lines: string[] = [];
  const listener: WireListener = {
    frame(text) {
      lines.push(text);
      onFrame(text);
    },
    binary: (bytes) => void lines.push(`binary ${bytes}`),
    drained: () => void lines.push('drained'),
    closed: ({ code, reason }) => void lines.push(`closed ${code} ${reason}`),
  };
  wire.open(listener);
  return lines;
}

describe('a pair of wires in memory', () => {
  it('delivers frames in the order sent, at once', () => {
    const [left, right] = memoryPair();
    const heard = diary(right);
    left.send('one');
    left.send('two');
    left.sendBinary(3);
    expect(heard).toEqual(['one', 'two', 'binary 3']);
    expect(left.pendingBytes).toBe(0);
  });

  it('keeps frames that come before open, and counts them as pending', () => {
    const [left, right] = memoryPair();
    left.send('early');
    expect(left.pendingBytes).toBe(5);
    expect(diary(right)).toEqual(['early']);
    expect(left.pendingBytes).toBe(0);
  });

  it('never delivers a frame inside the handler of another', () => {
    const [left, right] = memoryPair();
    const order: string[] = [];
    diary(left, (text) => order.push(`left hears ${text}`));
    diary(right, (text) => {
      order.push(`right begins ${text}`);
      right.send(`${text}!`);
      order.push(`right ends ${text}`);
    });
    left.send('a');
    expect(order).toEqual(['right begins a', 'right ends a', 'left hears a!']);
  });

  it('answers in order when both sides talk from their handlers', () => {
    const [left, right] = memoryPair();
    const atLeft = diary(left, (text) => text.length < 4 && left.send(`${text}l`));
    const atRight = diary(right, (text) => right.send(`${text}r`));
    left.send('x');
    expect(atRight.filter((line) => line !== 'drained')).toEqual(['x', 'xrl']);
    expect(atLeft.filter((line) => line !== 'drained')).toEqual(['xr', 'xrlr']);
  });

  it('tells both ends of a close once, after what was sent before it', () => {
    const [left, right] = memoryPair();
    const atLeft = diary(left);
    const atRight = diary(right);
    left.send('last');
    left.close(1000, 'bye');
    left.close(1001, 'again');
    left.send('too late');
    right.send('too late');
    expect(atRight).toEqual(['last', 'closed 1000 bye']);
    expect(atLeft).toEqual(['closed 1000 bye']);
  });

  it('tells a close that came before open', () => {
    const [left, right] = memoryPair();
    diary(right);
    left.close(1000, 'bye');
    expect(diary(left)).toEqual(['closed 1000 bye']);
  });

  it('cuts a close reason to 123 bytes', () => {
    const [left, right] = memoryPair();
    const atRight = diary(right);
    left.close(4000, 'r'.repeat(300));
    expect(atRight).toEqual([`closed 4000 ${'r'.repeat(123)}`]);
  });

  it('hears nothing more once it has closed itself', () => {
    const [left, right] = memoryPair();
    right.hold();
    const atLeft = diary(left);
    diary(right);
    left.close(1000, '');
    right.send('answer');
    right.release();
    expect(atLeft).toEqual(['closed 1000 ']);
  });

  it('ends when both sides close at the same time', () => {
    const [left, right] = memoryPair();
    left.close(1000, 'left');
    right.close(1001, 'right');
    expect(diary(left)).toEqual(['closed 1001 right']);
    expect(diary(right)).toEqual(['closed 1001 right']);
  });
});

describe('a slow reader', () => {
  function slow(highWaterBytes: number): { sender: MemoryWire; reader: MemoryWire; told: string[]; read: string[] } {
    const [sender, reader] = memoryPair({ highWaterBytes });
    const told = diary(sender);
    const read = diary(reader);
    reader.hold();
    return { sender, reader, told, read };
  }

  it('makes the pending bytes of its peer grow, counted as UTF-8', () => {
    const { sender, told, read } = slow(100);
    sender.send('é'.repeat(10));
    sender.send('x'.repeat(10));
    expect(sender.pendingBytes).toBe(30);
    expect(read).toEqual([]);
    expect(told).toEqual([]);
  });

  it('lets its peer know when it has read down to half of what stood above the high-water mark, and when all is read', () => {
    const [sender, reader] = memoryPair({ highWaterBytes: 100 });
    const pendingWhenDrained: number[] = [];
    sender.open({
      frame() {},
      binary() {},
      drained: () => void pendingWhenDrained.push(sender.pendingBytes),
      closed() {},
    });
    // Holds again after each frame, so that the sender's own turn comes between two of them.
    diary(reader, () => reader.hold());
    reader.hold();
    for (let count = 0; count < 12; count++) sender.send('0123456789');
    for (let count = 0; count < 12; count++) reader.release();
    expect(pendingWhenDrained).toEqual([50, 0]);
    expect(sender.pendingBytes).toBe(0);
  });

  it('lets its peer know when it has read all, where the high-water mark was never reached', () => {
    const { sender, reader, told } = slow(1000);
    sender.send('few');
    reader.release();
    expect(told).toEqual(['drained']);
  });

  it('is not waited for when its peer has closed', () => {
    const { sender, reader, told, read } = slow(10);
    sender.send('0123456789ab');
    sender.close(1008, 'slow');
    reader.release();
    expect(read).toEqual(['0123456789ab', 'closed 1008 slow']);
    expect(told).toEqual(['closed 1008 slow']);
  });
});
