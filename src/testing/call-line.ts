import { OfferError, type Peer, type PeerListener } from '../media/peer.ts';
import type { AnsweredCall } from '../server/calls/call.ts';
import type { CallLine } from '../server/calls/line.ts';
import { type CallMedia, callMedia } from './call-media.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The other side of a call without a network. */
export interface MemoryPeer extends PeerListener {
  /** What was sent on the data channel. */
  readonly messages: readonly string[];
  /** What it hears and says. */
  readonly sound: CallMedia;
  /** What is true of it; tests change it. */
  readonly facts: { pendingBytes: number; maxMessageBytes: number; hasChannel: boolean };
  readonly isClosed: boolean;
  /** Connects, and opens the data channel. */
  connect(): void;
}

/** A line whose calls have no network. It answers every offer but `bad`; `hold` has it wait with its answers. */
export interface MemoryLine extends CallLine {
  readonly peers: readonly MemoryPeer[];
  /** Answers wait until the function that it gives is called. */
  hold(): () => void;
  /** What every offer fails with from now on; null if none does. */
  failure: Error | null;
}

export function memoryLine(clock: VirtualClock): MemoryLine {
  const peers: MemoryPeer[] = [];
  let held: Promise<void> = Promise.resolve();
  const line: MemoryLine = {
    peers,
    failure: null,
    hold() {
      let release = (): void => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    async open() {},
    async answer(offer) {
      await held;
      if (line.failure !== null) throw line.failure;
      if (offer === 'bad') throw new OfferError('The offer is bad.');
      const [peer, answered] = memoryCall(clock);
      peers.push(peer);
      return answered;
    },
    async close() {},
  };
  return line;
}

/** A peer and the call that was answered with it, which closes a moment after it is asked to. */
export function memoryCall(clock: VirtualClock): readonly [MemoryPeer, AnsweredCall] {
  const sound = Object.assign(callMedia(clock), {
    packet() {},
    statistics: { received: 0, late: 0, duplicates: 0, lost: 0, jitterMs: 0, sent: 0 },
  });
  const peer = new PeerInMemory(sound);
  return [peer, { peer: peer.ours, sound }];
}

class PeerInMemory implements MemoryPeer {
  readonly messages: string[] = [];
  readonly facts = { pendingBytes: 0, maxMessageBytes: 262_144, hasChannel: true };
  readonly sound: CallMedia;
  /** The server's end. */
  readonly ours: Peer;
  isClosed = false;
  #told: PeerListener | null = null;

  constructor(sound: CallMedia) {
    this.sound = sound;
    this.ours = this.#end();
  }

  connect(): void {
    this.state('connected');
    this.channelOpen();
  }

  state: PeerListener['state'] = (state) => this.#told?.state(state);
  packet: PeerListener['packet'] = (packet) => this.#told?.packet(packet);
  message: PeerListener['message'] = (text) => this.#told?.message(text);
  binary: PeerListener['binary'] = (bytes) => this.#told?.binary(bytes);
  channelOpen: PeerListener['channelOpen'] = () => this.#told?.channelOpen();
  channelClosed: PeerListener['channelClosed'] = () => this.#told?.channelClosed();
  drained: PeerListener['drained'] = () => this.#told?.drained();

  #end(): Peer {
    const { facts } = this;
    return {
      answer: 'v=0\r\nan answer\r\n',
      sound: null,
      wasReached: false,
      get hasChannel() {
        return facts.hasChannel;
      },
      get maxMessageBytes() {
        return facts.maxMessageBytes;
      },
      get pendingBytes() {
        return facts.pendingBytes;
      },
      open: (listener) => void (this.#told = listener),
      sendPacket() {},
      sendMessage: (text) => void this.messages.push(text),
      close: () => this.#close(),
    };
  }

  #close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    queueMicrotask(() => this.state('closed'));
  }
}
