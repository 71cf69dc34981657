import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../src');

/** What an entry exports under a name of its own, types among it, and the files that it re-exports whole. */
function entryOf(file: string): { readonly names: readonly string[]; readonly whole: readonly string[] } {
  const text = readFileSync(join(root, file), 'utf8');
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = '']) => list.split(','));
  const listed = lists.map((name) =>
    name
      .trim()
      .replace(/^type /, '')
      .replace(/^.* as /, ''),
  );
  const declared = [...text.matchAll(/^export (?:const|function|class|interface|type) (\w+)/gm)].map(
    ([, name = '']) => name,
  );
  return {
    names: [...listed, ...declared].filter((name) => name !== ''),
    whole: [...text.matchAll(/^export \* from '(.+)';/gm)].map(([, from = '']) => from),
  };
}

describe('entries that share names', () => {
  it.each([
    ['client/index.ts', './exports.ts'],
    ['client/index-node.ts', './exports.ts'],
    ['client/index-runtime.ts', './exports.ts'],
    ['audio/index.ts', './exports.ts'],
    ['audio/node/index.ts', '../exports.ts'],
    ['protocol/index.ts', './events/index.ts'],
  ])('%s re-exports them whole, so that none is missing in one', (file, shared) => {
    const entry = entryOf(file);
    expect(entry.whole).toEqual([shared]);
    const names = entryOf(join(file, '..', shared)).names;
    expect(names.length).toBeGreaterThan(20);
    expect(entry.names.filter((name) => names.includes(name))).toEqual([]);
  });

  it.each([
    ['client/index.ts', 'client/index-runtime.ts'],
    ['client/index-node.ts', 'client/index-runtime.ts'],
    ['audio/node/index.ts', 'audio/index.ts'],
  ])('%s has every name of its own that %s has', (file, other) => {
    expect(entryOf(file).names).toEqual(expect.arrayContaining([...entryOf(other).names]));
  });
});
