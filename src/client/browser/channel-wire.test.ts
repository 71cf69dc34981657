import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeConnection } from '../../../test/client/fake-call.ts';
import { ChannelWire } from './channel-wire.ts';

interface End {
  readonly connection: FakeConnection;
  readonly wire: ChannelWire;
  readonly told: string[];
  listen(): void;
}

function call(): End {
  const connection = new FakeConnection();
  const { channel } = connection;
  // What a wire uses of them is here.
  const wire = new ChannelWire(connection as unknown as RTCPeerConnection, channel as unknown as RTCDataChannel);
  const told: string[] = [];
  const listen = () =>
    wire.open({
      frame: (text) => told.push(text),
      binary: (bytes) => told.push(`binary ${bytes}`),
      drained: () => told.push('drained'),
      closed: ({ code, reason }) => told.push(`closed ${code} ${reason}`),
    });
  return { connection, wire, told, listen };
}

function openCall(): End {
  const end = call();
  end.connection.channel.opens();
  end.connection.becomes('connected');
  end.listen();
  return end;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a wire over the data channel of a call', () => {
  it('keeps what comes before somebody listens, in order', async () => {
    const { connection, wire, told, listen } = call();
    connection.channel.opens();
    await wire.opened;
    connection.channel.receives('one');
    connection.channel.receives(new ArrayBuffer(3));
    expect(told).toEqual([]);
    listen();
    connection.channel.receives('two');
    expect(told).toEqual(['one', 'binary 3', 'two']);
  });

  it('sends what is open, and tells what waits and when it has left', () => {
    const { connection, wire, told } = openCall();
    connection.channel.bufferedAmount = 7;
    wire.send('hello');
    expect([connection.channel.sent, wire.pendingBytes]).toEqual([['hello'], 7]);
    connection.channel.dispatchEvent(new Event('bufferedamountlow'));
    expect(told).toEqual(['drained']);
  });

  it('ends as a socket that was closed, once, when the peer hangs up', () => {
    const { connection, wire, told } = openCall();
    connection.channel.closes();
    wire.drop();
    wire.send('late');
    expect(told).toEqual(['closed 1000 ']);
    expect(connection.connectionState).toBe('closed');
    expect(connection.channel.sent).toEqual([]);
  });

  it('gives a peer that is not heard five seconds to come back', () => {
    const { connection, told } = openCall();
    connection.becomes('disconnected');
    vi.advanceTimersByTime(4_999);
    connection.becomes('connected');
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([]);
    connection.becomes('disconnected');
    vi.advanceTimersByTime(5_000);
    expect(told).toEqual(['closed 1006 ']);
  });

  it('is lost at once where the connection has failed', () => {
    const { connection, told } = openCall();
    connection.becomes('failed');
    expect(told).toEqual(['closed 1006 ']);
  });

  it('lets what was sent leave before it closes, and hears nothing meanwhile', () => {
    const { connection, wire, told } = openCall();
    wire.close(4001, 'bye');
    wire.close(1000, 'again');
    wire.send('late');
    connection.channel.receives('late');
    expect([told, connection.connectionState, connection.channel.readyState]).toEqual([[], 'connected', 'closing']);
    connection.channel.closes();
    expect([told, connection.connectionState]).toEqual([['closed 4001 bye'], 'closed']);
    expect(connection.channel.sent).toEqual([]);
  });

  it('does not wait for a peer that is not there any more', () => {
    const { connection, wire, told } = openCall();
    wire.close(1000, '');
    connection.becomes('disconnected');
    vi.advanceTimersByTime(1_000);
    expect(told).toEqual(['closed 1000 ']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says of what is too large, or too much, that it can’t be sent', () => {
    const { connection, wire } = openCall();
    const large = 'x'.repeat(1_001);
    expect(() => wire.send(large)).toThrow(expect.objectContaining({ code: 'invalid_options' }));
    expect(() => wire.send(large)).toThrow('1000 bytes');
    connection.channel.failure = new Error('full');
    expect(() => wire.send('x')).toThrow(expect.objectContaining({ code: 'queue_full' }));
  });

  it('does not open where the media can’t be reached', async () => {
    const { connection, wire } = call();
    connection.becomes('failed');
    await expect(wire.opened).rejects.toMatchObject({ code: 'unreachable' });
  });
});
