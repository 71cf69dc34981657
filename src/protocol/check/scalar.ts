import type { Check } from './check.ts';
import { listed, outOfBounds, type Problem, patternMismatch, unsupported, wrongType } from './problem.ts';
import type { Rules } from './schema.ts';

export function booleanCheck(value: unknown): Problem | null {
  return typeof value === 'boolean' ? null : wrongType(['a boolean'], value);
}

/** Lengths are counted in characters as people count them (code points), as JSON Schema does. */
export function stringCheck({ max = Infinity, pattern }: Rules): Check {
  return (value) => {
    if (typeof value !== 'string') return wrongType(['a string'], value);
    if (value.length > max) {
      const length = codePoints(value);
      if (length > max) return tooLong(max, length);
    }
    return pattern === undefined || pattern.test(value) ? null : patternMismatch(pattern);
  };
}

/** `supported`, where given, names the bounds in words: the API calls some of them a matter of value. */
export function numberCheck({ min = -Infinity, max = Infinity, integer = false }: Rules, supported?: string): Check {
  return (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value) || (integer && !Number.isInteger(value))) {
      return wrongType([integer ? 'an integer' : 'a number'], value);
    }
    if (value >= min && value <= max) return null;
    if (supported !== undefined) return unsupported(value, supported);
    return value < min ? belowMin(integer, min, value) : aboveMax(integer, max, value);
  };
}

/** One of a few values, all of one type. A number that is not the one allowed is too small or too large. */
export function choiceCheck(choices: readonly unknown[]): Check {
  const [first] = choices;
  if (typeof first === 'number') return numberCheck({ min: first, max: first, integer: Number.isInteger(first) });
  const supported = listed(choices);
  const others = new Set(choices);
  return (value) => {
    if (value === first || others.has(value)) return null; // most choices are of one: a tag
    return typeof value === 'string' ? unsupported(value, supported) : wrongType(['a string'], value);
  };
}

const halfOfPair = /[\udc00-\udfff]/;

function codePoints(text: string): number {
  let count = text.length;
  // Megabytes are looked through by the engine many times as fast as here, and few texts have pairs.
  if (!halfOfPair.test(text)) return count;
  for (let at = 1; at < text.length; at += 1) {
    if (isLow(text.charCodeAt(at)) && isHigh(text.charCodeAt(at - 1))) count -= 1;
  }
  return count;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

function tooLong(max: number, length: number): Problem {
  return outOfBounds(
    'string_above_max_length',
    'string too long',
    `a string with maximum length ${max}`,
    `a string with length ${length}`,
  );
}

function belowMin(integer: boolean, min: number, value: number): Problem {
  const type = integer ? 'integer' : 'decimal';
  return outOfBounds(`${type}_below_min_value`, `${type} below minimum value`, `a value >= ${min}`, `${value}`);
}

function aboveMax(integer: boolean, max: number, value: number): Problem {
  const type = integer ? 'integer' : 'decimal';
  return outOfBounds(`${type}_above_max_value`, `${type} above maximum value`, `a value <= ${max}`, `${value}`);
}
