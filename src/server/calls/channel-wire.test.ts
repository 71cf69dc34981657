import { describe, expect, it } from 'vitest';
import { memoryCall } from '../../testing/call-line.ts';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { ChannelWire } from './channel-wire.ts';

function opened(frameBytes = 1000) {
  const clock = virtualClock();
  const [remote, { peer }] = memoryCall(clock);
  const told: string[] = [];
  let pauses = false;
  const wire = new ChannelWire({
    channel: peer,
    clock,
    frameBytes,
    tooLong: (text, bytes) => `instead of ${text.slice(0, 3)} with ${bytes}`,
    ending: () => told.push('ending'),
    gone: () => told.push('gone'),
  });
  wire.open({
    frame(text) {
      told.push(text);
      if (pauses) wire.pause();
    },
    binary: (bytes) => told.push(`${bytes} bytes`),
    drained: () => told.push('drained'),
    closed: ({ code, reason }) => told.push(`closed ${code} ${reason}`),
  });
  return { clock, remote, wire, told, pauseAtFrames: () => void (pauses = true) };
}

describe('the wire of a call', () => {
  it('keeps what is sent until the channel opens, in order, and then sends at once', () => {
    const { remote, wire, told } = opened();
    wire.send('one');
    wire.send('zwö');
    expect(remote.messages).toEqual([]);
    expect(wire.pendingBytes).toBe(7);
    wire.opened();
    expect(remote.messages).toEqual(['one', 'zwö']);
    expect(told).toEqual(['drained']);
    wire.send('three');
    expect(remote.messages).toEqual(['one', 'zwö', 'three']);
  });

  it('tells what waits as the channel does, and when it has drained', () => {
    const { remote, wire, told } = opened();
    wire.opened();
    remote.facts.pendingBytes = 70_000;
    expect(wire.pendingBytes).toBe(70_000);
    wire.drained();
    expect(told).toEqual(['drained']);
  });

  it('says so in place of a message that the peer does not take', () => {
    const { remote, wire } = opened();
    remote.facts.maxMessageBytes = 30;
    wire.opened();
    wire.send('x'.repeat(30));
    wire.send('ü'.repeat(16));
    remote.facts.maxMessageBytes = 5;
    wire.send('another');
    expect(remote.messages).toEqual(['x'.repeat(30), 'instead of üüü with 32']);
  });

  it('lets what is sent go where the call has no channel', () => {
    const { remote, wire } = opened();
    remote.facts.hasChannel = false;
    wire.send('one');
    expect(wire.pendingBytes).toBe(0);
    wire.opened();
    expect(remote.messages).toEqual([]);
  });

  it('brings what the peer says', () => {
    const { wire, told } = opened();
    wire.frame('hello');
    wire.binary(12);
    expect(told).toEqual(['hello', '12 bytes']);
  });

  it('closes with 1009 for a message that is too large', async () => {
    const { wire, told } = opened(4);
    wire.frame('fünf');
    await Promise.resolve();
    expect(told).toEqual(['ending', 'closed 1009 a frame has more than 4 bytes']);
  });

  it('holds back what comes while it is paused, and tells it in order', () => {
    const { wire, told } = opened();
    wire.pause();
    for (const text of ['one', 'two', 'three']) wire.frame(text);
    expect(told).toEqual([]);
    wire.resume();
    wire.frame('four');
    expect(told).toEqual(['one', 'two', 'three', 'four']);
  });

  it('may be paused anew by what it tells', () => {
    const { wire, told, pauseAtFrames } = opened();
    pauseAtFrames();
    wire.pause();
    for (const text of ['one', 'two']) wire.frame(text);
    wire.resume();
    wire.frame('three');
    expect(told).toEqual(['one']);
    wire.resume();
    expect(told).toEqual(['one', 'two']);
  });

  it('closes with 1008 when more comes than can be held back', async () => {
    const { wire, told } = opened(1000);
    wire.pause();
    for (let sent = 0; sent < 20; sent++) wire.frame('x');
    await Promise.resolve();
    expect(told).toEqual(['ending', 'closed 1008 frames come faster than they can be taken']);
  });

  it('is closed at once when its owner closes it, and the peer is gone when that has closed, too', async () => {
    const { remote, wire, told } = opened();
    wire.close(1001, 'bye');
    wire.close(1000, 'again');
    wire.send('late');
    wire.frame('late');
    expect(remote.isClosed).toBe(true);
    expect(told).toEqual(['ending']);
    await Promise.resolve();
    expect(told).toEqual(['ending', 'closed 1001 bye']);
    wire.end(1006, 'closed');
    wire.end(1006, 'closed');
    expect(told).toEqual(['ending', 'closed 1001 bye', 'gone']);
    expect(remote.messages).toEqual([]);
  });

  it('waits no longer than five seconds for a peer that does not close', async () => {
    const { clock, wire, told } = opened();
    wire.close(1000, '');
    await Promise.resolve();
    clock.advance(4_999);
    expect(told).toEqual(['ending', 'closed 1000 ']);
    clock.advance(1);
    wire.end(1006, '');
    expect(told).toEqual(['ending', 'closed 1000 ', 'gone']);
  });

  it('closes the peer when its end comes from elsewhere', () => {
    const { remote, wire, told } = opened();
    wire.end(1006, 'lost');
    expect(remote.isClosed).toBe(true);
    expect(told).toEqual(['ending', 'closed 1006 lost', 'gone']);
  });
});
