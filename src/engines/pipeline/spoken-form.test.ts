import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spokenForm } from './spoken-form.ts';

describe('spokenForm', () => {
  it.each([
    ['emphasis', 'This is **very** *good*, __really__ _so_, ~~not~~ bad.', 'This is very good, really so, not bad.'],
    ['code', 'Call `map()` twice.', 'Call map() twice.'],
    ['a block of code', '```ts\nlet x;\n```\n', 'let x;'],
    ['links and images', 'See [the page](https://a.b/c_d) and ![a cat](c.png).', 'See the page and a cat.'],
    ['plain addresses', 'Go to <https://a.b/c>.', 'Go to https://a.b/c.'],
    ['headings and lists', '## Plan\n- Eggs\n* Milk, fresh\n1. Go\n', 'Plan. Eggs. Milk, fresh. 1. Go'],
    ['boxes of a list of tasks', '- [x] Done\n- [ ] Open', 'Done. Open'],
    ['quotations', '> So it is.\n> And was.', 'So it is. And was.'],
    ['tables', '| A | B |\n|---|:-:|\n| 1 | 2 |', 'A, B. 1, 2'],
    ['rules', 'One.\n\n---\n\nTwo.', 'One. Two.'],
    ['lines that are wrapped', 'the quick\nbrown fox', 'the quick brown fox'],
    ['lines of Japanese', '- 卵\n- 牛乳', '卵。牛乳'],
    ['emoji', 'Great 👍🏽! 🇫🇷 ❤️', 'Great !'],
  ])('leaves out the marks of %s', (_, text, spoken) => {
    expect(spokenForm(text)).toBe(spoken);
  });

  it.each(['2 * 3 = 6', '2*3', 'snake_case_name', 'a - b', 'C# is it', '5 < 6 > 4', '© 2026', 'x_1'])(
    'leaves %s as it is',
    (text) => {
      expect(spokenForm(text)).toBe(text);
    },
  );

  it.each(['', '  \n', '…', '**', '- ', '---', '😀', '?!', '```'])('says nothing of %j', (text) => {
    expect(spokenForm(text)).toBe('');
  });

  it('is one line without the marks of Markdown, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab1 \n*_`#->[]()|~!😀.') }), (text) => {
        const spoken = spokenForm(text);
        expect(spoken).not.toMatch(/[\n`]|\*\*/u);
        expect(spoken).toBe(spoken.trim());
      }),
    );
  });
});
