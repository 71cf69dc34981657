/** A seeded source of numbers from 0 up to `below`, the same on every machine. */
export type Dice = (below: number) => number;

/** Small and even enough for choosing mutations (a linear congruential generator, high bits used). */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Pieces that are likely to matter to a parser. */
// biome-ignore format: denser reads better
const pieces = [
  '{', '}', '[', ']', ',', ':', '"', '\\', '\\u0000', '\ud800', 'null', 'true', '-', '0', '1e999', 'NaN', '.5', ' ', '\u0000',
  '"type":', '"type":"', '"event_id":"x",', '"__proto__":{},', '"constructor":1,', '"toString":"x",', '[[[[', '{"a":',
];

/** Values put in the place of others: every JSON type, and the borders of the rules. */
// biome-ignore format: denser reads better
const values: readonly unknown[] = [
  null, true, false, 0, -1, 1, 0.5, 1.5, -0.1, 4096, 4097, 4999, 5000, 30_000, 30_001, 24_000, 23_999, 2 ** 53, 1e300,
  '', 'inf', 'auto', 'type', 'message', 'user', 'realtime', 'transcription', 'item_reference', 'text', 'audio',
  'x'.repeat(33), 'x'.repeat(513), '😀'.repeat(32), '😀'.repeat(33), [], [null], ['text'], ['text', 'audio'], {}, { type: 'message' },
  { type: 'audio/pcm' }, { id: 'x' }, { a: { a: { a: {} } } },
];

const keys = [
  'type',
  'role',
  'id',
  'event_id',
  'content',
  'rate',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'x',
  '',
];

/** The text with one to three small accidents. */
export function mutateText(text: string, roll: Dice): string {
  let mutated = text;
  for (let times = roll(3); times >= 0; times -= 1) {
    const at = roll(mutated.length + 1);
    const end = at + roll(8);
    switch (roll(4)) {
      case 0:
        mutated = mutated.slice(0, at) + mutated.slice(end);
        break;
      case 1:
        mutated = mutated.slice(0, at) + pick(pieces, roll) + mutated.slice(at);
        break;
      case 2:
        mutated = mutated.slice(0, at) + String.fromCharCode(roll(0x80)) + mutated.slice(at + 1);
        break;
      default:
        mutated = mutated.slice(0, at) + mutated.slice(at, end) + mutated.slice(at);
    }
  }
  return mutated;
}

/** The JSON text with a field or member changed, dropped or added somewhere in it: still JSON, seldom still valid. */
export function mutateJson(text: string, roll: Dice): string {
  const root: unknown = JSON.parse(text);
  for (let times = roll(2); times >= 0; times -= 1) {
    const place = somewhere(root, roll);
    if (Array.isArray(place)) mutateArray(place, roll);
    else mutateObject(place, roll);
  }
  return JSON.stringify(root);
}

type Container = unknown[] | Record<string, unknown>;

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

/** One of the values, its own copy: what is put in may be changed in its turn. */
function anyValue(roll: Dice): unknown {
  return structuredClone(pick(values, roll));
}

/** Any object or array within, the outer ones more often. */
function somewhere(root: unknown, roll: Dice): Container {
  let place: Container = isContainer(root) ? root : [root];
  while (roll(4) > 0) {
    const inner = Object.values(place).filter(isContainer);
    if (inner.length === 0) break;
    place = pick(inner, roll);
  }
  return place;
}

function mutateArray(list: unknown[], roll: Dice): void {
  const at = roll(list.length + 1);
  if (roll(3) === 0) list.splice(at, 1);
  else list[at] = anyValue(roll);
}

function mutateObject(object: Record<string, unknown>, roll: Dice): void {
  const present = Object.keys(object);
  const key = roll(3) > 0 && present.length > 0 ? pick(present, roll) : pick(keys, roll);
  const change = roll(3);
  if (change === 0) delete object[key];
  else if (change === 1 && present.length > 0) define(object, key, object[pick(present, roll)]);
  else define(object, key, anyValue(roll));
}

/** Sets a key as JSON would, `__proto__` included. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

export function pick<T>(list: readonly T[], roll: Dice): T {
  const chosen = list[roll(list.length)];
  if (chosen === undefined) throw new RangeError('There is nothing to pick from.');
  return chosen;
}
