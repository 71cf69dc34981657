import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { memoryPair } from '../../wire/memory.ts';
import { Outlet } from './outlet.ts';

const kilobyte = 'x'.repeat(1000);

/** An outlet whose reader may be 10 kB behind, and reads a frame when it is told to. */
function outlet() {
  const [server, reader] = memoryPair();
  const clock = virtualClock();
  const told: string[] = [];
  const out = new Outlet({ wire: server, unsentBytes: 10_000, clock, tooSlow: () => void told.push('too slow') });
  server.open({ frame: () => {}, binary: () => {}, drained: () => out.drained(), closed: () => {} });
  reader.open({ frame: () => reader.hold(), binary: () => {}, drained: () => {}, closed: () => {} });
  reader.hold();
  return {
    out,
    clock,
    told,
    send(frames: number): void {
      for (let sent = 0; sent < frames; sent++) out.send(kilobyte);
    },
    read(frames: number): void {
      for (let read = 0; read < frames; read++) reader.release();
    },
  };
}

describe('a reader', () => {
  it('is too slow that reads nothing for a second while too much waits', () => {
    const { clock, told, send } = outlet();
    send(11);
    clock.advance(999);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual(['too slow']);
  });

  it('is too slow that hardly reads', () => {
    const { clock, told, send } = outlet();
    send(100);
    clock.advance(1000);
    expect(told).toEqual(['too slow']);
  });

  it('has time for more than it can have read at once, as long as it reads', () => {
    const { clock, told, send, read } = outlet();
    send(100);
    for (let seconds = 0; seconds < 50; seconds++) {
      read(2);
      clock.advance(1000);
    }
    expect(told).toEqual([]);
  });

  it('is trusted anew once it has caught up', () => {
    const { clock, told, send, read } = outlet();
    send(11);
    clock.advance(900);
    read(11);
    send(11);
    clock.advance(900);
    expect(told).toEqual([]);
    clock.advance(100);
    expect(told).toEqual(['too slow']);
  });

  it('is judged no more when the session is over', () => {
    const { clock, told, send, out } = outlet();
    send(11);
    out.stop();
    clock.advance(5000);
    expect(told).toEqual([]);
  });
});
