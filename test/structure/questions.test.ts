import { describe, expect, it } from 'vitest';
import { headingsOf, pagesWithin } from './links.ts';
import { questions } from './questions.ts';

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
});
