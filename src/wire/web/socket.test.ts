import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Wire } from '../wire.ts';
import { openedWire, socketWire } from './socket.ts';

/** A WebSocket of a browser, as far as a wire needs it. */
class FakeSocket extends EventTarget {
  readyState = 1;
  bufferedAmount = 0;
  binaryType = 'blob';
  readonly sent: string[] = [];
  readonly closes: unknown[][] = [];
  send(text: string): void {
    this.sent.push(text);
  }
  close(...args: unknown[]): void {
    this.closes.push(args);
  }
  receive(data: unknown): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }
  end(code: number, reason: string): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason }));
  }
}

function opened(): { socket: FakeSocket; wire: Wire; told: string[] } {
  const socket = new FakeSocket();
  return { socket, wire: socketWire(socket as unknown as WebSocket), told: [] };
}

function listen({ wire, told }: { wire: Wire; told: string[] }): void {
  wire.open({
    frame: (text) => told.push(text),
    binary: (bytes) => told.push(`binary ${bytes}`),
    drained: () => told.push('drained'),
    closed: ({ code, reason }) => told.push(`closed ${code} ${reason}`),
  });
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a wire over the platform's WebSocket", () => {
  it('keeps what comes before somebody listens, in order', () => {
    const end = opened();
    end.socket.receive('one');
    end.socket.receive(new ArrayBuffer(3));
    end.socket.end(1001, 'away');
    expect(end.told).toEqual([]);
    listen(end);
    expect(end.told).toEqual(['one', 'binary 3', 'closed 1001 away']);
  });

  it('tells its end once, and hears nothing after it has closed', () => {
    const end = opened();
    listen(end);
    end.wire.close(1000, 'bye');
    end.wire.close(4000, 'again');
    end.wire.send('late');
    end.socket.receive('late');
    end.socket.end(1000, 'bye');
    end.socket.end(1006, '');
    expect(end.told).toEqual(['closed 1000 bye']);
    expect(end.socket.closes).toEqual([[1000, 'bye']]);
    expect(end.socket.sent).toEqual([]);
  });

  it('closes plainly with a code that only servers may give, and cuts a reason that is too long', () => {
    const plain = opened();
    plain.wire.close(1011, 'mine');
    expect(plain.socket.closes).toEqual([[]]);
    const long = opened();
    long.wire.close(4000, 'x'.repeat(200));
    expect(long.socket.closes).toEqual([[4000, 'x'.repeat(123)]]);
  });

  it('sends nothing once the socket is closing', () => {
    const { socket, wire } = opened();
    wire.send('a');
    socket.readyState = 2;
    wire.send('b');
    expect(socket.sent).toEqual(['a']);
  });

  it('tells when what waited has halved, and when nothing waits any more; then it looks no longer', () => {
    const end = opened();
    listen(end);
    end.socket.bufferedAmount = 100_000;
    end.wire.send('x');
    expect(end.wire.pendingBytes).toBe(100_000);
    vi.advanceTimersByTime(200);
    expect(end.told).toEqual([]);
    end.socket.bufferedAmount = 50_000;
    vi.advanceTimersByTime(1_000);
    expect(end.told).toEqual(['drained']);
    end.socket.bufferedAmount = 0;
    vi.advanceTimersByTime(1_000);
    expect(end.told).toEqual(['drained', 'drained']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops looking when it has ended', () => {
    const end = opened();
    listen(end);
    end.socket.bufferedAmount = 10;
    end.wire.send('x');
    end.socket.end(1006, '');
    vi.advanceTimersByTime(1_000);
    expect(end.told).toEqual(['closed 1006 ']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('opening', () => {
  const opening = (signal?: AbortSignal) => {
    const socket = new FakeSocket();
    return { socket, wire: openedWire(socket as unknown as WebSocket, signal) };
  };

  it('gives the wire, with what came with the handshake', async () => {
    const { socket, wire } = opening();
    socket.dispatchEvent(new Event('open'));
    socket.receive('first');
    const told: string[] = [];
    listen({ wire: await wire, told });
    expect(told).toEqual(['first']);
  });

  it.each(['error', 'close'])('fails on %s', async (what) => {
    const { socket, wire } = opening();
    socket.dispatchEvent(Object.assign(new Event(what), { code: 1006, reason: '' }));
    await expect(wire).rejects.toThrow('The WebSocket could not be opened.');
  });

  it('is given up by a signal, before or after it began', async () => {
    const abort = new AbortController();
    const running = opening(abort.signal);
    abort.abort();
    expect(running.socket.closes).toHaveLength(1);
    expect(opening(abort.signal).socket.closes).toHaveLength(1);
    running.socket.end(1006, '');
    await expect(running.wire).rejects.toThrow('could not be opened');
  });
});
