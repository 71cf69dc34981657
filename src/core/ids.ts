/** What an id can name; each kind counts on its own, so that the ids of items do not depend on how many events were sent. */
export type IdKind = 'event' | 'item' | 'resp' | 'conv' | 'call' | 'segment' | 'obfuscation';

/** Where a session's ids come from: the same seed gives the same ids in the same order. Plain data. */
export interface IdSource {
  /** Four 32-bit words. */
  readonly seed: readonly [number, number, number, number];
  readonly minted: Readonly<Record<IdKind, number>>;
}

const kinds: Readonly<Record<IdKind, number>> = {
  event: 1,
  item: 2,
  resp: 3,
  conv: 4,
  call: 6,
  obfuscation: 7,
  segment: 8,
};
const prefixes: Readonly<Record<IdKind, string>> = {
  event: 'event_',
  item: 'item_',
  resp: 'resp_',
  conv: 'conv_',
  call: 'call_',
  segment: 'seg_',
  obfuscation: '',
};
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Every two digits, by their value: ids are made for each event, and two at a time take half as long. */
const pairs: readonly string[] = Array.from(
  { length: 62 * 62 },
  (_, value) => alphabet.charAt(value % 62) + alphabet.charAt(Math.floor(value / 62)),
);
/** Length of an id after its prefix (behaviour §1.6). */
const idDigits = 21;

/** A source whose ids are fixed by one number, or by four random words. */
export function idSource(seed: number | readonly [number, number, number, number]): IdSource {
  const words = typeof seed === 'number' ? spread(seed) : seed;
  return { seed: words, minted: { event: 0, item: 0, resp: 0, conv: 0, call: 0, segment: 0, obfuscation: 0 } };
}

/** A source of other ids, which goes on counting where this one is. */
export function reseeded({ seed, minted }: IdSource, salt: number): IdSource {
  const [a, b, c, d] = seed;
  const [w, x, y, z] = spread(salt);
  return { seed: [mix(a ^ w), mix(b ^ x), mix(c ^ y), mix(d ^ z)], minted };
}

/** The id that the source gives as number `count` of its kind. */
export function idAt(source: IdSource, kind: IdKind, count: number): string {
  return prefixes[kind] + digits(source, kind, count, idDigits);
}

/** `length` base-62 digits, fixed by the source, the kind and the count. */
export function digits(source: IdSource, kind: IdKind, count: number, length: number): string {
  let text = '';
  for (let index = 0; text.length < length; index++) text += fiveDigits(randomWord(source, kinds[kind], count, index));
  return text.length === length ? text : text.slice(0, length);
}

/** The digits of a word, the lowest first; what they cannot hold of it is left out. */
function fiveDigits(word: number): string {
  const high = Math.floor(word / 3844);
  return pair(word % 3844) + pair(high % 3844) + alphabet.charAt(Math.floor(high / 3844) % 62);
}

/** Two digits, the lower first. */
function pair(value: number): string {
  return pairs[value] ?? '';
}

function spread(seed: number): [number, number, number, number] {
  const low = seed >>> 0;
  const high = Math.floor(seed / 2 ** 32) >>> 0;
  return [mix(low ^ 0x243f6a88), mix(high ^ 0x85a308d3), mix(low ^ 0x13198a2e), mix(high ^ 0x03707344)];
}

function randomWord(source: IdSource, kind: number, count: number, index: number): number {
  // Taken by index: an iterator would cost more than the mixing.
  const { 0: a, 1: b, 2: c, 3: d } = source.seed;
  const place = mix(Math.imul(count + 1, 0x9e3779b1) ^ Math.imul(kind, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35));
  return mix(mix(mix(mix(a ^ place) ^ b) + c) ^ (d + count)) >>> 0;
}

/** A 32-bit mixing step after the finaliser of MurmurHash3: every input bit reaches every output bit. */
function mix(value: number): number {
  let word = value >>> 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}
