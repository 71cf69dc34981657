import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import * as mini from 'zod/mini';
import { type Tool, tool } from './tool.ts';

const weather = tool({
  name: 'weather',
  description: 'The weather in a city.',
  parameters: z.object({ city: z.string() }),
  run: ({ city }) => `rain in ${city}`,
});
const add = tool({
  name: 'add',
  parameters: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] },
  run: ({ a, b }) => ({ sum: a + b }),
});

describe('a tool', () => {
  it('has the arguments that its schema describes', () => {
    tool({
      name: 'a',
      parameters: z.object({ city: z.string(), days: z.number().default(1) }),
      run: (args) => expectTypeOf(args).toEqualTypeOf<{ city: string; days: number }>(),
    });
    tool({
      name: 'b',
      parameters: {
        type: 'object',
        properties: {
          city: { type: 'string' },
          unit: { enum: ['c', 'f'] },
          tags: { type: 'array', items: { type: 'string' } },
          at: { type: ['number', 'null'] },
        },
        required: ['city'],
      },
      run: (args) =>
        expectTypeOf(args).toEqualTypeOf<{
          readonly city: string;
          readonly unit?: 'c' | 'f';
          readonly tags?: readonly string[];
          readonly at?: number | null;
        }>(),
    });
    tool({ name: 'c', run: (args) => expectTypeOf(args).toEqualTypeOf<Readonly<Record<string, unknown>>>() });
    // @ts-expect-error the schema knows no such argument
    tool({ name: 'd', parameters: z.object({ city: z.string() }), run: ({ town }) => town });
    expectTypeOf<typeof weather>().toExtend<Tool>();
    expectTypeOf([weather, add] satisfies readonly Tool[]).not.toBeAny();
  });

  it('is described to the model by JSON Schema, whatever it was written in', () => {
    expect(weather.definition).toEqual({
      type: 'function',
      name: 'weather',
      description: 'The weather in a city.',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    });
    expect(add.definition.parameters).toMatchObject({ required: ['a', 'b'] });
    expect(tool({ name: 'now', run: () => 1 }).definition.parameters).toEqual({ type: 'object', properties: {} });
  });

  it('needs to be given the JSON Schema where a library cannot write it', () => {
    const parameters = mini.object({ city: mini.string() });
    expect(() => tool({ name: 'm', parameters, run: () => 1 })).toThrow(/jsonSchema/);
    const jsonSchema = { type: 'object' };
    expect(tool({ name: 'm', parameters, jsonSchema, run: ({ city }) => city }).definition.parameters).toBe(jsonSchema);
  });
});
