import { describe, expect, it } from 'vitest';
import { described, describedDefinitions } from './described.ts';
import { readDocs } from './docs.ts';
import type { JsonSchema } from './json-schema.ts';

const things = `
/** A thing (behaviour §1.2). See behaviour §3. Handle with care. */
export const thing = z.object({
  /** How many. */
  count: z.number(),
  /** What is inside. */
  box: z
    .object({
      /** Its colour. */
      colour: z.string(),
    })
    .nullable(),
  ...mark,
});

const mark = {
  /** Who made it. */
  maker: z.string(),
};
`;

const events = `
/** Every event. */
export const translationServerEvents = {
  /** A thing came. */
  'thing.came': z.object({ type: z.literal('thing.came'), ...thing }),
};

export const serverEvents = {
  /** A thing went. */
  'thing.went': z.object({ thing }),
};

const mark = {
  /** Of another file. */
  maker: z.string(),
};
`;

const docs = readDocs([things, events]);

describe('docs of published schemas', () => {
  it('go by the name of the definition', () => {
    expect([...docs.keys()]).toEqual(['Thing', 'TranslationThingCameEvent', 'ThingWentEvent']);
    expect(docs.get('ThingWentEvent')?.text).toBe('A thing went.');
  });

  it('leave out what refers to notes that readers do not have', () => {
    expect(docs.get('Thing')?.text).toBe('A thing. Handle with care.');
  });

  it('follow fields to the constant they come from, in the same file first', () => {
    expect(docs.get('Thing')?.fields.get('maker')?.text).toBe('Who made it.');
    expect(docs.get('TranslationThingCameEvent')?.fields.get('count')?.text).toBe('How many.');
  });
});

describe('a described schema', () => {
  const thing: JsonSchema = {
    type: 'object',
    properties: {
      count: { type: 'number' },
      box: { anyOf: [{ type: 'object', properties: { colour: { type: 'string' } } }, { type: 'null' }] },
      maker: { type: 'string', description: 'Its own words.' },
    },
  };

  it('says what it and its fields are, at any depth', () => {
    expect(described(thing, docs.get('Thing'))).toEqual({
      description: 'A thing. Handle with care.',
      type: 'object',
      properties: {
        count: { description: 'How many.', type: 'number' },
        box: {
          description: 'What is inside.',
          anyOf: [
            { type: 'object', properties: { colour: { description: 'Its colour.', type: 'string' } } },
            { type: 'null' },
          ],
        },
        maker: { description: 'Its own words.', type: 'string' },
      },
    });
  });

  it('describes what a client sends like what it stands for', () => {
    const { ClientThing } = describedDefinitions({ ClientThing: { type: 'object' } }, docs);
    expect(ClientThing?.description).toBe('A thing. Handle with care.');
  });

  it('stays as it is where nothing is known', () => {
    expect(described({ type: 'string' }, undefined)).toEqual({ type: 'string' });
  });
});
