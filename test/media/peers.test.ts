import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Peers } from '../../src/media/peer.ts';
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
async function call(options: OfferOptions = {}) {
  const far = await weriftPeer(options);
  const peer = await peers.answer(far.offer);
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
      await until('the end of the peer', () => told.states.includes('closed'));
      await far.close();
    },
  };
}

const packetOf = (sequence: number, payloadType: number, ssrc: number) =>
  buildRtp({
    payloadType,
    marker: false,
    sequence,
    timestamp: sequence * 960,
    ssrc,
    payload: Uint8Array.of(0xf8, 0xff, 0xfe),
  });

describe('a call', () => {
  it('brings messages and sound both ways, and ends once', async () => {
    const { far, peer, told, end } = await call();
    expect(peer).toMatchObject({
      hasChannel: true,
      maxMessageBytes: 262_144,
      sound: { codec: 'opus', receives: true, sends: true },
    });
    peer.sendMessage('{"from":"us"}');
    far.channels[0]?.send('{"from":"them"}');
    await until('the message to them', () => far.messages.get('oai-events')?.includes('{"from":"us"}'));
    await until('the message to us', () => told.messages.includes('{"from":"them"}'));
    const { ssrc = 0, payloadType = 0 } = peer.sound ?? {};
    let sequence = 0;
    await until('sound both ways', () => {
      far.send(packetOf(sequence, payloadType, 77));
      peer.sendPacket(packetOf(sequence++, payloadType, ssrc));
      return far.packets.length >= 10 && told.packets.filter((packet) => parseRtp(packet) !== null).length >= 10;
    });
    expect(far.packets[0]).toMatchObject({ ssrc, payloadType });
    await end();
    expect(told.states).toEqual(['connecting', 'connected', 'closed']);
  });

  it('ends when the other side hangs up', async () => {
    const { far, told } = await call();
    await far.close();
    await until('the end', () => told.states.at(-1) === 'closed');
    expect(told.states.filter((state) => state === 'closed')).toHaveLength(1);
  });
});
