import { describe, expect, it } from 'vitest';
import { readDeclarations } from './declaration.ts';

const source = `
import * as z from 'zod';

/** What a thing costs. */
export const price = z.object({
  /**
   * In cents,
   * never negative.
   */
  amount: z.number(),
  currency: z.string(),
  discount: z.object({
    /** Out of 100. */
    percent: z.number(),
  }),
  ...notes,
});

const notes = {
  /** Free text. */
  note: z.string(),
};

export const events = {
  /** Something was sold. */
  'thing.sold': z.object({ type: z.literal('thing.sold'), ...notes, price }),
};

export const sale = price.extend({ id: z.string() });
export const loose = z.object(notes);

/** Not about a constant. */
export function total(): number {
  const amount = 1;
  return amount;
}
`;

describe('reading declarations', () => {
  const constants = readDeclarations(source);

  it('finds constants, and whether others can see them', () => {
    const found = Array.from(constants, ([name, { exported }]) => [name, exported]);
    expect(found).toEqual([
      ['price', true],
      ['notes', false],
      ['events', true],
      ['sale', true],
      ['loose', true],
    ]);
  });

  it('makes one paragraph of a doc comment', () => {
    expect(constants.get('price')?.text).toBe('What a thing costs.');
    expect(constants.get('price')?.fields.get('amount')?.text).toBe('In cents, never negative.');
  });

  it('knows fields without a comment, and fields of fields', () => {
    const fields = constants.get('price')?.fields;
    expect(fields?.get('currency')?.text).toBeUndefined();
    expect(fields?.get('discount')?.fields.get('percent')?.text).toBe('Out of 100.');
    expect(fields?.has('percent')).toBe(false);
  });

  it('takes quoted keys, as of events', () => {
    expect(constants.get('events')?.fields.get('thing.sold')?.text).toBe('Something was sold.');
  });

  it('notes where fields come from', () => {
    expect(constants.get('price')?.sources).toEqual(['notes']);
    expect(constants.get('events')?.fields.get('thing.sold')?.sources).toEqual(['notes']);
    expect(constants.get('sale')?.sources).toEqual(['price']);
    expect(constants.get('loose')?.sources).toEqual(['notes']);
  });
});
