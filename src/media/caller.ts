import type { AgreedSound, PeerListener } from './peer.ts';

/** What a caller tells its owner. `state` ends with `closed`, exactly once. */
export type CallerListener = Pick<
  PeerListener,
  'state' | 'packet' | 'channelOpen' | 'channelClosed' | 'message' | 'binary'
>;

/** The caller's end of one WebRTC call: it offers sound both ways and a data channel. */
export interface Caller {
  /** The SDP offer, with every candidate in it. */
  readonly offer: string;
  /** The other side has been reached. Stays true. */
  readonly wasReached: boolean;
  /** Takes the answer; gives the sound that it agrees on, null for none. Throws an error where it answers nothing. */
  answered(sdp: string): AgreedSound | null;
  /** Sends an RTP or RTCP packet; does nothing while the sound has no way yet. */
  sendPacket(packet: Uint8Array): void;
  /** Sends on the data channel; does nothing unless it is open. */
  sendMessage(message: string | Uint8Array): void;
  /** Hangs up. Idempotent. */
  close(): void;
}
