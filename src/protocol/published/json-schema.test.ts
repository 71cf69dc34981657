import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { eventName } from './definitions.ts';
import { definitionsOf, toJsonSchema } from './json-schema.ts';

const part = z.object({ size: z.int().min(1) });
const whole = z.object({ part, parts: z.array(part).max(2), free: z.unknown() }).meta({ maxProperties: 3 });
const names = new Map<z.ZodType, string>([
  [part, 'Part'],
  [whole, 'Whole'],
]);

describe('a schema as JSON Schema', () => {
  it('has its named parts as definitions, and itself as the root', () => {
    const schema = toJsonSchema(whole, { from: 'server', names });
    expect(Object.keys(definitionsOf(schema))).toEqual(['Part']);
    expect(schema.properties?.['part']).toEqual({ $ref: '#/$defs/Part' });
    expect(schema.required).toEqual(['part', 'parts', 'free']);
  });

  it('says what was said for JSON Schema only', () => {
    expect(toJsonSchema(whole, { from: 'server', names }).maxProperties).toBe(3);
  });

  it('refuses unknown keys of every object, or of none', () => {
    const strict = toJsonSchema(whole, { from: 'client', names });
    const lenient = toJsonSchema(whole, { from: 'server', names });
    expect([strict, strict.$defs?.['Part']].map((each) => each?.additionalProperties)).toEqual([false, false]);
    expect([lenient, lenient.$defs?.['Part']].map((each) => each?.additionalProperties)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('can be written in the dialect of AsyncAPI', () => {
    const schema = toJsonSchema(whole, { from: 'server', names, dialect: 'draft-07' });
    expect(schema.properties?.['part']).toEqual({ $ref: '#/definitions/Part' });
    expect(Object.keys(definitionsOf(schema))).toEqual(['Part']);
  });
});

describe('the name of an event', () => {
  it('is its type in one word', () => {
    expect(eventName('response.mcp_call_arguments.delta')).toBe('ResponseMcpCallArgumentsDeltaEvent');
    expect(eventName('session.created', 'Translation')).toBe('TranslationSessionCreatedEvent');
  });
});
