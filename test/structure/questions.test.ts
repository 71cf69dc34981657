import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { headingsOf, pagesWithin } from './links.ts';
import { questions } from './questions.ts';

/** The lines in which a newcomer looks for a page, with their links from the root of the repository. */
const signposts = [
  ['README.md', ''],
  ['docs/README.md', 'docs/'],
].flatMap(([page = '', folder = '']) =>
  readFileSync(page, 'utf8')
    .split('\n')
    .map((line) => line.replaceAll('](', `](${folder}`)),
);
const near = pagesWithin('README.md', 2);

describe('what newcomers ask', () => {
  it('is a list of 25 questions, each asked in a public issue of its own', () => {
    expect(questions).toHaveLength(25);
    expect(new Set(questions.map(({ asked }) => asked)).size).toBe(25);
    expect(questions.filter(({ asked }) => !/^[\w.-]+\/[\w.-]+#\d+$/.test(asked))).toEqual([]);
  });

  it.each(questions)('is answered two links from the README at most: $question', ({ answer: [page, heading] }) => {
    expect([...near]).toContain(page);
    expect(headingsOf(page)).toContain(heading);
  });

  it.each(questions)('is found by a word of the reader, $sign: $question', ({ answer: [page], sign }) => {
    const leads = signposts.filter((line) => line.includes(`](${page}`));
    expect(leads.filter((line) => line.toLowerCase().includes(sign.toLowerCase()))).not.toEqual([]);
  });
});
