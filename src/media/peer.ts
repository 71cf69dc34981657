/** Where a peer connection stands. `disconnected` may become `connected` again; `closed` is final and comes exactly once. */
export type PeerState = 'connecting' | 'connected' | 'disconnected' | 'closed';

/** What a peer tells its owner. Given once, at `open`, so that nothing can arrive unheard. */
export interface PeerListener {
  state(state: PeerState): void;
  /** A whole RTP or RTCP packet, header extensions and all, as soon as it came. */
  packet(packet: Uint8Array): void;
  /** The data channel can be sent on. */
  channelOpen(): void;
  /** The data channel can't be sent on any more, whoever closed it. Comes at most once, before the state `closed`. */
  channelClosed(): void;
  /** A text message of the data channel. */
  message(text: string): void;
  /** A binary message of so many bytes, which the protocol has none of. */
  binary(bytes: number): void;
  /** `pendingBytes` has halved while it was above 64 kB, or has fallen to zero. */
  drained(): void;
}

/** The sound of a call as SDP agreed on it. */
export interface AgreedSound {
  readonly codec: CodecName;
  /** Of the packets of both directions. */
  readonly payloadType: number;
  /** Names the server's own sound. */
  readonly ssrc: number;
  /** The peer sends sound: there is a microphone to be heard. */
  readonly receives: boolean;
  /** The peer wants sound: there is a loudspeaker to be played on. */
  readonly sends: boolean;
}

/** The codecs of calls, as SDP names them, the best first. */
export const codecNames = ['opus', 'PCMU', 'PCMA'] as const;
export type CodecName = (typeof codecNames)[number];

/** The server's end of one WebRTC call. */
export interface Peer {
  /** The SDP answer, with every candidate in it: nothing follows. */
  readonly answer: string;
  /** Null where the offer has no sound. */
  readonly sound: AgreedSound | null;
  /** The peer has been reached: sound comes through. Stays true. */
  readonly wasReached: boolean;
  /** Whether the offer has a data channel. */
  readonly hasChannel: boolean;
  /** The longest message, in bytes, that the other side takes; what is longer must not be sent. */
  readonly maxMessageBytes: number;
  /** Bytes of the data channel that have not left. */
  readonly pendingBytes: number;
  /** Starts delivery. Call once. */
  open(listener: PeerListener): void;
  /** Sends an RTP or RTCP packet; does nothing while the sound has no way yet. */
  sendPacket(packet: Uint8Array): void;
  /** Sends a text message; does nothing unless the channel is open. */
  sendMessage(text: string): void;
  /** Sends what is queued, then closes. Idempotent. */
  close(): void;
}

/** Makes the server's end of WebRTC calls. */
export interface Peers {
  /** The UDP port of all calls; null where each call has one of its own. */
  readonly udpPort: number | null;
  /**
   * Answers an SDP offer. Rejects with an `OfferError` where nothing can be agreed on, with any other error where the
   * machine fails.
   */
  answer(offer: string): Promise<Peer>;
  /** Closes every peer and lets the port go. */
  close(): Promise<void>;
}

/** An SDP offer that cannot be answered, and why, in words for whoever sent it. */
export class OfferError extends Error {
  override readonly name = 'OfferError';
}

/** Calls need something that this machine has not; the message says, in one line, what to do. */
export class PeersUnavailableError extends Error {
  override readonly name = 'PeersUnavailableError';
}
