import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problemsOf } from './compile.ts';
import { examples } from './examples-server.ts';

const root = join(examples, '..');
const pages = ['docs/page-and-key.md', 'docs/runtimes.md'];

function blocksOf(page: string): { readonly info: string; readonly code: string }[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```ts (.+)\n([\s\S]*?)^```$/gm)].map(([, info = '', code = '']) => ({ info, code }));
}

describe('the pages about relays and runtimes', () => {
  const blocks = pages.flatMap(blocksOf);

  it('show the examples as they are', () => {
    const shown = blocks.filter(({ info }) => info.startsWith('examples/'));
    expect(shown.map(({ info }) => info)).toEqual(['examples/token-server/server.ts', 'examples/relay/server.ts']);
    for (const { info, code } of shown) expect(code).toBe(readFileSync(join(root, info), 'utf8'));
  });

  it('show code that compiles', () => {
    const files = blocks.flatMap(({ info, code }) => {
      const name = /^example (\S+)$/.exec(info)?.[1];
      return name === undefined ? [] : [[name, code] as const];
    });
    expect(files.length).toBe(3);
    expect(problemsOf(Object.fromEntries(files))).toBe('');
  });
});

describe('the list of examples', () => {
  const readme = readFileSync(join(examples, 'README.md'), 'utf8');

  it('names every example, and every file that it links is there', () => {
    const files = readdirSync(examples, { recursive: true, encoding: 'utf8' });
    const linked = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => path);
    expect(linked.filter((path) => !files.includes(path))).toEqual([]);
    // What the others share is no example.
    const parts = new Set(['README.md', '.oxlintrc.json', 'scenario.yaml', 'endpoint.ts', 'app.ts', 'fake-browser.ts']);
    const all = files.filter((file) => !file.includes('/') && !parts.has(file));
    expect(all.filter((file) => !linked.includes(file))).toEqual([]);
  });
});
