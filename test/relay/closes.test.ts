import { describe, expect, it } from 'vitest';
import { relayed } from './answering-upstream.ts';

/** Reasons of every length that matters, some with characters of several bytes where a frame ends. */
const reasons = ['', 'x', 'gone fishing', 'a'.repeat(123), `${'a'.repeat(121)}ü`, '猫'.repeat(41), '🎣'.repeat(30)];
const sendable = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
const own = [3000, 3999, 4000, 4001, 4321, 4999];

const cases = [...sendable, ...own].flatMap((code, index) => {
  const chosen = index < 2 ? reasons : [reasons[index % reasons.length] ?? ''];
  return chosen.map((reason) => ({ code, reason, bytes: Buffer.byteLength(reason) }));
});

describe('a close of the upstream', () => {
  it.each(cases)('reaches the client as it is: $code with $bytes bytes', async ({ code, reason }) => {
    const { peer, session } = await relayed();
    session.socket.close(code, reason);
    expect(await peer.closed()).toEqual({ code, reason });
  });

  it.each<[string, (socket: { close(): void; terminate(): void }) => void]>([
    ['without a code', (socket) => socket.close()],
    ['without a close frame', (socket) => socket.terminate()],
  ])('becomes 1011 where it is %s', async (_, leave) => {
    const { peer, session } = await relayed();
    leave(session.socket);
    expect(await peer.closed()).toEqual({ code: 1011, reason: 'upstream connection lost' });
  });

  it('comes after everything that was said before it', async () => {
    const { peer, session } = await relayed();
    for (let count = 0; count < 500; count++) session.socket.send(JSON.stringify({ type: 'x', count }));
    session.socket.close(4000, 'enough');
    expect(await peer.closed()).toEqual({ code: 4000, reason: 'enough' });
    expect(peer.events.filter(({ type }) => type === 'x').map(({ count }) => count)).toEqual(
      Array.from({ length: 500 }, (_, count) => count),
    );
  });
});

describe('a close of the client', () => {
  it.each(cases)('reaches the upstream as it is: $code with $bytes bytes', async ({ code, reason }) => {
    const { peer, session } = await relayed();
    peer.socket.close(code, reason);
    expect(await session.closed()).toEqual({ code, reason });
  });

  it('without a code is one without a code upstream', async () => {
    const { peer, session } = await relayed();
    peer.socket.close();
    expect(await session.closed()).toEqual({ code: 1005, reason: '' });
  });

  it('without a close frame becomes 1011', async () => {
    const { peer, session } = await relayed();
    peer.socket.terminate();
    expect(await session.closed()).toEqual({ code: 1011, reason: 'client connection lost' });
  });
});

describe('a peer that breaks the rules of WebSocket', () => {
  const parts: readonly (readonly [string, Buffer, number])[] = [
    ['text that is no UTF-8', Buffer.from([0x81, 2, 0xff, 0xfe]), 1007],
    ['a reserved opcode', Buffer.from([0x83, 0]), 1002],
    ['a close code that nobody may send', Buffer.from([0x88, 2, 0x03, 0xed]), 1002],
    ['a close code out of range', Buffer.from([0x88, 2, 0x00, 0x01]), 1002],
  ];

  it.each(parts)('ends both connections, where it is the upstream: %s', async (_, bytes, code) => {
    const { peer, session } = await relayed();
    Reflect.get(session.socket, '_socket').write(bytes);
    expect(await peer.closed()).toMatchObject({ code });
  });

  it.each(parts)('ends both connections, where it is the client: %s', async (_, bytes, code) => {
    const { peer, session } = await relayed();
    const masked = Buffer.concat([
      bytes.subarray(0, 1),
      Buffer.from([0x80 | (bytes[1] ?? 0), 0, 0, 0, 0]),
      bytes.subarray(2),
    ]);
    Reflect.get(peer.socket, '_socket').write(masked);
    expect(await session.closed()).toMatchObject({ code });
  });

  it('is told of a frame that is too large, and the upstream is, too', async () => {
    const { peer, session } = await relayed({ limits: { frameBytes: 100_000 } });
    peer.socket.send(Buffer.alloc(100_001, 0x20), { binary: false });
    expect(await peer.closed()).toMatchObject({ code: 1009 });
    expect(await session.closed()).toMatchObject({ code: 1009 });
  });
});
