import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entries } from '../../scripts/reference/entries.ts';
import { undocumented } from '../../scripts/reference/entry-pages.ts';
import { modules, referencePages, targets } from '../../scripts/reference/pages.ts';
import { statementsOf } from '../../scripts/reference/statements.ts';
import { defaultLimits } from '../../src/server/limits.ts';

const folder = join(import.meta.dirname, '../../docs/reference');
const pages = referencePages();

describe('the reference', () => {
  it('is what the built package says; node scripts/write-reference.ts writes it', () => {
    expect(readdirSync(folder).toSorted()).toEqual([...pages.keys()].toSorted());
    const outdated = [...pages].filter(([name, text]) => readFileSync(join(folder, name), 'utf8') !== text);
    expect(outdated.map(([name]) => name)).toEqual([]);
  });

  it('has a page for every entry of the package with code', () => {
    const withCode = Object.keys(targets).filter((entry) => !/\.json$|worklet|^\.$/.test(entry));
    expect(entries.map(({ specifier }) => specifier.replace('antiphon', '.')).toSorted()).toEqual(withCode.toSorted());
  });

  it('tells of every export what it is: each has a docstring', () => {
    expect(undocumented(modules, targets)).toEqual([]);
  });

  it('prints once what all platforms declare alike', () => {
    const twice = [...pages].flatMap(([page, text]) =>
      text
        .split('\n### ')
        .filter((section) => {
          const blocks = section.match(/^```ts\n[\s\S]*?^```$/gm) ?? [];
          return new Set(blocks).size < blocks.length;
        })
        .map((section) => `${page}: ${section.split('\n')[0]}`),
    );
    expect(twice).toEqual([]);
  });

  it('links every object that an export has its fields from', () => {
    const protocol = pages.get('protocol.md') ?? '';
    const linked = Array.from(protocol.matchAll(/\(objects\.md#([\w-]+)\)/g), ([, anchor = '']) => anchor);
    expect(linked.length).toBeGreaterThan(50);
    const objects = pages.get('objects.md') ?? '';
    const there = new Set(Array.from(objects.matchAll(/^## (.*)$/gm), ([, name = '']) => name.toLowerCase()));
    expect(linked.filter((anchor) => !there.has(anchor))).toEqual([]);
  });
});

describe('the keys of the configuration', () => {
  it('have the defaults that the server goes by', () => {
    const [, limits = ''] = (pages.get('configuration.md') ?? '').split('## Limits\n');
    const told = Array.from(
      limits.split('\n## ')[0]?.matchAll(/^\| `(\w+)` \|.*\| (\d+) \|/gm) ?? [],
      ([, key = '', value]) => [key.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), Number(value)],
    );
    expect(Object.fromEntries(told)).toEqual(defaultLimits);
  });
});

describe('the reading of declarations', () => {
  it('ends a statement at its own semicolon or brace, whatever stands in comments and texts', () => {
    const file = [
      '/** Of the file. */',
      "import type { A } from './a.ts';",
      '/** Has a } and a ; in it. */',
      'export interface B {',
      "    /** See `;`. */ readonly c: '}';",
      '}',
      "export type D = `a;${string}` | { e: ';' };",
      '// a comment; of one line',
      'export declare const f: (g: { h: string; }) => void;',
    ].join('\n');
    expect(statementsOf(file)).toEqual([
      { doc: 'Of the file.', text: "import type { A } from './a.ts';" },
      { doc: 'Has a } and a ; in it.', text: "export interface B {\n    /** See `;`. */ readonly c: '}';\n}" },
      { doc: null, text: "export type D = `a;${string}` | { e: ';' };" },
      { doc: null, text: 'export declare const f: (g: { h: string; }) => void;' },
    ]);
  });
});
