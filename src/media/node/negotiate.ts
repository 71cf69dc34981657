import { randomBytes } from 'node:crypto';
import type { PeerConnection, Track } from 'node-datachannel';
import { OfferError } from '../peer.ts';
import { plainMids, writeAnswer, writePlainOffer } from '../sdp/answer.ts';
import { parseSdp } from '../sdp/lines.ts';
import type { Offer, OfferedSound } from '../sdp/offer.ts';
import { type Candidate, readTransport, type Transport } from '../sdp/transport.ts';
import { holdUntilClosed, type Library } from './library.ts';

export interface OurPart {
  /** Names the sound we send. */
  readonly ssrc: number;
  /** The longest message we take, in bytes. */
  readonly maxMessageBytes: number;
  /** Where we are reached from outside, beside what the machine knows. */
  readonly publicIps: readonly string[];
}

export interface Negotiated {
  readonly answer: string;
  /** The way of the sound, where there is any. */
  readonly track: Track | null;
}

/** How long ICE servers may take to tell our addresses, before the answer goes out without theirs. */
const gatheringMs = 5_000;

/** Lets a new connection take up an offer; its answer has all candidates. Rejects with an `OfferError` where it won't. */
export async function negotiate(
  library: Library,
  connection: PeerConnection,
  offer: Offer,
  ours: OurPart,
): Promise<Negotiated> {
  const track = offer.sound === null ? null : connection.addTrack(trackFor(library, offer.sound, ours.ssrc));
  if (track !== null) holdUntilClosed(track);
  const gathered = gathering(connection);
  try {
    connection.setRemoteDescription(writePlainOffer(offer), 'offer');
  } catch (cause) {
    gathered.stop();
    throw new OfferError('The offer has ICE credentials, a fingerprint or candidates that are none.', { cause });
  }
  connection.setLocalDescription('answer', credentials());
  await gathered.done;
  const answer = writeAnswer(offer, { ...ours, transport: ourTransport(connection, ours.publicIps) });
  return { answer, track };
}

/** The library knows no codecs: it moves packets. Where only one way is agreed on, the other one just stays empty. */
function trackFor(library: Library, { payloadType, codec }: OfferedSound, ssrc: number) {
  const audio = new library.Audio(plainMids.sound, 'SendRecv');
  if (codec === 'opus') audio.addOpusCodec(payloadType);
  else audio.addAudioCodec(payloadType, codec);
  audio.addSSRC(ssrc, 'antiphon');
  return audio;
}

/** Long enough that no two calls of one port have the same: packets find their call by it. */
function credentials() {
  return { iceUfrag: randomBytes(12).toString('base64'), icePwd: randomBytes(24).toString('base64') };
}

/** Tells when all addresses of this side are known, or have been waited for long enough. */
export function gathering(connection: PeerConnection): { readonly done: Promise<void>; stop(): void } {
  let stop = () => {};
  const done = new Promise<void>((resolve) => {
    const patience = setTimeout(resolve, gatheringMs);
    stop = () => {
      clearTimeout(patience);
      resolve();
    };
    connection.onGatheringStateChange((state) => {
      if (state === 'complete') stop();
    });
  });
  return { done, stop };
}

function ourTransport(connection: PeerConnection, publicIps: readonly string[]): Transport {
  const description = parseSdp(connection.localDescription()?.sdp ?? '');
  const section = description?.sections[0];
  if (description === null || section === undefined) throw new Error('The library has no answer to the offer.');
  const transport = readTransport([...section.attributes, ...description.attributes]);
  return { ...transport, candidates: [...publicCandidates(transport.candidates, publicIps), ...transport.candidates] };
}

/** The machine's port under addresses that it does not know of: whoever stands in front of it keeps the port. */
function publicCandidates(own: readonly Candidate[], publicIps: readonly string[]): Candidate[] {
  const port = own.find(({ type }) => type === 'host')?.port;
  if (port === undefined) return [];
  return publicIps.map((address, nth) => ({ priority: publicPriority - 256 * nth, address, port, type: 'host' }));
}

/** Above what interfaces get (RFC 8445, section 5.1.2.1). */
const publicPriority = 126 * 2 ** 24 + 65_535 * 2 ** 8 + 255;
