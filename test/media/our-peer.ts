import { openPeers, type PeersOptions } from '../../src/media/node/webrtc.ts';
import type { Peer, PeerState, Peers } from '../../src/media/peer.ts';

/** Peers on loopback. */
export function loopbackPeers(options: Partial<PeersOptions> = {}): Promise<Peers> {
  return openPeers({ udpPort: 0, publicIps: [], iceServers: [], bindAddress: '127.0.0.1', ...options });
}

/** What a peer of ours told. */
export interface Told {
  readonly states: PeerState[];
  readonly packets: Uint8Array[];
  readonly messages: string[];
  readonly binary: number[];
  readonly channel: ('open' | 'closed')[];
  drained: number;
}

/** Opens a peer and writes down what it tells; packets go where they are wanted. */
export function listenTo(peer: Peer, packetTo = (_packet: Uint8Array): void => {}): Told {
  const told: Told = { states: [], packets: [], messages: [], binary: [], channel: [], drained: 0 };
  peer.open({
    state: (state) => told.states.push(state),
    packet(packet) {
      told.packets.push(packet);
      packetTo(packet);
    },
    channelOpen: () => told.channel.push('open'),
    channelClosed: () => told.channel.push('closed'),
    message: (text) => told.messages.push(text),
    binary: (bytes) => told.binary.push(bytes),
    drained: () => (told.drained += 1),
  });
  return told;
}
