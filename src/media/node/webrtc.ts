import { randomInt } from 'node:crypto';
import type { PeerConnection, RtcConfig } from 'node-datachannel';
import type { AgreedSound, Peer, Peers } from '../peer.ts';
import { type Offer, readOffer } from '../sdp/offer.ts';
import { type IceServer, nativeServers } from './ice-servers.ts';
import { acquireLibrary, type Library, releaseLibrary } from './library.ts';
import { NativePeer } from './native-peer.ts';
import { negotiate } from './negotiate.ts';
import { type HeldPort, holdUdpPort, portIsFree } from './udp-port.ts';

export interface PeersOptions {
  /** One UDP port for all calls; 0 takes a free one. Not used where there are ICE servers. */
  readonly udpPort: number;
  /** Addresses, v4 or v6, at which this machine is reached from outside: put first into each answer. */
  readonly publicIps: readonly string[];
  /** STUN and TURN servers that our side asks. With any, each call has a port of its own. */
  readonly iceServers: readonly IceServer[];
  /** The one address to use. Default: all of the machine but loopback. */
  readonly bindAddress?: string;
}

/** The longest message that we take, in bytes: what browsers take, too. */
const maxMessageBytes = 262_144;

/**
 * Opens the server's end of WebRTC calls. Rejects with a `PeersUnavailableError` without `node-datachannel`, with a
 * RangeError for an ICE server that is none, with another error where the UDP port can't be had.
 */
export async function openPeers({ udpPort, publicIps, iceServers, bindAddress }: PeersOptions): Promise<Peers> {
  const servers = nativeServers(iceServers);
  const library = await acquireLibrary();
  try {
    const port = servers.length === 0 ? await holdUdpPort(library, udpPort, bindAddress) : null;
    return new NativePeers(library, port, publicIps, {
      iceServers: servers,
      disableAutoNegotiation: true,
      maxMessageSize: maxMessageBytes,
      ...(bindAddress === undefined ? {} : { bindAddress }),
      ...(port === null ? {} : { enableIceUdpMux: true, portRangeBegin: port.port, portRangeEnd: port.port }),
    });
  } catch (error) {
    releaseLibrary(library);
    throw error;
  }
}

/** A connection of the library, and our peer once there is an answer. */
interface Call {
  readonly connection: PeerConnection;
  peer: NativePeer | null;
}

class NativePeers implements Peers {
  readonly #library: Library;
  readonly #port: HeldPort | null;
  readonly #publicIps: readonly string[];
  readonly #config: RtcConfig;
  /** All whose connection is not closed yet: what nobody holds is collected. */
  readonly #calls = new Set<Call>();
  #closed: Promise<void> | null = null;
  #emptied = () => {};

  constructor(library: Library, port: HeldPort | null, publicIps: readonly string[], config: RtcConfig) {
    this.#library = library;
    this.#port = port;
    this.#publicIps = publicIps;
    this.#config = config;
  }

  get udpPort(): number | null {
    return this.#port?.port ?? null;
  }

  async answer(text: string): Promise<Peer> {
    const offer = this.#reachable(readOffer(text));
    if (this.#closed !== null) throw new Error('No more calls are answered.');
    const call = this.#begin();
    try {
      call.peer = await this.#peer(call.connection, offer);
      call.peer.reported(call.connection.state()); // what it said until now, nobody heard
    } catch (error) {
      call.connection.close();
      throw error;
    }
    if (this.#closed !== null) call.peer.cut();
    return call.peer;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /**
   * Where others come to us, we need not go to them: we would be there before they have our answer, and what we say then is
   * lost and said again a second later. Behind a NAT or a relay, both have to knock.
   */
  #reachable(offer: Offer): Offer {
    return this.#port === null ? offer : { ...offer, transport: { ...offer.transport, candidates: [] } };
  }

  #begin(): Call {
    const call: Call = { connection: new this.#library.PeerConnection('call', this.#config), peer: null };
    this.#calls.add(call);
    call.connection.onStateChange((state) => {
      call.peer?.reported(state);
      if (state !== 'closed') return;
      this.#calls.delete(call);
      if (this.#calls.size === 0) this.#emptied();
    });
    return call;
  }

  async #peer(connection: PeerConnection, offer: Offer): Promise<NativePeer> {
    const ssrc = randomInt(1, 2 ** 32 - 1);
    const ours = { ssrc, maxMessageBytes, publicIps: this.#publicIps };
    const { answer, track } = await negotiate(this.#library, connection, offer, ours);
    return new NativePeer({
      answer,
      sound: agreedSound(offer, ssrc),
      hasChannel: offer.channel !== null,
      maxMessageBytes: Math.min(offer.channel?.maxMessageBytes ?? 0, maxMessageBytes),
      connection,
      track,
    });
  }

  async #close(): Promise<void> {
    for (const { peer, connection } of this.#calls) {
      if (peer === null) connection.close();
      else peer.cut();
    }
    if (this.#calls.size > 0) await new Promise<void>((resolve) => (this.#emptied = resolve));
    await this.#port?.release();
    releaseLibrary(this.#library);
    if (this.#port !== null) await portIsFree(this.#port.port, this.#config.bindAddress);
  }
}

function agreedSound({ sound }: Offer, ssrc: number): AgreedSound | null {
  if (sound === null) return null;
  const { codec, payloadType, receives, sends } = sound;
  return { codec, payloadType, ssrc, receives, sends };
}
