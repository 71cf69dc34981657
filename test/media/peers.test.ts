import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OfferError, type Peers } from '../../src/media/peer.ts';
import { buildRtp, parseRtp } from '../../src/media/rtp.ts';
import { until } from '../clients/until.ts';
import { listenTo, loopbackPeers } from './our-peer.ts';
import { type OfferOptions, weriftPeer } from './werift-peer.ts';

let peers: Peers;
beforeAll(async () => {
  peers = await loopbackPeers();
});
afterAll(() => peers.close());

/** A call that is up. */
async function call(options: OfferOptions = {}, ours = peers) {
  const far = await weriftPeer(options);
  const peer = await ours.answer(far.offer);
  const told = listenTo(peer);
  await far.answer(peer.answer);
  await until('the connection', () => told.states.includes('connected'));
  if (peer.hasChannel) await until('the channel', () => told.channel.includes('open'));
  return {
    far,
    peer,
    told,
    async end() {
      peer.close();
      await far.close();
      await until('the end of the peer', () => told.states.at(-1) === 'closed');
    },
  };
}

type Call = Awaited<ReturnType<typeof call>>;

const packetOf = (sequence: number, payloadType: number, ssrc: number) =>
  buildRtp({
    payloadType,
    marker: false,
    sequence,
    timestamp: sequence * 960,
    ssrc,
    payload: Uint8Array.of(0xf8, 0xff, 0xfe),
  });

const isSound = (packet: Uint8Array) => parseRtp(packet) !== null;

/** Sends a packet each way until enough have come each way. */
async function soundBothWays({ far, peer, told }: Call): Promise<void> {
  const { ssrc = 0, payloadType = 0 } = peer.sound ?? {};
  let sequence = 0;
  await until('sound both ways', () => {
    far.send(packetOf(sequence, payloadType, 77));
    peer.sendPacket(packetOf(sequence++, payloadType, ssrc));
    return far.packets.length >= 10 && told.packets.filter(isSound).length >= 10;
  });
  expect(far.packets[0]).toMatchObject({ ssrc, payloadType });
}

async function messagesBothWays({ far, peer, told }: Call, ours: string, theirs: string): Promise<void> {
  peer.sendMessage(ours);
  far.channels.find(({ label }) => label === 'oai-events')?.send(theirs);
  await until('the message to them', () => far.messages.get('oai-events')?.includes(ours));
  await until('the message to us', () => told.messages.includes(theirs));
}

