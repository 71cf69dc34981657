import { openCallSound, systemPulse } from '../../media/node/call-sound.ts';
import { openPeers, type PeersOptions } from '../../media/node/webrtc.ts';
import type { Peers } from '../../media/peer.ts';
import type { AnsweredCall } from './call.ts';

/** Answers the offers of calls. */
export interface CallLine {
  /** Gets ready to answer, which otherwise happens with the first offer. Rejects as `answer` does. */
  open(): Promise<void>;
  /**
   * Rejects with an `OfferError` for an offer that can't be answered, with a `PeersUnavailableError` where calls can't be
   * had at all, with any other error where the machine fails.
   */
  answer(offer: string): Promise<AnsweredCall>;
  /** Lets go of everything. */
  close(): Promise<void>;
}

/** Calls over WebRTC. The library for them is loaded with the first. */
export function callLine(options: PeersOptions): CallLine {
  const pulse = systemPulse();
  let peers: Promise<Peers> | null = null;
  /** What can't be had now may be had later: a failure is not kept. */
  function opened(): Promise<Peers> {
    const opening = peers ?? openPeers(options);
    peers = opening;
    opening.catch(() => {
      peers = null;
    });
    return opening;
  }
  return {
    async open() {
      await opened();
    },
    async answer(offer) {
      const peer = await (await opened()).answer(offer);
      try {
        return { peer, sound: await openCallSound(peer, pulse) };
      } catch (cause) {
        peer.close();
        throw cause;
      }
    },
    async close() {
      await (await peers)?.close();
    },
  };
}
