import { describe, expect, it } from 'vitest';
import { type Field, fieldOf } from './field.ts';
import { completed, errorPath, fieldsIn, typed, valueAt, withValue } from './value.ts';

const definitions = {
  Vad: {
    description: 'By silence.',
    type: 'object',
    properties: { type: { const: 'server_vad' }, threshold: { anyOf: [{ type: 'number' }, { type: 'null' }] } },
    required: ['type'],
  },
  Semantic: { type: 'object', properties: { type: { const: 'semantic_vad' }, eagerness: { enum: ['low', 'high'] } } },
  Detection: { description: 'How turns end.', oneOf: [{ $ref: '#/$defs/Vad' }, { $ref: '#/$defs/Semantic' }] },
};

const schema = {
  type: 'object',
  properties: {
    type: { const: 'session.update' },
    note: { description: 'Anything.', anyOf: [{ type: 'string' }, { type: 'null' }] },
    speed: { type: 'number' },
    loud: { type: 'boolean' },
    detection: { anyOf: [{ $ref: '#/$defs/Detection' }, { type: 'null' }] },
    tools: { type: 'array', items: { type: 'string' } },
    inner: {
      type: 'object',
      properties: { kind: { const: 'k' }, word: { type: ['string', 'null'] } },
      required: ['kind'],
    },
  },
  required: ['type', 'note'],
};

const field = fieldOf(schema, definitions);
const named = (name: string): Field | undefined => fieldsIn(field, {}).find((each) => each.name === name)?.field;

describe('a form for a schema', () => {
  it('has a field for each property, with what the schema says of it', () => {
    expect(fieldsIn(field, {}).map(({ name, isRequired, field: { kind } }) => [name, kind, isRequired])).toEqual([
      ['type', 'constant', true],
      ['note', 'text', true],
      ['speed', 'number', false],
      ['loud', 'boolean', false],
      ['detection', 'variants', false],
      ['tools', 'json', false],
      ['inner', 'object', false],
    ]);
    expect(named('note')?.about).toBe('Anything.');
    expect(named('detection')?.about).toBe('How turns end.');
  });

  it('has the fields of the variant that was chosen', () => {
    const detection = named('detection');
    const names = (value: unknown) =>
      (detection === undefined ? [] : fieldsIn(detection, value)).map(({ name }) => name);
    expect(names({ type: 'server_vad' })).toEqual(['type', 'threshold']);
    expect(names({ type: 'semantic_vad' })).toEqual(['type', 'eagerness']);
    expect(names(undefined)).toEqual([]);
  });

  it('lets the role of a message be chosen', () => {
    const message = (role: string) => ({
      type: 'object',
      properties: { type: { const: 'message' }, role: { const: role } },
    });
    const call = { type: 'object', properties: { type: { const: 'function_call' } } };
    const item = fieldOf({ oneOf: [{ oneOf: [message('user'), message('system')] }, call] }, {});
    expect(item).toMatchObject({ kind: 'variants', tag: 'type' });
    const role = fieldsIn(item, { type: 'message' }).find(({ name }) => name === 'role')?.field;
    expect(role).toMatchObject({ kind: 'choice', options: ['user', 'system'] });
  });

  it.each([{}, { type: 'array' }, { oneOf: [{ type: 'string' }, { type: 'object', properties: {} }] }, null, 7])(
    'is JSON for what no form is made for: %j',
    (odd) => {
      expect(fieldOf(odd, {}).kind).toBe('json');
    },
  );

  it('ends where a definition holds itself', () => {
    const loop = { Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' } } } };
    expect(JSON.stringify(fieldOf({ $ref: '#/$defs/Node' }, loop))).toContain('json');
  });
});

describe('the value of a form', () => {
  it('is set and taken away by its path; empty objects go with it', () => {
    const value = withValue({ a: 1 }, ['b', 'c'], 2);
    expect(value).toEqual({ a: 1, b: { c: 2 } });
    expect(valueAt(value, ['b', 'c'])).toBe(2);
    expect(withValue(value, ['b', 'c'], undefined)).toEqual({ a: 1 });
    expect(withValue(value, ['a'], undefined)).toEqual({ b: { c: 2 } });
  });

  it('is what was typed: a number where it is one, else the text, for the server to judge', () => {
    expect([typed('number', '1.5'), typed('number', 'loud'), typed('number', '')]).toEqual([1.5, 'loud', undefined]);
    expect([typed('boolean', 'true'), typed('boolean', 'false'), typed('text', '7')]).toEqual([true, false, '7']);
  });

  it('is completed by what is always the same', () => {
    expect(completed(field, { inner: { word: 'w' } })).toEqual({
      type: 'session.update',
      inner: { kind: 'k', word: 'w' },
    });
    expect(completed(field, {})).toEqual({ type: 'session.update' });
  });
});

describe('the place of an error', () => {
  const value = { detection: { type: 'server_vad', threshold: 7 } };

  it.each([
    ['detection.threshold', 'detection.threshold'],
    ['tools[0].name', 'tools'],
    ['detection.nothing', 'detection'],
    ['nothing', ''],
    ['', ''],
  ])('that names %s is the field "%s"', (param, path) => {
    expect(errorPath(field, value, param)).toBe(path);
  });
});
