import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * What a comment, a page or a commit cites stands in this repository: `behaviour §N` is a section of docs/behaviour.md,
 * `no. N` one of its laws, `DN` one of its choices. Standards are cited in words ("RFC 6455, section 7.4").
 */
const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/behaviour.md'), 'utf8');
const sections = new Set(Array.from(page.matchAll(/^##+ §([0-9.]+) /gm), ([, number = '']) => number));
const laws = new Set(Array.from(section('9').matchAll(/^([0-9]+)\. /gm), ([, number = '']) => number));
const choices = new Set(Array.from(section('0').matchAll(/^\| (D[0-9]+) \|/gm), ([, number = '']) => number));

function section(number: string): string {
  const [, text = ''] = page.split(`## §${number} `);
  return text.split('\n## ')[0] ?? '';
}

const git = (...args: readonly string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' });

/** Lists of promises and code that reads comments name sections alone: there is only one page they can mean. */
const bare = /^(test\/promises\/|test\/schema\/files|src\/protocol\/published\/docs\.ts)/;

/** Whether the text before a `§` names the page, perhaps with other sections between: "behaviour §2.3 and §4.1". */
const namesPage = (before: string): boolean => /behaviour (?:[§0-9.,; ]|no\. |and |to )*$/i.test(before.slice(-60));

function problemsOf(text: string, mayBeBare: boolean): readonly string[] {
  const cited = [...text.matchAll(/§\s*([0-9]+(?:\.[0-9]+)?|)(?: (?:no\. ([0-9]+)|(D[0-9]+)))?/g)];
  return cited.flatMap(({ 0: all, 1: number = '', 2: law, 3: choice, index }) => {
    if (!mayBeBare && !namesPage(text.slice(0, index))) return [`${all}: says not of which page`];
    if (number === '') return mayBeBare ? [] : [`${all}: names no section`];
    if (!sections.has(number)) return [`${all}: docs/behaviour.md has no such section`];
    if (law !== undefined && !laws.has(law)) return [`${all}: there is no such law`];
    return choice !== undefined && !choices.has(choice) ? [`${all}: there is no such choice`] : [];
  });
}

/** The page itself, and this file, whose examples are wrong on purpose. */
const unread = new Set(['docs/behaviour.md', 'test/structure/citations.test.ts']);

/** Prose wraps, and so do comments: a citation may stand on two lines. */
const unwrapped = (text: string): string => text.replace(/\n[ \t]*(\*|\/\/)?[ \t]*/g, ' ');

describe('what is cited', () => {
  it('has sections, laws and choices to cite', () => {
    expect([sections.size, laws.size, choices.size]).toEqual([46, 30, 20]);
  });

  it('stands in docs/behaviour.md, wherever it is cited', () => {
    const files = git('ls-files', '--cached', '--others', '--exclude-standard')
      .split('\n')
      .filter((file) => /\.(ts|md|py|mjs|html|yaml|ya?ml)$/.test(file) && !unread.has(file));
    const problems = files.flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return problemsOf(unwrapped(text), bare.test(file)).map((problem) => `${file}: ${problem}`);
    });
    expect(problems).toEqual([]);
  });

  it('stands there too where a commit cites it', () => {
    expect(problemsOf(unwrapped(git('log', '--format=%B')), false)).toEqual([]);
  });

  it('is noticed where it does not', () => {
    expect(problemsOf('behaviour §12.9, behaviour §9 no. 31, behaviour §0 D99, RFC 6455 §7', false)).toHaveLength(4);
  });

  it('is named by the README and by CONTRIBUTING', () => {
    for (const file of ['README.md', 'CONTRIBUTING.md'])
      expect(readFileSync(join(root, file), 'utf8')).toContain('docs/behaviour.md');
  });
});
