import { parseSdp, type Section, valuesOf } from '../../media/sdp/lines.ts';

/** How sound is written on a call: by its number in packets. */
export interface AgreedSound {
  readonly codec: 'PCMU' | 'PCMA';
  readonly payloadType: number;
  /** The number of pressed keys (RFC 4733); null where they are not sent like that. */
  readonly keys: number | null;
  /** Where our packets go, as the other side says. */
  readonly address: string;
  readonly port: number;
  /** Whether the other side sends sound, and wants some: not on hold. */
  readonly receives: boolean;
  readonly sends: boolean;
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

const codecs: Readonly<Record<string, 'PCMU' | 'PCMA'>> = { pcmu: 'PCMU', pcma: 'PCMA' };
const staticTypes: Readonly<Record<string, 'PCMU' | 'PCMA'>> = { '0': 'PCMU', '8': 'PCMA' };

/** Answers an offer of sound over plain RTP (RFC 3264): the first G.711 of it, in frames of 20 ms; every other line is turned down. */
export function answerOffer(offer: string, place: AnswerPlace): Agreed | null {
  const description = parseSdp(offer);
  const at = description?.sections.findIndex(isSound) ?? -1;
  const section = description?.sections[at];
  const address = section === undefined ? null : addressFor(offer, at);
  if (description === null || section === undefined || address === null) return null;
  const chosen = choose(section);
  if (chosen === null) return null;
  const sound = { ...chosen, address, port: section.port, ...directionOf(section, description.attributes, address) };
  const lines = description.sections.flatMap((each, index) => (index === at ? ours(sound, place) : refused(each)));
  const head = [
    'v=0',
    `o=- ${place.id} ${place.version} IN ${kindOf(place.address)} ${place.address}`,
    's=-',
    `c=IN ${kindOf(place.address)} ${place.address}`,
    't=0 0',
  ];
  return { sound, answer: [...head, ...lines, ''].join('\r\n') };
}

function isSound({ media, port, protocol }: Section): boolean {
  return media === 'audio' && port > 0 && protocol === 'RTP/AVP';
}

type Chosen = Pick<AgreedSound, 'codec' | 'payloadType' | 'keys'>;

function choose(section: Section): Chosen | null {
  const maps = mapsOf(section);
  const named = (type: string): 'PCMU' | 'PCMA' | undefined => {
    const map = maps.get(type);
    return map === undefined ? staticTypes[type] : codecs[map.replace(/\/8000(?:\/1)?$/, '')];
  };
  const type = section.formats.find((each) => named(each) !== undefined);
  const codec = type === undefined ? undefined : named(type);
  if (type === undefined || codec === undefined) return null;
  const keys = section.formats.find((each) => maps.get(each) === 'telephone-event/8000');
  return { codec, payloadType: Number(type), keys: keys === undefined ? null : Number(keys) };
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
  return /^c=IN IP[46] ([0-9A-Fa-f:.]+)/m.exec(text)?.[1] ?? null;
}

const directions: ReadonlySet<string> = new Set(['sendrecv', 'sendonly', 'recvonly', 'inactive']);

/** What the other side does is the reverse of what we do; an address of zeros is how telephones of old put one on hold. */
function directionOf(
  { attributes }: Section,
  ofAll: readonly string[],
  address: string,
): Pick<AgreedSound, 'receives' | 'sends'> {
  const named = [...attributes, ...ofAll].find((attribute) => directions.has(attribute)) ?? 'sendrecv';
  const isAway = address === '0.0.0.0';
  return {
    receives: named === 'sendrecv' || named === 'sendonly',
    sends: (named === 'sendrecv' || named === 'recvonly') && !isAway,
  };
}

function ours({ codec, payloadType, keys, receives, sends }: AgreedSound, { port }: AnswerPlace): string[] {
  const direction = receives ? (sends ? 'sendrecv' : 'recvonly') : sends ? 'sendonly' : 'inactive';
  const ofKeys = keys === null ? [] : [`a=rtpmap:${keys} telephone-event/8000`, `a=fmtp:${keys} 0-15`];
  return [
    `m=audio ${port} RTP/AVP ${payloadType}${keys === null ? '' : ` ${keys}`}`,
    `a=rtpmap:${payloadType} ${codec}/8000`,
    ...ofKeys,
    'a=ptime:20',
    `a=${direction}`,
  ];
}

function refused({ media, protocol, formats }: Section): string[] {
  return [`m=${media} 0 ${protocol} ${formats.join(' ')}`];
}

function kindOf(address: string): string {
  return address.includes(':') ? 'IP6' : 'IP4';
}
