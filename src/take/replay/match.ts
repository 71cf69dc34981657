import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import { isAppend } from './script.ts';

/** How closely a client has to do what the recorded one did. */
export const matchModes = ['strict', 'order', 'loose'] as const;
/** How closely a client has to do what the recorded one did. */
export type MatchMode = (typeof matchModes)[number];

/** What makes a turn: all that counts in `loose`. */
const turnMakers: ReadonlySet<string | null> = new Set([
  'input_audio_buffer.commit',
  'conversation.item.create',
  'response.create',
]);

/** Whether a client's frame has to come where it was recorded, and may come nowhere else. */
export function counts(type: string | null, mode: MatchMode): boolean {
  switch (mode) {
    case 'strict':
      return true;
    case 'order':
      return !isAppend(type) && type !== 'conversation.item.retrieve';
    case 'loose':
      return turnMakers.has(type);
    default:
      return mode satisfies never;
  }
}

/** Keys whose values no two runs of a client share. */
const volatile: ReadonlySet<string> = new Set(['event_id', 'metadata', 'tracing']);

/** Sound may be so many bytes longer or shorter: 20 ms of PCM. */
const soundTolerance = 960;

/**
 * The path of the first thing in which an event differs from the one that was recorded; null if nothing does. Ids that the
 * client chose are compared as `same` says, sound by its length.
 */
export function differenceIn(
  recorded: unknown,
  actual: unknown,
  same: (recorded: string, actual: string) => boolean,
): string | null {
  return differ(recorded, actual, { path: '', key: '', same });
}

interface Compared {
  readonly path: string;
  readonly key: string;
  readonly same: (recorded: string, actual: string) => boolean;
}

function differ(recorded: unknown, actual: unknown, at: Compared): string | null {
  if (typeof recorded === 'string' && typeof actual === 'string') {
    if (at.key === 'audio') return Math.abs(bytesOf(recorded) - bytesOf(actual)) <= soundTolerance ? null : at.path;
    return recorded === actual || (isIdKey(at.key) && at.same(recorded, actual)) ? null : at.path;
  }
  if (Array.isArray(recorded) && Array.isArray(actual)) return differInList(recorded, actual, at);
  if (isJsonObject(recorded) && isJsonObject(actual)) return differInObject(recorded, actual, at);
  return Object.is(recorded, actual) ? null : at.path;
}

function differInList(recorded: readonly unknown[], actual: readonly unknown[], at: Compared): string | null {
  if (recorded.length !== actual.length) return at.path;
  for (const [index, value] of recorded.entries()) {
    const found = differ(value, actual[index], { ...at, path: `${at.path}[${index}]` });
    if (found !== null) return found;
  }
  return null;
}

function differInObject(recorded: JsonObject, actual: JsonObject, at: Compared): string | null {
  for (const key of new Set([...Object.keys(recorded), ...Object.keys(actual)])) {
    if (volatile.has(key)) continue;
    // An id that only one of the two chose is for the server to give.
    if (key === 'id' && (recorded[key] === undefined || actual[key] === undefined)) continue;
    const path = at.path === '' ? key : `${at.path}.${key}`;
    const found = differ(recorded[key], actual[key], { ...at, path, key });
    if (found !== null) return found;
  }
  return null;
}

/** Keys that name something by an id. */
export function isIdKey(key: string): boolean {
  return key === 'id' || key.endsWith('_id');
}

function bytesOf(base64: string): number {
  return Math.floor((base64.replace(/=+$/, '').length * 3) / 4);
}
