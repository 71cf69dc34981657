import { randomInt } from 'node:crypto';
import type { DataChannel, PeerConnection, Track } from 'node-datachannel';
import type { Caller, CallerListener } from '../caller.ts';
import type { AgreedSound } from '../peer.ts';
import { readOffer } from '../sdp/offer.ts';
import { eventsLabel } from './events-channel.ts';
import { acquireLibrary, holdUntilClosed, type Library, releaseLibrary } from './library.ts';
import { gathering } from './negotiate.ts';
import { attempt, stateOf } from './reported.ts';

/** Payload types of the offer: as browsers have them. */
const payloadTypes = { opus: 111, PCMU: 0, PCMA: 8 } as const;
/** The longest message that we take, in bytes: what browsers take, too. */
const maxMessageSize = 262_144;

/** Begins a call as a browser does. Rejects with a `PeersUnavailableError` without `node-datachannel`. */
export async function openCaller(listener: CallerListener): Promise<Caller> {
  const library = await acquireLibrary();
  const connection = new library.PeerConnection('caller', {
    iceServers: [],
    disableAutoNegotiation: true,
    maxMessageSize,
  });
  const ssrc = randomInt(1, 2 ** 32 - 1);
  const track = connection.addTrack(soundOf(library, ssrc));
  const channel = connection.createDataChannel(eventsLabel);
  const caller = new NativeCaller({ library, connection, track, channel, ssrc, listener });
  const gathered = gathering(connection);
  connection.setLocalDescription('offer');
  await gathered.done;
  caller.offer = connection.localDescription()?.sdp ?? '';
  return caller;
}

function soundOf(library: Library, ssrc: number) {
  const sound = new library.Audio('0', 'SendRecv');
  sound.addOpusCodec(payloadTypes.opus);
  sound.addAudioCodec(payloadTypes.PCMU, 'PCMU');
  sound.addAudioCodec(payloadTypes.PCMA, 'PCMA');
  sound.addSSRC(ssrc, 'caller');
  return sound;
}

interface CallerParts {
  readonly library: Library;
  readonly connection: PeerConnection;
  readonly track: Track;
  readonly channel: DataChannel;
  readonly ssrc: number;
  readonly listener: CallerListener;
}

class NativeCaller implements Caller {
  offer = '';
  wasReached = false;
  readonly #parts: CallerParts;
  #isOver = false;

  constructor(parts: CallerParts) {
    this.#parts = parts;
    const { connection, track, channel, listener } = parts;
    holdUntilClosed(track);
    holdUntilClosed(channel, () => listener.channelClosed());
    track.onMessage((packet) => listener.packet(packet));
    channel.onOpen(() => listener.channelOpen());
    channel.onMessage((message) =>
      typeof message === 'string' ? listener.message(message) : listener.binary(message.byteLength),
    );
    connection.onStateChange((state) => this.#reported(state));
  }

  answered(sdp: string): AgreedSound | null {
    const { connection, ssrc } = this.#parts;
    const { sound } = readOffer(sdp); // an answer reads like an offer
    connection.setRemoteDescription(sdp, 'answer');
    if (sound === null) return null;
    // What the other side receives is what we send.
    return { codec: sound.codec, payloadType: sound.payloadType, ssrc, receives: sound.receives, sends: sound.sends };
  }

  sendPacket(packet: Uint8Array): void {
    const { track } = this.#parts;
    if (this.#isOver || !track.isOpen()) return;
    attempt(() => track.sendMessageBinary(Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength)));
  }

  sendMessage(message: string | Uint8Array): void {
    const { channel } = this.#parts;
    if (this.#isOver || !channel.isOpen()) return;
    attempt(() =>
      typeof message === 'string' ? channel.sendMessage(message) : channel.sendMessageBinary(Buffer.from(message)),
    );
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#parts.connection.close();
  }

  #reported(state: string): void {
    if (state === 'failed') this.close();
    this.wasReached ||= state === 'connected';
    this.#parts.listener.state(stateOf(state));
    if (state !== 'closed') return;
    this.#isOver = true;
    this.#parts.track.close(); // it has closed, and lets go of its callbacks only now
    releaseLibrary(this.#parts.library);
  }
}
