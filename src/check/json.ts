import { sameJson } from '../core/same-json.ts';
import { holds } from './finding.ts';

/** A JSON object of which nothing is known yet. */
export type Json = Readonly<Record<string, unknown>>;

/** An event as a server sent it, unchecked but for its type. */
export interface Seen extends Json {
  readonly type: string;
}

const longestQuoted = 160;

/** A value as a report quotes it, cut where it is long. */
export function quote(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > longestQuoted ? `${text.slice(0, longestQuoted)}…` : text;
}

/** What stands at a dotted path such as `response.output.0.id`; undefined where nothing does. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => {
    if (typeof inner !== 'object' || inner === null) return undefined;
    return Reflect.get(inner, key);
  }, value);
}

/** The text at a path. Fails the check where there is none. */
export function textAt(value: unknown, path: string): string {
  const found = at(value, path);
  holds(typeof found === 'string', `${nameOf(value)}${path} is ${quote(found)}, not a string.`);
  return found;
}

/** The number at a path. */
export function numberAt(value: unknown, path: string): number {
  const found = at(value, path);
  holds(typeof found === 'number', `${nameOf(value)}${path} is ${quote(found)}, not a number.`);
  return found;
}

/** The array at a path. */
export function listAt(value: unknown, path: string): readonly unknown[] {
  const found = at(value, path);
  holds(Array.isArray(found), `${nameOf(value)}${path} is ${quote(found)}, not an array.`);
  return found;
}

/** The object at a path. */
export function objectAt(value: unknown, path: string): object {
  const found = at(value, path);
  const isObject = typeof found === 'object' && found !== null && !Array.isArray(found);
  holds(isObject, `${nameOf(value)}${path} is ${quote(found)}, not an object.`);
  return found;
}

/** Fails the check unless the value at a path equals another. */
export function same(value: unknown, path: string, expected: unknown): void {
  const found = at(value, path);
  holds(sameJson(found, expected), `${nameOf(value)}${path} is ${quote(found)}, not ${quote(expected)}.`);
}

/** Fails the check unless the value at a path is one of these. */
export function oneOf(value: unknown, path: string, allowed: readonly unknown[]): void {
  const found = at(value, path);
  const list = allowed.map(quote).join(' or ');
  holds(
    allowed.some((each) => sameJson(found, each)),
    `${nameOf(value)}${path} is ${quote(found)}, not ${list}.`,
  );
}

/** Fails the check where one of these keys is not there, whatever its value. */
export function hasKeys(value: unknown, path: string, keys: readonly string[]): void {
  const object = path === '' ? value : objectAt(value, path);
  const missing = keys.filter((key) => typeof object !== 'object' || object === null || !(key in object));
  holds(missing.length === 0, `${nameOf(value)}${path} lacks ${missing.join(', ')}.`);
}

function nameOf(value: unknown): string {
  const type = at(value, 'type');
  return typeof type === 'string' ? `${type}: ` : '';
}
