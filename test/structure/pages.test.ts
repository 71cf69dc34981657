import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { linksOf, pagesWithin } from './links.ts';

const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);

describe('the documentation', () => {
  it('has every page of its first rank in its table of contents, which the README names', () => {
    expect(linksOf('README.md').map(({ page }) => page)).toContain('docs/README.md');
    const listed = new Set(linksOf('docs/README.md').map(({ page }) => page));
    const firstRank = pages.filter((page) => page.split('/').length === 2 && page !== 'docs/README.md');
    expect(firstRank.filter((page) => !listed.has(page))).toEqual([]);
  });

  it('has no page that nobody reaches from the README', () => {
    const reached = pagesWithin('README.md', Number.POSITIVE_INFINITY);
    expect(pages.length).toBeGreaterThan(100);
    expect(pages.filter((page) => !reached.has(page))).toEqual([]);
  });

  it('says in its table of contents what the reader gets from each page, in one line', () => {
    const entries = readFileSync('docs/README.md', 'utf8').match(/^- .*$/gm) ?? [];
    expect(entries.length).toBeGreaterThan(40);
    expect(entries.filter((entry) => !/^- \[[^\]]+\]\([^)]+\): .{20,}\.$/.test(entry))).toEqual([]);
  });
});
