import { randomInt } from 'node:crypto';
import { CallSound, type CallSoundWay } from '../../media/call-sound.ts';
import type { Codec } from '../../media/codec.ts';
import { openPcma, openPcmu } from '../../media/g711-codec.ts';
import { openOpus } from '../../media/node/opus.ts';
import { openPeers, type PeersOptions } from '../../media/node/webrtc.ts';
import type { AgreedSound, CodecName, Peers } from '../../media/peer.ts';
import { Pulse } from '../../media/pulse.ts';
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
  let peers: Promise<Peers> | null = null;
  let pulse: Pulse | null = null;
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
        pulse ??= new Pulse(steadyClock);
        const way = peer.sound === null ? null : await wayOf(peer.sound);
        return { peer, sound: new CallSound({ peer, pulse, way }) };
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

/** Sound keeps to the machine's steady time, in fractions of milliseconds. */
const steadyClock = {
  now: () => performance.now(),
  after(ms: number, run: () => void) {
    const timer = setTimeout(run, Math.max(0, ms));
    return () => clearTimeout(timer);
  },
};

const codecs: Readonly<Record<CodecName, () => Codec | Promise<Codec>>> = {
  opus: openOpus,
  PCMU: openPcmu,
  PCMA: openPcma,
};

async function wayOf(agreed: AgreedSound): Promise<CallSoundWay> {
  const codec = await codecs[agreed.codec]();
  return { agreed, codec, sequence: randomInt(2 ** 16), timestamp: randomInt(2 ** 32) };
}
