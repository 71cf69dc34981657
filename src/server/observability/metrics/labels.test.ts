import { describe, expect, it } from 'vitest';
import { mcpMistakes } from '../../../core/mcp/mistakes.ts';
import { mistakes } from '../../../core/mistakes.ts';
import { translationMistakes } from '../../../core/translation/mistakes.ts';
import { httpErrors } from '../../admission/http-errors.ts';
import { refusals } from '../../admission/refusal.ts';
import { closeLabel, codeLabel } from './labels.ts';

type Table = Readonly<Record<string, (...args: never[]) => object>>;

/** What the makers of errors may be called with; each takes at least one of these. */
const argumentLists: readonly (readonly unknown[])[] = [
  ['x', 'y', 'z'],
  [1, 2],
  ['x', ['y']],
  ['x', 'y', ['z']],
  [['x']],
];

function made(make: Table[string]): object {
  for (const list of argumentLists) {
    try {
      return Reflect.apply(make, undefined, list);
    } catch {}
  }
  throw new Error(`no arguments suit ${make}`);
}

/** The code of every error in a table that has one. */
function codesOf(table: Table): string[] {
  return Object.values(table).flatMap((make) => {
    const error = made(make);
    const { code } = { code: null, ...('error' in error ? Object(error.error) : error) };
    return code === null ? [] : [code];
  });
}

describe('the label of an error', () => {
  it('is its code, for every error that the server makes', () => {
    const codes = [mistakes, mcpMistakes, translationMistakes, httpErrors, refusals].flatMap(codesOf);
    expect(codes.length).toBeGreaterThan(40);
    expect(codes.filter((code) => codeLabel(code) !== code)).toEqual([]);
  });

  it('is the same for all that anyone else makes up', () => {
    expect(codeLabel('my_own_code')).toBe('other');
    expect(codeLabel(null)).toBe('none');
    expect(codeLabel('')).toBe('none');
  });
});

describe('the label of a close', () => {
  it('is the code, unless the peer made it up', () => {
    expect(closeLabel(1006)).toBe('1006');
    expect(closeLabel(4711)).toBe('other');
  });
});
