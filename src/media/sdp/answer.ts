import type { CodecName } from '../peer.ts';
import { type Section, valueOf } from './lines.ts';
import type { Offer, OfferedChannel, OfferedSound } from './offer.ts';
import { type Candidate, type Transport, transportLines } from './transport.ts';

/** What the one who answers has to say. */
export interface OurSide {
  readonly transport: Transport;
  /** Names the sound we send. */
  readonly ssrc: number;
  /** The longest message we take, in bytes. */
  readonly maxMessageBytes: number;
}

/**
 * Answers each section of an offer: sound and channel as agreed, the rest refused (RFC 8829, section 5.3.1). The stream
 * has a name, so that browsers give `track` events a stream.
 */
export function writeAnswer({ sections, sound, channel }: Offer, ours: OurSide): string {
  const accepted = sections.filter((section) => section === sound?.section || section === channel?.section);
  const mids = accepted.map(({ attributes }) => valueOf(attributes, 'mid') ?? '').filter(isMid);
  return asText([
    'v=0',
    `o=- ${ours.ssrc} 1 IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    ...(mids.length === accepted.length ? [`a=group:BUNDLE ${mids.join(' ')}`] : []),
    'a=msid-semantic: WMS antiphon',
    ...sections.flatMap((section) => {
      if (section === sound?.section) return soundLines(sound, ours);
      return section === channel?.section ? channelLines(channel, ours) : refusalLines(section);
    }),
  ]);
}

/** The offer as our own library is to see it: what was agreed on and nothing else, in words of ours. */
export function writePlainOffer({ sound, channel, transport }: Offer): string {
  const lines = transportLines(transport);
  const way = 'c=IN IP4 0.0.0.0';
  return asText([
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${[...(sound === null ? [] : [plainMids.sound]), ...(channel === null ? [] : [plainMids.channel])].join(' ')}`,
    ...(sound === null
      ? []
      : [
          `m=audio 9 UDP/TLS/RTP/SAVPF ${sound.payloadType}`,
          way,
          `a=mid:${plainMids.sound}`,
          'a=sendrecv',
          'a=rtcp-mux',
          `a=rtpmap:${sound.payloadType} ${rtpMaps[sound.codec]}`,
          ...lines,
        ]),
    ...(channel === null
      ? []
      : [
          'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
          way,
          `a=mid:${plainMids.channel}`,
          `a=sctp-port:${channel.sctpPort}`,
          `a=max-message-size:${Number.isFinite(channel.maxMessageBytes) ? channel.maxMessageBytes : 0}`,
          ...lines,
        ]),
  ]);
}

/** What sound and channel are called in the plain offer. */
export const plainMids = { sound: '0', channel: '1' } as const;

const rtpMaps: Readonly<Record<CodecName, string>> = { opus: 'opus/48000/2', PCMU: 'PCMU/8000', PCMA: 'PCMA/8000' };

function soundLines({ section, codec, payloadType, receives, sends }: OfferedSound, ours: OurSide): string[] {
  return [
    `m=audio ${placeOf(ours.transport.candidates).port} ${section.protocol} ${payloadType}`,
    ...headLines(section, ours),
    `a=${directionFor(receives, sends)}`,
    'a=rtcp-mux',
    `a=rtpmap:${payloadType} ${rtpMaps[codec]}`,
    ...(codec === 'opus' ? [`a=fmtp:${payloadType} minptime=10;useinbandfec=1`] : []),
    'a=ptime:20',
    ...(sends ? ['a=msid:antiphon sound', `a=ssrc:${ours.ssrc} cname:antiphon`] : []),
    ...transportLines(ours.transport),
    'a=end-of-candidates',
  ];
}

function channelLines({ section, sctpPort }: OfferedChannel, ours: OurSide): string[] {
  return [
    `m=application ${placeOf(ours.transport.candidates).port} ${section.protocol} webrtc-datachannel`,
    ...headLines(section, ours),
    `a=sctp-port:${sctpPort}`,
    `a=max-message-size:${ours.maxMessageBytes}`,
    ...transportLines(ours.transport),
    'a=end-of-candidates',
  ];
}

/** The section of an answer that refuses this one of the offer. */
export function refusalLines({ media, protocol, formats, attributes }: Section): string[] {
  return [
    `m=${media} 0 ${protocol} ${formats[0]?.slice(0, 64) ?? '0'}`,
    'c=IN IP4 0.0.0.0',
    ...midLines(attributes),
    'a=inactive',
  ];
}

function headLines({ attributes }: Section, { transport }: OurSide): string[] {
  const { address } = placeOf(transport.candidates);
  return [`c=IN IP${address.includes(':') ? 6 : 4} ${address}`, ...midLines(attributes)];
}

function midLines(attributes: readonly string[]): string[] {
  const mid = valueOf(attributes, 'mid') ?? '';
  return isMid(mid) ? [`a=mid:${mid}`] : [];
}

/** A token (RFC 8866, section 9) of a sensible length. */
const isMid = (text: string): boolean => /^[\w!#$%&'*+.^`{|}~-]{1,64}$/.test(text);

const placeOf = (candidates: readonly Candidate[]) => candidates[0] ?? { address: '0.0.0.0', port: 9 };

/** From our side. */
function directionFor(receives: boolean, sends: boolean): string {
  if (receives) return sends ? 'sendrecv' : 'recvonly';
  return sends ? 'sendonly' : 'inactive';
}

const asText = (lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');
