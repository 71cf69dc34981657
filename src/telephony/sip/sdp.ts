import { parseSdp, type Section, valueOf, valuesOf } from '../../media/sdp/lines.ts';
import { type CryptoLine, cryptoOf, printCrypto } from './sdes.ts';

/** How sound is written on a call: by its number in packets. */
export interface AgreedSound {
  readonly codec: G711;
  readonly payloadType: number;
  /** The number of pressed keys (RFC 4733); null where they are not sent like that. */
  readonly keys: number | null;
  /** Where our packets go, as the other side says. */
  readonly address: string;
  readonly port: number;
  /** Where our reports go, at the same address. */
  readonly controlPort: number;
  /** How its packets are protected; null for not at all. */
  readonly crypto: CryptoLine | null;
  /** Whether the other side sends sound, and wants some: not on hold. */
  readonly receives: boolean;
  readonly sends: boolean;
}

/** The codecs of telephones. */
export type G711 = 'PCMU' | 'PCMA';

/** What we may agree to. */
export interface Terms {
  /** The only codec; null for any. */
  readonly only: G711 | null;
  /** Our master key and salt, 30 bytes; null where sound can't be protected. */
  readonly secret: Uint8Array | null;
}

export interface AnswerPlace {
  /** Where packets reach us. */
  readonly address: string;
  readonly port: number;
  /** Names the session, and counts its descriptions. */
  readonly id: number;
  readonly version: number;
}

/** What was agreed on; null where there is nothing that both sides know. */
export interface Agreed {
  readonly sound: AgreedSound;
  readonly answer: string;
}

const codecs: Readonly<Record<string, G711>> = { pcmu: 'PCMU', pcma: 'PCMA' };
const staticTypes: Readonly<Record<string, G711>> = { '0': 'PCMU', '8': 'PCMA' };

/**
 * Answers an offer of sound over RTP, plain or protected by keys in the offer (RFC 3264, RFC 4568): the first G.711 of it,
 * in frames of 20 ms; every other line is turned down.
 */
export function answerOffer(offer: string, place: AnswerPlace, terms: Terms): Agreed | null {
  const found = soundIn(offer, terms);
  if (found === null) return null;
  const { sections, at, sound } = found;
  const own = ownCrypto(sound, terms);
  const lines = sections.flatMap((each, index) => (index === at ? ours(sound, place, own) : refused(each)));
  return { sound, answer: written(place, lines) };
}

/** Offers a sound to who waits for our offer: PCMU, or what the call has. */
export function offerSound(place: AnswerPlace, before: AgreedSound | null, terms: Terms): string {
  const sound = { ...(before ?? usual), receives: true, sends: true };
  return written(place, ours(sound, place, before === null ? null : ownCrypto(before, terms)));
}

const usual = { codec: 'PCMU', payloadType: 0, keys: 101 } as const;

/** What was answered to `offerSound`; null where that is nothing. */
export function readAnswer(answer: string, before: AgreedSound | null, terms: Terms): AgreedSound | null {
  const only = before?.codec ?? usual.codec;
  const secret = before === null || before.crypto === null ? null : terms.secret;
  return soundIn(answer, { only, secret })?.sound ?? null;
}

/** Whether the sound of an offer would be protected. */
export function isProtected(offer: string): boolean {
  return parseSdp(offer)?.sections.some((section) => isSound(section, true) && cryptoOf(section) !== null) ?? false;
}

interface FoundSound {
  readonly sections: readonly Section[];
  readonly at: number;
  readonly sound: AgreedSound;
}

function soundIn(text: string, { only, secret }: Terms): FoundSound | null {
  const description = parseSdp(text);
  const at = description?.sections.findIndex((each) => isSound(each, secret !== null)) ?? -1;
  const section = description?.sections[at];
  const address = section === undefined ? null : addressFor(text, at);
  if (description === null || section === undefined || address === null || !isOfOne(address)) return null;
  const chosen = choose(section, only);
  if (chosen === null) return null;
  const { port } = section;
  const direction = directionOf(section, description.attributes, address);
  const crypto = section.protocol === plain ? null : cryptoOf(section);
  const sound = { ...chosen, address, port, controlPort: controlPortOf(section), crypto, ...direction };
  return { sections: description.sections, at, sound };
}

function written(place: AnswerPlace, lines: readonly string[]): string {
  const head = [
    'v=0',
    `o=- ${place.id} ${place.version} IN ${kindOf(place.address)} ${place.address}`,
    's=-',
    `c=IN ${kindOf(place.address)} ${place.address}`,
    't=0 0',
  ];
  return [...head, ...lines, ''].join('\r\n');
}

const plain = 'RTP/AVP';
const secure = 'RTP/SAVP';

/** Sound that we can have: what is protected has to have keys that we understand. */
function isSound(section: Section, isSecret: boolean): boolean {
  if (section.media !== 'audio' || section.port === 0) return false;
  return section.protocol === plain || (isSecret && section.protocol === secure && cryptoOf(section) !== null);
}

