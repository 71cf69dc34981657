import { OfferError, type Peer, type PeerListener } from '../media/peer.ts';
import type { AnsweredCall, CallSound } from '../server/calls/call.ts';
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
  /** What every offer fails with from now on; null where none does. */
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
      if (offer === 'bad') throw new OfferError('it has neither sound nor a data channel');
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
  const messages: string[] = [];
  const facts = { pendingBytes: 0, maxMessageBytes: 262_144, hasChannel: true };
  let told: PeerListener | null = null;
  let isClosed = false;
  const peer: Peer = {
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
    open: (on) => void (told = on),
    sendPacket() {},
    sendMessage: (text) => void messages.push(text),
    close() {
      if (isClosed) return;
      isClosed = true;
      queueMicrotask(() => told?.state('closed'));
    },
  };
  const paced = callMedia(clock);
  const sound: CallSound = Object.assign(paced, {
    packet() {},
    statistics: { received: 0, late: 0, duplicates: 0, lost: 0, jitterMs: 0, sent: 0 },
  });
  const memoryPeer: MemoryPeer = {
    messages,
    sound: paced,
    facts,
    get isClosed() {
      return isClosed;
    },
    connect() {
      told?.state('connected');
      told?.channelOpen();
    },
    state: (state) => told?.state(state),
    packet: (packet) => told?.packet(packet),
    channelOpen: () => told?.channelOpen(),
    message: (text) => told?.message(text),
    binary: (bytes) => told?.binary(bytes),
    drained: () => told?.drained(),
    channelClosed: () => told?.channelClosed(),
  };
  return [memoryPeer, { peer, sound }];
}