describe('a call', () => {
  it('brings messages and sound both ways, and ends once', async () => {
    const up = await call();
    expect(up.peer).toMatchObject({
      hasChannel: true,
      maxMessageBytes: 262_144,
      wasReached: true,
      sound: { codec: 'opus', receives: true, sends: true },
    });
    await messagesBothWays(up, '{"from":"us"}', '{"from":"them"}');
    await soundBothWays(up);
    await up.end();
    const states = up.told.states.filter((state) => state !== 'disconnected'); // which it may be on its way out
    expect(states).toEqual(['connecting', 'connected', 'closed']);
  });

  it('brings messages as long as the other side takes, and no longer ones', async () => {
    const up = await call();
    await messagesBothWays(up, 'ü'.repeat(131_072), 'ü'.repeat(131_072));
    up.peer.sendMessage('x'.repeat(262_145));
    await messagesBothWays(up, 'after', 'after');
    expect(up.far.messages.get('oai-events')).toHaveLength(2);
    await up.end();
    const small = await call({ maxMessageSize: 70_000 });
    expect(small.peer.maxMessageBytes).toBe(70_000);
    await messagesBothWays(small, 'x'.repeat(70_000), 'x');
    await small.end();
  });

  it('tells of binary messages only their length', async () => {
    const { far, told, end } = await call();
    far.channels[0]?.send(Buffer.from([1, 2, 3]));
    await until('the binary message', () => told.binary.length > 0);
    expect(told).toMatchObject({ binary: [3], messages: [] });
    await end();
  });

  it('tells what has not left, and when it has', async () => {
    const { far, peer, told, end } = await call();
    for (let nth = 0; nth < 20; nth++) peer.sendMessage(`${nth}${'x'.repeat(200_000)}`);
    expect(peer.pendingBytes).toBeGreaterThan(1_000_000);
    await until('all to have left', () => peer.pendingBytes === 0 && told.drained >= 2);
    await until('all to have come', () => far.messages.get('oai-events')?.length === 20);
    await end();
  });

  it('brings what was sent before it closed', async () => {
    const { far, peer, told } = await call();
    for (let nth = 0; nth < 20; nth++) peer.sendMessage(`${nth}${'x'.repeat(200_000)}`);
    peer.close();
    peer.sendMessage('too late');
    await until('the channel to close', () => far.channels[0]?.readyState === 'closed');
    expect(far.messages.get('oai-events')?.map((text) => Number.parseInt(text, 10))).toEqual(
      Array.from({ length: 20 }, (_, nth) => nth),
    );
    await far.close();
    await until('the end', () => told.states.at(-1) === 'closed');
  });

  it('ends when the other side hangs up', async () => {
    const { far, told } = await call();
    await far.close();
    await until('the end', () => told.states.at(-1) === 'closed');
    expect(told.states.filter((state) => state === 'closed')).toHaveLength(1);
  });

  it('tells when the other side closes the channel, and goes on without', async () => {
    const up = await call();
    up.far.channels[0]?.close();
    await until('the end of the channel', () => up.told.channel.includes('closed'));
    up.peer.sendMessage('nobody hears it');
    await soundBothWays(up);
    expect(up.told.states.at(-1)).toBe('connected');
    await up.end();
  });
});

describe('an offer', () => {
  it.each([
    ['sendonly', true, false],
    ['recvonly', false, true],
  ] as const)('may be %s', async (sound, receives, sends) => {
    const { far, peer, told, end } = await call({ sound });
    expect(peer.sound).toMatchObject({ receives, sends });
    const { ssrc = 0, payloadType = 0 } = peer.sound ?? {};
    let sequence = 0;
    await until('sound one way', () => {
      if (receives) far.send(packetOf(sequence, payloadType, 77));
      else peer.sendPacket(packetOf(sequence, payloadType, ssrc));
      sequence += 1;
      return (receives ? told.packets.filter(isSound) : far.packets).length >= 10;
    });
    await end();
  });

  it('may have no sound, silent sound, or no channel', async () => {
    for (const sound of [null, 'inactive'] as const) {
      const up = await call({ sound });
      expect(up.peer.sound?.receives ?? false).toBe(false);
      expect(up.peer.sound?.sends ?? false).toBe(false);
      await messagesBothWays(up, 'a', 'b');
      await up.end();
    }
    const up = await call({ channels: [] });
    expect(up.peer.hasChannel).toBe(false);
    await soundBothWays(up);
    await up.end();
  });

  it.each(['PCMU', 'PCMA'] as const)('may know %s alone', async (codec) => {
    const up = await call({ codecs: [codec] });
    expect(up.peer.sound).toMatchObject({ codec, payloadType: codec === 'PCMU' ? 0 : 8 });
    await soundBothWays(up);
    await up.end();
  });

  it('with several channels speaks over the one for events, wherever it stands, and closes the others', async () => {
    const up = await call({ channels: ['chat', 'oai-events', 'files'] });
    await messagesBothWays(up, 'a', 'b');
    await until('the end of the others', () =>
      up.far.channels.every(({ label, readyState }) => label === 'oai-events' || readyState === 'closed'),
    );
    expect(up.told.channel).toEqual(['open']);
    await up.end();
  });

  it('with a channel of another name alone speaks over that', async () => {
    const { far, peer, told, end } = await call({ channels: ['events'] });
    far.channels[0]?.send('to us');
    peer.sendMessage('to them');
    await until('messages both ways', () => told.messages.length + (far.messages.get('events')?.length ?? 0) === 2);
    await end();
  });

  it('whose fingerprint is of somebody else gets no call', async () => {
    const far = await weriftPeer();
    const changed = far.offer.replaceAll(
      /(fingerprint:sha-256 )(\w\w)/g,
      (_, name, first) => `${name}${first === '00' ? '11' : '00'}`,
    );
    const peer = await peers.answer(changed);
    const told = listenTo(peer);
    await far.answer(peer.answer);
    await until('the end', () => told.states.at(-1) === 'closed');
    expect(told).toMatchObject({ channel: [], messages: [] });
    expect(peer.wasReached).toBe(false);
    await far.close();
  });

  it('that is none is refused', async () => {
    await expect(peers.answer('hello')).rejects.toThrow(new OfferError('The offer is not SDP.'));
  });
});

