import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { defaultIn } from '../../scripts/reference/configuration-page.ts';
import { type Definitions, nameOf, type Schema } from '../../scripts/reference/json-schema.ts';
import { blocks, pages, root } from './blocks.ts';
import { everyFlag } from './shell.ts';

const page = pages.get('docs/configuration.md') ?? '';
const schema: Schema & { readonly $defs: Definitions } = JSON.parse(
  readFileSync(join(root, 'dist/schema/config.json'), 'utf8'),
);

/** A default as one word, such as `60` or `false`; null where a key has none, or one that takes a sentence. */
function literalDefault({ description = '' }: Schema): string | null {
  const { otherwise } = defaultIn(description);
  const [, word = null] = /^"?([\w./-]+:?[\w./-]+|\d+|antiphon:)"?(?:$|[:,] )/.exec(otherwise) ?? [];
  return word === null || ['never', 'none', 'no', 'all', 'as', 'nothing', 'the'].includes(word) ? null : word;
}

/** The keys of the server that have such a default, each with it and with what a file says. */
function saidOf(file: unknown, { properties = {} }: Schema, path = ''): readonly (readonly [string, string, string])[] {
  return Object.entries(properties).flatMap(([key, each]) => {
    const value: unknown = Reflect.get(Object(file), key);
    const inside = each.$ref === undefined ? each : (schema.$defs[nameOf(each.$ref)] ?? {});
    if (value === undefined || key === 'models') return [];
    if (inside.properties !== undefined) return saidOf(value, inside, `${path}${key}.`);
    const usual = literalDefault(each);
    return usual === null ? [] : [[`${path}${key}`, usual, String(value)] as const];
  });
}

/** The rows of the table below a heading, by key: only those that are about one key. */
function rowsBelow(heading: string): ReadonlyMap<string, string> {
  const [, below = ''] = page.split(`${heading}\n`);
  const [table = ''] = below.split('\n#');
  const rows = table.matchAll(/^\| `(\w+)` +\| .* \| ([^|]*?) +\|$/gm);
  return new Map(Array.from(rows, ([, key = '', usual = '']) => [key, usual.replaceAll('`', '')]));
}

/** What every program has. */
const own = new Set(['--help', '--version']);

describe('docs/configuration.md', () => {
  it('shows the defaults in its example of a file', () => {
    const example = blocks.find(({ key }) => key === 'docs/configuration.md yaml antiphon.yaml 1');
    const said = saidOf(parse(example?.code ?? ''), schema);
    expect(said.length).toBeGreaterThan(20);
    expect(said.filter(([, usual, value]) => usual !== value)).toEqual([]);
  });

  it.each([
    ['### A pipeline', 'Pipeline'],
    ['### A relay', 'Relay'],
  ])('tells the defaults of the schema, and what is needed: %s', (heading, definition) => {
    const { properties = {}, required = [] } = schema.$defs[definition] ?? {};
    const rows = rowsBelow(heading);
    expect([...rows.keys()].toSorted()).toEqual(Object.keys(properties).toSorted());
    const wrong = [...rows].filter(([key, usual]) => {
      const literal = literalDefault(properties[key] ?? {});
      const isOther = literal !== null && usual.split(':')[0] !== literal;
      return isOther || (usual === 'needed') !== required.includes(key);
    });
    expect(wrong).toEqual([]);
  });

  it('has every flag of serve, and the pages have those of the other commands', () => {
    const all = [...pages.values()].join('\n');
    expect([...everyFlag()].filter((flag) => !own.has(flag) && !all.includes(flag))).toEqual([]);
    expect([...everyFlag('serve')].filter((flag) => !own.has(flag) && !page.includes(`\`${flag}`))).toEqual([]);
  });
});
