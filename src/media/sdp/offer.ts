import { type CodecName, codecNames, OfferError } from '../peer.ts';
import { parseSdp, type Section, type SessionDescription, valueOf, valuesOf } from './lines.ts';
import { readTransport, type Transport } from './transport.ts';

/** The sound that an offer asks for, and which of its codecs we take. */
export interface OfferedSound {
  readonly section: Section;
  readonly codec: CodecName;
  readonly payloadType: number;
  /** The one who offers sends sound; wants sound. */
  readonly receives: boolean;
  readonly sends: boolean;
}

export interface OfferedChannel {
  readonly section: Section;
  readonly sctpPort: number;
  /** The longest message that the one who offers takes, in bytes; infinite where it sets no limit. */
  readonly maxMessageBytes: number;
}

/** What an offer holds that can be answered. At least one of `sound` and `channel` is there. */
export interface Offer {
  /** All of them, in their order: each one is answered, if only with a refusal. */
  readonly sections: readonly Section[];
  readonly sound: OfferedSound | null;
  readonly channel: OfferedChannel | null;
  readonly transport: Transport;
}

/** Longer than any that a browser writes, with all its codecs and addresses. */
export const maxOfferLength = 200_000;
const maxSections = 64;
/** What holds where an offer says nothing (RFC 8841, section 6). */
const usualMaxMessageBytes = 65_536;
const usualSctpPort = 5_000;

/** Reads an SDP offer as somebody's who may mean ill. Throws an `OfferError` where it can't be answered. */
export function readOffer(text: string): Offer {
  if (text.length > maxOfferLength) throw new OfferError(`The offer is longer than ${maxOfferLength} characters.`);
  const description = parseSdp(text);
  if (description === null) throw new OfferError('The offer is not SDP.');
  const { sections } = description;
  if (sections.length > maxSections) throw new OfferError(`The offer has more than ${maxSections} media sections.`);
  const { sound, channel } = bundled(description, firstOf(sections, soundOf), firstOf(sections, channelOf));
  const section = sound?.section ?? channel?.section;
  const isMute = channel === null && sound?.receives !== true && sound?.sends !== true;
  if (section === undefined || isMute)
    throw new OfferError('The offer has neither sound that can be agreed on nor a data channel.');
  return { sections, sound, channel, transport: readTransport([...section.attributes, ...description.attributes]) };
}

/** The first section that is what is looked for, and what is read of it. */
function firstOf<T>(sections: readonly Section[], read: (section: Section) => T | null): T | null {
  for (const section of sections) {
    const isRefused = section.port === 0 && !section.attributes.includes('bundle-only');
    const found = isRefused ? null : read(section);
    if (found !== null) return found;
  }
  return null;
}

/** Sound and channel share one way (RFC 9143): where the offer does not put them into one bundle, only one is taken. */
function bundled(
  { attributes }: SessionDescription,
  sound: OfferedSound | null,
  channel: OfferedChannel | null,
): Pick<Offer, 'sound' | 'channel'> {
  if (sound === null || channel === null) return { sound, channel };
  const [bundle = []] = valuesOf(attributes, 'group').flatMap((group) => {
    const [semantics, ...mids] = group.split(/ +/);
    return semantics === 'BUNDLE' ? [mids] : [];
  });
  const isIn = ({ section }: { readonly section: Section }) =>
    bundle.includes(valueOf(section.attributes, 'mid') ?? '');
  return { sound, channel: isIn(sound) && isIn(channel) ? channel : null };
}

function soundOf(section: Section): OfferedSound | null {
  if (section.media !== 'audio' || !/^(UDP\/TLS\/)?RTP\/SAVPF?$/.test(section.protocol)) return null;
  const agreed = agreedCodec(section);
  if (agreed === null) return null;
  const direction = directionOf(section.attributes);
  return {
    section,
    ...agreed,
    receives: direction === 'sendrecv' || direction === 'sendonly',
    sends: direction === 'sendrecv' || direction === 'recvonly',
  };
}

const directions = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const;

const directionOf = (attributes: readonly string[]) => directions.find((one) => attributes.includes(one)) ?? 'sendrecv';

const rtpNames: Readonly<Record<CodecName, string>> = { opus: 'opus/48000/2', PCMU: 'pcmu/8000', PCMA: 'pcma/8000' };
/** Payload types that need no `rtpmap` (RFC 3551, section 6). */
const fixedTypes: ReadonlyMap<string, string> = new Map([
  ['0', rtpNames.PCMU],
  ['8', rtpNames.PCMA],
]);

/** The best of our codecs that the section lists. */
function agreedCodec({ formats, attributes }: Section): { codec: CodecName; payloadType: number } | null {
  const maps = valuesOf(attributes, 'rtpmap').map((map) => map.toLowerCase().split(/ +/));
  const names = new Map([...fixedTypes, ...maps.map(([type = '', name = '']) => [type, name] as const)]);
  for (const codec of codecNames) {
    const isIt = (format: string) => (names.get(format) ?? '').replace(/^(pcm.\/8000)\/1$/, '$1') === rtpNames[codec];
    const format = formats.find((one) => isPayloadType(one) && isIt(one));
    if (format !== undefined) return { codec, payloadType: Number(format) };
  }
  return null;
}

/** Those from 64 to 95 look like RTCP where both share a port (RFC 5761, section 4). */
const isPayloadType = (text: string): boolean =>
  /^\d{1,3}$/.test(text) && Number(text) <= 127 && (Number(text) < 64 || Number(text) > 95);

function channelOf(section: Section): OfferedChannel | null {
  const { media, protocol, formats, attributes } = section;
  if (media !== 'application' || !protocol.endsWith('DTLS/SCTP') || formats[0] !== 'webrtc-datachannel') return null;
  const sctpPort = numberOf(attributes, 'sctp-port') ?? usualSctpPort;
  if (sctpPort === 0 || sctpPort > 65_535) return null;
  const max = numberOf(attributes, 'max-message-size') ?? usualMaxMessageBytes;
  return { section, sctpPort, maxMessageBytes: max === 0 ? Number.POSITIVE_INFINITY : max };
}

function numberOf(attributes: readonly string[], name: string): number | null {
  const value = valueOf(attributes, name);
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}