function controlPortOf({ attributes, port }: Section): number {
  const [, named] = /^(\d{1,5})(?: |$)/.exec(valueOf(attributes, 'rtcp') ?? '') ?? [];
  return named === undefined || Number(named) === 0 || Number(named) > 65_535 ? port + 1 : Number(named);
}

type Chosen = Pick<AgreedSound, 'codec' | 'payloadType' | 'keys'>;

function choose(section: Section, only: G711 | null): Chosen | null {
  const maps = mapsOf(section);
  const named = (type: string): G711 | undefined => {
    const map = maps.get(type);
    return map === undefined ? staticTypes[type] : codecs[map.replace(/\/8000(?:\/1)?$/, '')];
  };
  const types = section.formats.filter((each) => numberOf(each) !== null);
  const type = types.find((each) => named(each) !== undefined && named(each) === (only ?? named(each)));
  const codec = type === undefined ? undefined : named(type);
  if (type === undefined || codec === undefined) return null;
  const keys = types.find((each) => maps.get(each) === 'telephone-event/8000');
  return { codec, payloadType: Number(type), keys: keys === undefined ? null : Number(keys) };
}

/** The number of packets of one kind; null for what is none (RFC 3550, section 5.1). */
function numberOf(format: string): number | null {
  return /^\d{1,3}$/.test(format) && Number(format) < 128 ? Number(format) : null;
}

function ownCrypto({ crypto }: AgreedSound, { secret }: Terms): CryptoLine | null {
  return crypto === null || secret === null ? null : { tag: crypto.tag, secret };
}

/** What the numbers of packets stand for, in lower case. */
function mapsOf({ attributes }: Section): ReadonlyMap<string, string> {
  const pairs = valuesOf(attributes, 'rtpmap').map((line) => line.split(/\s+/));
  return new Map(pairs.map(([type = '', name = '']) => [type, name.toLowerCase()]));
}

/** The address that holds for a section: its own, or that of all. */
function addressFor(offer: string, section: number): string | null {
  const [head = '', ...sections] = offer.split(/\r?\n(?=m=)/);
  const own = connectionIn(sections[section] ?? '');
  return own ?? connectionIn(head);
}

function connectionIn(text: string): string | null {
  return /^c=IN IP[46] (\S+)[ \t\r]*$/m.exec(text)?.[1] ?? null;
}

/** Whether it is the number of one machine: a name would have to be looked up, and what is meant for many is no telephone. */
function isOfOne(address: string): boolean {
  return address.includes(':') ? isIp6(address) : isIp4(address);
}

function isIp4(address: string): boolean {
  const [, ...numbers] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address) ?? [];
  return numbers.length === 4 && numbers.every((each) => Number(each) < 256) && Number(numbers[0]) < 224;
}

function isIp6(address: string): boolean {
  const words = address.split(':');
  const isShort = address.split('::').length === 2 && !address.includes(':::');
  const isWhole = words.length === 8 || (isShort && words.length < 10);
  return isWhole && !/^ff/i.test(address) && words.every((each) => /^[\da-f]{0,4}$/i.test(each));
}

const directions: ReadonlySet<string> = new Set(['sendrecv', 'sendonly', 'recvonly', 'inactive']);

/** What the other side does is the reverse of what we do; an address of zeros is how telephones of old put one on hold. */
function directionOf(
  { attributes }: Section,
  ofAll: readonly string[],
  address: string,
): Pick<AgreedSound, 'receives' | 'sends'> {
  const named = [...attributes, ...ofAll].find((attribute) => directions.has(attribute)) ?? 'sendrecv';
  const isAway = address === '0.0.0.0' || address === '::';
  return {
    receives: named === 'sendrecv' || named === 'sendonly',
    sends: (named === 'sendrecv' || named === 'recvonly') && !isAway,
  };
}

type Ours = Pick<AgreedSound, 'codec' | 'payloadType' | 'keys' | 'receives' | 'sends'>;

function ours(sound: Ours, { port }: AnswerPlace, crypto: CryptoLine | null): string[] {
  const { codec, payloadType, keys, receives, sends } = sound;
  const direction = receives ? (sends ? 'sendrecv' : 'recvonly') : sends ? 'sendonly' : 'inactive';
  const ofKeys = keys === null ? [] : [`a=rtpmap:${keys} telephone-event/8000`, `a=fmtp:${keys} 0-15`];
  return [
    `m=audio ${port} ${crypto === null ? plain : secure} ${payloadType}${keys === null ? '' : ` ${keys}`}`,
    `a=rtpmap:${payloadType} ${codec}/8000`,
    ...ofKeys,
    'a=ptime:20',
    `a=${direction}`,
    ...(crypto === null ? [] : [`a=crypto:${printCrypto(crypto)}`]),
  ];
}

function refused({ media, protocol, formats }: Section): string[] {
  return [`m=${media} 0 ${protocol} ${formats.join(' ')}`];
}

function kindOf(address: string): string {
  return address.includes(':') ? 'IP6' : 'IP4';
}
