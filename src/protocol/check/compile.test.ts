import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Sender } from './check.ts';
import { compile } from './compile.ts';
import { toApiError } from './problem.ts';

/** The code and place of the first problem, or null. */
function problemOf(schema: z.ZodType, value: unknown, sender: Sender = 'client'): string | null {
  const problem = compile(schema, sender)(value, []);
  if (problem === null) return null;
  const { code, param } = toApiError(problem, null);
  return `${code} ${param}`;
}

describe('an object', () => {
  const schema = z.object({ a: z.string(), b: z.number().exactOptional(), c: z.unknown() });

  it('has its fields looked at in the order of the schema, then its other keys', () => {
    expect(problemOf(schema, { x: 1, b: 'no' })).toBe('missing_required_parameter a');
    expect(problemOf(schema, { x: 1, b: 'no', a: '' })).toBe('invalid_type b');
    expect(problemOf(schema, { x: 1, b: 1, a: '' })).toBe('missing_required_parameter c');
    expect(problemOf(schema, { x: 1, b: 1, a: '', c: null })).toBe('unknown_parameter x');
    expect(problemOf(schema, { a: '', c: null })).toBeNull();
  });

  it('may have other keys where they are ignored', () => {
    expect(problemOf(schema, { x: 1, a: '', c: 1 }, 'server')).toBeNull();
  });

  it('is not fooled by names that every object inherits', () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(problemOf(schema, JSON.parse(`{"a":"","c":1,"${key}":{}}`))).toBe(`unknown_parameter ${key}`);
    }
  });

  it('takes a field that is undefined for absent', () => {
    expect(problemOf(schema, { a: '', b: undefined, c: 1, x: undefined })).toBeNull();
    expect(problemOf(schema, { a: undefined, c: 1 })).toBe('missing_required_parameter a');
  });
});

describe('a map', () => {
  const schema = z.record(z.string().max(3), z.int()).meta({ maxProperties: 2 });

  it('has every key and value looked at', () => {
    expect(problemOf(schema, { a: 1, b: 2 })).toBeNull();
    expect(problemOf(schema, { a: 1, b: 'no' })).toBe('invalid_type b');
    expect(problemOf(schema, { a: 1, long: 2 })).toBe('string_above_max_length null');
    expect(problemOf(schema, { a: 1, b: 2, c: 3 })).toBe('object_above_max_properties null');
    expect(problemOf(schema, JSON.parse('{"__proto__":1}'))).toBe('string_above_max_length null');
    expect(problemOf(z.record(z.string(), z.int()), JSON.parse('{"__proto__":""}'))).toBe('invalid_type __proto__');
  });
});

describe('a list', () => {
  it('has its members looked at before its length', () => {
    const schema = z
      .array(z.enum(['a', 'b']))
      .min(1)
      .max(2);
    expect(problemOf(schema, ['a', 'b'])).toBeNull();
    expect(problemOf(schema, [])).toBe('array_below_min_length null');
    expect(problemOf(schema, ['a', 'a', 'a'])).toBe('array_above_max_length null');
    expect(problemOf(schema, ['a', 'a', 'c'])).toBe('invalid_value [2]');
    expect(problemOf(schema, { length: 1 })).toBe('invalid_type null');
  });
});

describe('a scalar', () => {
  it('keeps to its bounds, which belong to it', () => {
    expect(problemOf(z.int().min(1).max(3), 1)).toBeNull();
    expect(problemOf(z.int().min(1).max(3), 0)).toBe('integer_below_min_value null');
    expect(problemOf(z.int().min(1).max(3), 4)).toBe('integer_above_max_value null');
    expect(problemOf(z.int(), 2 ** 53)).toBe('integer_above_max_value null');
    expect(problemOf(z.int(), 1.5)).toBe('invalid_type null');
    expect(problemOf(z.number().min(0.5).max(1), 0.4)).toBe('decimal_below_min_value null');
    expect(problemOf(z.number().min(0.5).max(1), 2)).toBe('decimal_above_max_value null');
    expect(problemOf(z.number(), JSON.parse('1e999'))).toBe('invalid_type null');
    expect(problemOf(z.literal(24), 23)).toBe('integer_below_min_value null');
    expect(problemOf(z.literal(24), 24)).toBeNull();
  });

  it('counts characters as people do', () => {
    expect(problemOf(z.string().max(2), '😀😀')).toBeNull();
    expect(problemOf(z.string().max(2), '😀😀😀')).toBe('string_above_max_length null');
    expect(problemOf(z.string().regex(/^a$/), 'b')).toBe('invalid_value null');
  });
});

describe('a choice', () => {
  const circle = z.object({ type: z.literal('circle'), radius: z.int() });
  const square = z.object({ type: z.literal('square').exactOptional(), side: z.int() });
  const round = z.object({ type: z.literal('person'), role: z.literal('a'), name: z.string() });
  const shy = z.object({ type: z.literal('person'), role: z.literal('b') });
  const schema = z.union([z.string(), z.array(z.int()), z.union([circle, square]), z.union([round, shy])]);

  it('is made by JSON type, then by tag, then by the next tag', () => {
    expect(problemOf(schema, true)).toBe('invalid_type null');
    expect(problemOf(schema, null)).toBe('invalid_type null');
    expect(problemOf(schema, [1, ''])).toBe('invalid_type [1]');
    expect(problemOf(schema, { type: 'circle' })).toBe('missing_required_parameter radius');
    expect(problemOf(schema, { type: 'triangle', radius: 'no' })).toBe('invalid_value type');
    expect(problemOf(schema, { type: 7 })).toBe('invalid_type type');
    expect(problemOf(schema, { type: 'person' })).toBe('missing_required_parameter role');
    expect(problemOf(schema, { type: 'person', role: 'c' })).toBe('invalid_value role');
    expect(problemOf(schema, { type: 'person', role: 'a' })).toBe('missing_required_parameter name');
    expect(problemOf(schema, { type: 'person', role: 'b' })).toBeNull();
  });

  it('falls to the option that does without the tag', () => {
    expect(problemOf(schema, { side: 1 })).toBeNull();
    expect(problemOf(schema, { side: '' })).toBe('invalid_type side');
    expect(problemOf(z.union([circle, round]), {})).toBe('missing_required_parameter type');
  });
});

describe('a schema that the wire does not need', () => {
  it.each<[string, z.ZodType]>([
    ['of another kind', z.date()],
    ['with another rule', z.number().multipleOf(5)],
    ['with an exclusive bound', z.number().gt(5)],
    ['whose options nothing tells apart', z.union([z.object({ a: z.string() }), z.object({ b: z.string() })])],
    ['with two kinds of text', z.union([z.string().max(3), z.literal('long')])],
  ])('%s is refused when the check is made, not when it is used', (_name, schema) => {
    expect(() => compile(z.object({ schema }), 'client')).toThrow('The wire has no check for');
  });
});
