import { randomInt } from 'node:crypto';
import { CallSound } from '../call-sound.ts';
import type { Codec } from '../codec.ts';
import { openPcma, openPcmu } from '../g711-codec.ts';
import type { CodecName, Peer } from '../peer.ts';
import { Pulse } from '../pulse.ts';
import { openOpus } from './opus.ts';

const codecs: Readonly<Record<CodecName, () => Codec | Promise<Codec>>> = {
  opus: openOpus,
  PCMU: openPcmu,
  PCMA: openPcma,
};

/** A pulse by the machine's clock. One serves all calls of a process. */
export function systemPulse(): Pulse {
  return new Pulse({
    now: () => performance.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
}

/** The sound of a call, as its peer has agreed on. Whoever opens it ends it. */
export async function openCallSound(
  peer: Pick<Peer, 'sound' | 'wasReached' | 'sendPacket'>,
  pulse: Pulse,
): Promise<CallSound> {
  const agreed = peer.sound;
  if (agreed === null) return new CallSound({ peer, pulse, way: null });
  const codec = await codecs[agreed.codec]();
  const way = { agreed, codec, sequence: randomInt(2 ** 16), timestamp: randomInt(2 ** 32) };
  return new CallSound({ peer, pulse, way });
}
