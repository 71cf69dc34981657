import type { DataChannel, PeerConnection, Track } from 'node-datachannel';
import type { AgreedSound, Peer, PeerListener, PeerState } from '../peer.ts';
import { EventsChannel } from './events-channel.ts';
import { attempt, stateOf } from './reported.ts';

/** What a peer is from the start. */
export interface NativePeerParts extends Pick<Peer, 'answer' | 'sound' | 'hasChannel' | 'maxMessageBytes'> {
  readonly connection: PeerConnection;
  readonly track: Track | null;
}

/** `pendingBytes` above which `drained` is told once they have halved. */
const highWaterBytes = 65_536;
/** How long a closing peer may take to hear the end of what was sent, and to leave by itself. */
const lingerMs = 3_000;

/** One call of the library. Each callback is guarded, since what the library reports may be on its way while we close. */
export class NativePeer implements Peer {
  readonly answer: string;
  readonly sound: AgreedSound | null;
  readonly hasChannel: boolean;
  readonly maxMessageBytes: number;
  readonly #connection: PeerConnection;
  readonly #track: Track | null;
  readonly #channels = new EventsChannel({
    found: (channel) => this.#carry(channel),
    closed: () => this.#tell((on) => on.channelClosed()),
    tooMany: () => this.cut(),
  });
  #listener: PeerListener | null = null;
  #channel: DataChannel | null = null;
  #state: PeerState = 'connecting';
  #told: PeerState | null = null;
  #linger: NodeJS.Timeout | null = null;
  #isClosing = false;
  #wasReached = false;

  constructor({ answer, sound, hasChannel, maxMessageBytes, connection, track }: NativePeerParts) {
    this.answer = answer;
    this.sound = sound;
    this.hasChannel = hasChannel;
    this.maxMessageBytes = maxMessageBytes;
    this.#connection = connection;
    this.#track = track;
  }

  get wasReached(): boolean {
    return this.#wasReached;
  }

  get pendingBytes(): number {
    return this.#channel?.isOpen() === true ? this.#channel.bufferedAmount() : 0;
  }

  open(listener: PeerListener): void {
    if (this.#isClosing) {
      queueMicrotask(() => listener.state('closed'));
      return;
    }
    this.#listener = listener;
    this.#track?.onMessage((packet) => this.#tell((on) => on.packet(packet)));
    if (this.hasChannel) this.#connection.onDataChannel((channel) => this.#channels.offer(channel));
    queueMicrotask(() => this.#tellState());
  }

  /** The library reports a state of the connection. */
  reported(state: string): void {
    if (this.#state === 'closed') return;
    if (state === 'failed') this.cut();
    this.#state = stateOf(state);
    this.#wasReached ||= this.#state === 'connected';
    this.#tellState();
    if (this.#state === 'closed') this.#release();
  }

  sendPacket(packet: Uint8Array): void {
    if (this.#isClosing || this.#track?.isOpen() !== true) return;
    attempt(() => this.#track?.sendMessageBinary(Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength)));
  }

  sendMessage(text: string): void {
    const channel = this.#channel;
    if (this.#isClosing || channel?.isOpen() !== true) return;
    attempt(() => channel.sendMessage(text));
    this.#watch(channel);
  }

  close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#channels.stop();
    if (this.#channel?.isOpen() !== true) return this.cut();
    this.#channel.close(); // the other side hears of it after all that was sent
    this.#linger = setTimeout(() => this.cut(), lingerMs);
  }

  /** Closes at once. Idempotent. */
  cut(): void {
    this.#isClosing = true;
    this.#channels.stop();
    if (this.#linger !== null) clearTimeout(this.#linger);
    this.#linger = null;
    this.#connection.close();
  }

  #carry(channel: DataChannel): void {
    this.#channel = channel;
    channel.onBufferedAmountLow(() => this.#drained(channel));
    channel.onMessage((message) =>
      this.#tell((on) => (typeof message === 'string' ? on.message(message) : on.binary(message.byteLength))),
    );
    const opened = once(() => this.#tell((on) => on.channelOpen()));
    if (channel.isOpen()) opened();
    else channel.onOpen(opened);
  }

  /** Asks to be told when half of what waits has left; of little, when all has. */
  #watch(channel: DataChannel): void {
    const waiting = channel.bufferedAmount();
    channel.setBufferedAmountLowThreshold(waiting > highWaterBytes ? Math.floor(waiting / 2) : 0);
  }

  #drained(channel: DataChannel): void {
    if (!channel.isOpen()) return;
    this.#watch(channel);
    this.#tell((on) => on.drained());
  }

  #tellState(): void {
    if (this.#told === this.#state || this.#listener === null) return;
    this.#told = this.#state;
    this.#listener.state(this.#state);
  }

  #tell(word: (listener: PeerListener) => void): void {
    if (this.#listener !== null && !this.#isClosing) word(this.#listener);
  }

  #release(): void {
    this.cut();
    this.#track?.close(); // it has closed, and lets go of its callbacks only now
    this.#listener = null;
    this.#channel = null;
  }
}

function once(run: () => void): () => void {
  let ran = false;
  return () => {
    if (!ran) run();
    ran = true;
  };
}
