import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/words.md'), 'utf8');
const [words = '', names = ''] = page.split('## Older names');

function cellsOf(text: string): readonly (readonly string[])[] {
  const rows = [...text.matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(' | '));
  return rows.filter(([first]) => first !== '---' && first !== 'Word' && first !== 'Entry point');
}

const inTicks = (text: string): readonly string[] => Array.from(text.matchAll(/`([^`]+)`/g), ([, name = '']) => name);

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(root, 'src', file), 'utf8'))
  .join('\n');

/** Where it is declared or used; a word of a sentence is no name. */
const isInSources = (name: string): boolean =>
  new RegExp(`\\b(?:class|const|function|interface|type) ${name}\\b|\\b${name}\\b(?! [a-z])`).test(sources);

/** Older and present names of types and functions; members say theirs in other places, too. */
const renamed = cellsOf(names)
  .map(([, older = '', now = '']) => [inTicks(older)[0] ?? '', inTicks(now)[0] ?? ''] as const)
  .filter(([older]) => !older.includes('.'));

describe('docs/words.md', () => {
  it('says each word once, in a line', () => {
    const said = cellsOf(words).map(([word = '']) => word);
    expect(said.length).toBeGreaterThan(50);
    expect(said.filter((word, index) => said.indexOf(word) !== index)).toEqual([]);
    expect(cellsOf(words).filter((cells) => cells.length !== 3 || !/[.]$/.test(cells[1] ?? ''))).toEqual([]);
  });

  it('names types and functions that are there', () => {
    const present = new Set(renamed.map(([, now]) => now));
    const named = cellsOf(words)
      .flatMap(([, , code = '']) => inTicks(code))
      .filter((name) => /^\w*[a-z]\w*[A-Z]\w*$|^[A-Z][a-z]\w*$/.test(name));
    expect(named.length).toBeGreaterThan(25);
    expect(named.filter((name) => !present.has(name) && !isInSources(name))).toEqual([]);
  });

  it('lists names that are there under one of the two, and never under both', () => {
    expect(renamed.length).toBeGreaterThan(5);
    const wrong = renamed.filter(([older, now]) => isInSources(older) === isInSources(now));
    expect(wrong).toEqual([]);
  });
});
