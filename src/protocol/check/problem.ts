import type { ApiError } from '../types.ts';

/** One step into a value: a key of an object, a place in an array. */
export type Step = string | number;

/** How an error about the shape of what a client sent is named. */
export type ShapeCode =
  | 'invalid_json'
  | 'invalid_event'
  | 'missing_required_parameter'
  | 'unknown_parameter'
  | 'invalid_type'
  | 'invalid_value'
  | BoundCode;

/** The same of values that overstep a bound. */
export type BoundCode =
  | 'string_above_max_length'
  | 'array_below_min_length'
  | 'array_above_max_length'
  | 'object_above_max_properties'
  | `${'integer' | 'decimal'}_${'below_min' | 'above_max'}_value`;

/** The first thing wrong with a value. Built only where something is wrong, and then from the inside out. */
export interface Problem {
  readonly code: ShapeCode;
  /** From the value that was checked to the one at fault. */
  readonly path: readonly Step[];
  /** Puts it in words, given the name of what is at fault. */
  readonly say: (name: string) => string;
}

/** The same problem, seen from one level further out. */
export function within(step: Step, inner: Problem): Problem {
  return { ...inner, path: [step, ...inner.path] };
}

export function missing(key: string): Problem {
  return problem('missing_required_parameter', (name) => `Missing required parameter: ${name}.`, [key]);
}

export function unknownKey(key: string): Problem {
  return problem('unknown_parameter', (name) => `Unknown parameter: ${name}.`, [key]);
}

/** The value is of another JSON type than all of those expected, such as `a string`, `an object`. */
export function wrongType(expected: readonly string[], value: unknown): Problem {
  const wanted = expected.length === 1 ? expected[0] : `one of ${expected.join(' or ')}`;
  return problem(
    'invalid_type',
    (name) => `Invalid type for ${name}: expected ${wanted}, but got ${typeName(value)} instead.`,
  );
}

/** The value is of the right type and not among those allowed, which are given in words. */
export function unsupported(value: unknown, supported: string): Problem {
  return problem('invalid_value', () => `Invalid value: ${quote(value)}. Supported values are: ${supported}.`);
}

/** The value oversteps a bound. `what` names both in words, such as `integer below minimum value`. */
export function outOfBounds(code: BoundCode, what: string, expected: string, actual: string): Problem {
  return problem(code, (name) => `Invalid ${name}: ${what}. Expected ${expected}, but got ${actual} instead.`);
}

export function patternMismatch(pattern: RegExp): Problem {
  return problem(
    'invalid_value',
    (name) =>
      `Invalid ${name}: string does not match pattern. Expected a string that matches the pattern '${pattern.source}'.`,
  );
}

/** What the peer is told. `prefix` names the value that was checked where that is only a part of what was sent. */
export function toApiError(found: Problem, eventId: string | null, prefix = ''): ApiError {
  const param = pathName(prefix === '' ? found.path : [prefix, ...found.path]);
  return invalidRequest(
    found.code,
    found.say(param === '' ? 'the value' : `'${param}'`),
    param === '' ? null : param,
    eventId,
  );
}

/** An error of the client's making, with all the keys that servers send. */
export function invalidRequest(
  code: ShapeCode,
  message: string,
  param: string | null,
  eventId: string | null,
): ApiError {
  return { type: 'invalid_request_error', code, message, param, event_id: eventId };
}

/** Quotes the values allowed, for `unsupported`. */
export function listed(values: Iterable<unknown>): string {
  return Array.from(values, quote).join(', ');
}

/** A value as messages show it: strings in quotes, and never at full length. */
export function quote(value: unknown): string {
  if (typeof value === 'string') return `'${shortened(value)}'`;
  if (!Array.isArray(value)) return typeof value === 'object' && value !== null ? typeName(value) : String(value);
  const shown = value.slice(0, maxShownMembers).map((member) => (Array.isArray(member) ? '[…]' : quote(member)));
  return `[${shown.join(', ')}${value.length > maxShownMembers ? ', …' : ''}]`;
}

/** The most characters of a value, and of a key, that a message or a path repeats. */
const maxShownLength = 100;
const maxShownMembers = 5;

/** As much of a text of the client's as a message repeats. Never half of a surrogate pair. */
export function shortened(text: string): string {
  if (text.length <= maxShownLength) return text;
  return `${text.slice(0, maxShownLength).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The path as the API writes it: `item.content[0].type`. */
function pathName(path: readonly Step[]): string {
  return path.reduce<string>((name, step) => {
    if (typeof step === 'number') return `${name}[${step}]`;
    return name === '' ? shortened(step) : `${name}.${shortened(step)}`;
  }, '');
}

/** The JSON type of a value, in words. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return 'a number out of range';
    return Number.isInteger(value) ? 'an integer' : 'a decimal';
  }
  return typeof value === 'string' || typeof value === 'boolean' ? `a ${typeof value}` : 'no JSON value';
}

function problem(code: ShapeCode, say: (name: string) => string, path: readonly Step[] = []): Problem {
  return { code, path, say };
}