describe('peers', () => {
  it('share one UDP port', async () => {
    const calls = await Promise.all(Array.from({ length: 10 }, () => call()));
    for (const [nth, one] of calls.entries()) {
      expect(one.peer.answer).toContain(`127.0.0.1 ${peers.udpPort} typ host`);
      await messagesBothWays(one, `to ${nth}`, `from ${nth}`);
      await soundBothWays(one);
      expect(one.told.messages).toEqual([`from ${nth}`]);
    }
    await Promise.all(calls.map(({ end }) => end()));
  });

  it('say that they are reached at other addresses, too', async () => {
    const behind = await loopbackPeers({ publicIps: ['203.0.113.7', '2001:db8::7'] });
    const up = await call({}, behind);
    const ways = up.peer.answer.split('\r\n').filter((line) => line.startsWith('a=candidate:'));
    expect(ways.slice(0, 3).map((line) => line.split(' ').slice(4, 8).join(' '))).toEqual(
      ['203.0.113.7', '2001:db8::7', '127.0.0.1'].map((address) => `${address} ${behind.udpPort} typ host`),
    );
    await up.end();
    await behind.close();
  });

  it('have a port each where there are ICE servers, and answer even if those do not', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const several = await loopbackPeers({ iceServers: [{ urls: `stun:127.0.0.1:${silent.address().port}` }] });
    expect(several.udpPort).toBeNull();
    const calls = await Promise.all([call({}, several), call({}, several)]);
    const [first, second] = calls.map(({ peer }) => /127\.0\.0\.1 (\d+) typ host/.exec(peer.answer)?.[1]);
    expect(first).not.toBe(second);
    await Promise.all(calls.map(({ end }) => end()));
    await several.close();
    silent.close();
  });

  it('go to nobody who has not come to them: what they say before their answer is there would be lost', async () => {
    const named = createSocket('udp4').bind(0, '127.0.0.1');
    await once(named, 'listening');
    let came = 0;
    named.on('message', () => (came += 1));
    const far = await weriftPeer();
    const candidate = `a=candidate:1 1 udp 2116026367 127.0.0.1 ${named.address().port} typ host`;
    const peer = await peers.answer(far.offer.replaceAll(/a=candidate:.*/g, candidate));
    const told = listenTo(peer);
    const meanwhile = await call();
    await meanwhile.end();
    expect(came).toBe(0);
    peer.close();
    await until('the end', () => told.states.at(-1) === 'closed');
    await far.close();
    named.close();
  });

  it('need their port for themselves', async () => {
    const port = peers.udpPort ?? 0;
    await expect(loopbackPeers({ udpPort: port })).rejects.toThrow(`UDP port ${port} can't be opened`);
  });

  it('close with their calls, answer nothing any more, and let the port go', async () => {
    const closing = await loopbackPeers();
    const { far, told } = await call({}, closing);
    const port = closing.udpPort ?? 0;
    await Promise.all([closing.close(), closing.close()]);
    expect(told.states.at(-1)).toBe('closed');
    await expect(closing.answer(far.offer)).rejects.toThrow('No more calls are answered.');
    const again = await loopbackPeers({ udpPort: port });
    expect(again.udpPort).toBe(port);
    await again.close();
    await far.close();
  });
});
