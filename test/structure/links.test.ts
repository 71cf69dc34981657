import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Slugs } from '../../scripts/reference/slugs.ts';

const root = join(import.meta.dirname, '../..');
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)));

/** A page without its blocks of code, in which a line may begin as a heading does. */
function withoutBlocks(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '');
}

/** The anchors of a page: those of its headings, as forges make them, and those that it sets itself. */
function anchorsOf(file: string): ReadonlySet<string> {
  const text = withoutBlocks(readFileSync(join(root, file), 'utf8'));
  const slugs = new Slugs();
  const headings = Array.from(text.matchAll(/^#+ (.*)$/gm), ([, title = '']) => slugs.next(title));
  return new Set([...headings, ...Array.from(text.matchAll(/<a id="([^"]+)">/g), ([, id = '']) => id)]);
}

function problemsOf(file: string): readonly string[] {
  const prose = withoutBlocks(readFileSync(join(root, file), 'utf8'));
  const links = Array.from(
    prose.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)|^ *\[[^\]]+\]: +(\S+)|\b(?:href|src|srcset)="([^"]+)"/gm),
    ([, inline, reference, attribute]) => inline ?? reference ?? attribute ?? '',
  );
  return links
    .filter((link) => !(/^[a-z]+:/.test(link) && URL.canParse(link)))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : normalize(join(dirname(file), path));
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchorsOf(target).has(anchor);
    })
    .map((link) => `${file}: ${link}`);
}

describe('a page', () => {
  it('links to pages, files and sections that are there', () => {
    expect(pages.length).toBeGreaterThan(30);
    expect(pages.flatMap(problemsOf)).toEqual([]);
  });
});
