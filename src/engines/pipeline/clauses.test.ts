import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClauseSizes, clauseSplitter } from './clauses.ts';

/** Sentences of any length are clauses of their own, so that a case shows nothing but its boundaries. */
const everySentence: ClauseSizes = { laterLeast: 1 };

function clausesOf(chunks: readonly string[], sizes?: ClauseSizes): readonly string[] {
  const splitter = clauseSplitter(sizes);
  return [...chunks.flatMap((chunk) => [...splitter.push(chunk)]), ...splitter.end()];
}

describe('clauseSplitter', () => {
  it.each([
    ['sentences', ['I see. ', 'Do you? ', 'Yes! ', 'Good.']],
    ['decimals', ['Pi is 3.14 or so. ', 'A mile is 1,609.34 m.']],
    ['thousands and times', ['It cost 1,000 at 10:30 sharp. ', 'Cheap.']],
    ['titles and names', ['Dr. Smith met J. R. Tolkien. ', 'They spoke.']],
    ['abbreviations with stops inside', ['Bring fruit, e.g. apples from the U.S. or Spain. ', 'Thanks.']],
    ['German abbreviations and dates', ['Am 3. Mai war z.B. Frau Dr. Roth da. ', 'Danach nicht.']],
    ['a small number that ends a sentence', ['You have 3. ', 'I have 4.']],
    ['"no." before a number and alone', ['He is No. 5 here. ', 'No. ', 'Never.']],
    ['I as a word', ['So do I. ', 'Really.']],
    ['runs of marks', ['What?! ', 'No!!! ', 'Fine.']],
    ['closing quotes and brackets', ['He said "Go." ', 'She left (at last). ', 'Done.']],
    ['addresses', ['See www.example.com/a?b=c,dd. ', 'Write to me.now@example.org today. ', 'Bye.']],
    ['links of Markdown', ['Read [Mr. X. The end](https://x.y/z) now. ', 'Then stop.']],
    ['code', ['Call `a. b. c` first. ', 'Then stop.']],
    ['asides', ['It works (I tried. It did) now. ', 'See?']],
    ['headings, lists and blank lines', ['# Title\n', '\n- One. ', 'two\n', '- Two\n', '1. Three\n', '\nEnd.']],
    ['Windows line ends', ['One.\r', '\nTwo.']],
    ['Chinese and Japanese', ['你好！', '今天天气很好。', '「はい。」', 'そうですか？', 'ええ。']],
    ['Hindi, Arabic, Armenian', ['यह अच्छा है। ', 'كيف حالك؟ ', 'Բարեւ։ ', 'OK.']],
    ['emoji', ['Great 😀! ', '👩‍👩‍👧 Family. ', 'Bye.']],
  ])('knows %s', (_, clauses) => {
    expect(clausesOf([clauses.join('')], everySentence)).toEqual(clauses);
    expect(clausesOf(clauses.join('').split(''), everySentence)).toEqual(clauses);
  });

  it.each([
    ['a comma after four words', ['Well, let me see now, ', 'that was in the year of grace.']],
    ['a dash between blanks', ['That is a hard – ', 'and a well-known – question to be sure.']],
    ['a dash without blanks', ['That is a hard—', 'well, a very hard question to be sure.']],
    ['an ellipsis', ['Let me think about... ', 'well, what was it again?']],
    ['a full-width comma', ['我觉得今天天气，', '真的很好。']],
    ['the blank between two phrases of Thai', ['สวัสดีครับ วันนี้อากาศดีมาก ', 'เราไปเดินเล่นกันไหม']],
  ])('ends the first clause at %s', (_, clauses) => {
    expect(clausesOf([clauses.join('')])).toEqual(clauses);
  });

  it('does not end the first clause at a comma after few words, nor a later clause at any early comma', () => {
    const text = 'Well, yes. Then, after a while and some more talk, they went home, one by one, in the rain.';
    expect(clausesOf([text])).toEqual([text.slice(0, 11), text.slice(11)]);
  });

  it('joins short sentences, except for the first', () => {
    expect(clausesOf(['Yes. No. Maybe. I would have to look that up first. Wait.'])).toEqual([
      'Yes. ',
      'No. Maybe. I would have to look that up first. ',
      'Wait.',
    ]);
  });

  it('gives the first clause as soon as the character after it is there', () => {
    const splitter = clauseSplitter();
    expect([...splitter.push('Sure. ')]).toEqual(['Sure. ']);
    expect([...splitter.push('Wait')]).toEqual([]);
    expect([...splitter.end()]).toEqual(['Wait']);
  });

  it('begins anew after the end of a text', () => {
    const splitter = clauseSplitter();
    expect([...splitter.push('One. '), ...splitter.end(), ...splitter.push('Two. '), ...splitter.end()]).toEqual([
      'One. ',
      'Two. ',
    ]);
  });

  it('cuts a sentence without an end between words, the first time early', () => {
    const endless = 'and so on '.repeat(100);
    const clauses = clausesOf([endless]);
    expect(clausesOf(endless.split(''))).toEqual(clauses);
    expect(clauses[0]?.length).toBeLessThanOrEqual(100);
    expect(clauses.every((clause) => clause.length <= 240 && /\w $/u.test(clause))).toBe(true);
    expect(clauses.length).toBeLessThan(12);
  });

  it('cuts endless text without blanks between words and never inside a character', () => {
    const family = '👩‍👩‍👧';
    const endless =
      '日本語の文章は空白なしで書かれます'.repeat(30) + 'กรุงเทพมหานครอมรรัตนโกสินทร์'.repeat(30) + family.repeat(60);
    const clauses = clausesOf([endless]);
    expect(clausesOf(endless.split(''))).toEqual(clauses);
    expect(clauses.every((clause) => clause.length <= 240)).toBe(true);
    expect(clauses.join('').endsWith(family.repeat(60))).toBe(true);
    expect(clauses.every((clause) => !/^[\u200D\uDC00-\uDFFF]/u.test(clause))).toBe(true);
  });

  it('speaks on after a bracket that nobody closes', () => {
    const clauses = clausesOf([`Sorry :( ${'I cannot do that for you. '.repeat(20)}`]);
    expect(clauses.length).toBeGreaterThan(3);
  });
});

const word = fc.constantFrom(
  ...'Hello|Dr.|e.g.|3.14|3.|No.|5|10:30|https://a.b/c?d.|**bold**|`x. y`|(see|there)|"Go."|end.|what?!|...|…'.split(
    '|',
  ),
  ...'- |—|,|;|\n|\n\n|# |1. |。|，|「はい。」|你好|สวัสดี|😀|👩‍👩‍👧| |  |\r\n|\t|[a|](b)|naïve|ß|\u0301'.split('|'),
  '!'.repeat(30),
);
const text = fc
  .array(fc.oneof(word, word, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 120 })
  .map((words) => words.join(''));

/** A text and places to cut it at. */
const chunked = fc.tuple(text, fc.array(fc.nat({ max: 900 }), { maxLength: 60 })).map(([whole, places]) => {
  const cuts = [0, ...places.map((place) => Math.min(place, whole.length)).toSorted((a, b) => a - b), whole.length];
  return { whole, chunks: cuts.slice(1).map((cut, index) => whole.slice(cuts[index], cut)) };
});

describe('the clauses of any text', () => {
  it('are the text when joined, and none is empty', () => {
    fc.assert(
      fc.property(chunked, ({ whole, chunks }) => {
        const clauses = clausesOf(chunks);
        expect(clauses.join('')).toBe(whole);
        expect(clauses).not.toContain('');
      }),
      { numRuns: 400 },
    );
  });

  it('are the same however it arrives: at once, in pieces, unit by unit', () => {
    fc.assert(
      fc.property(chunked, ({ whole, chunks }) => {
        const atOnce = clausesOf([whole]);
        expect(clausesOf(chunks)).toEqual(atOnce);
        expect(clausesOf(whole.split(''))).toEqual(atOnce);
      }),
      { numRuns: 400 },
    );
  });

  it('are never longer than the longest clause and what may be open at its end', () => {
    fc.assert(
      fc.property(text, (whole) => {
        for (const clause of clausesOf([whole])) expect(clause.length).toBeLessThanOrEqual(240 + 26);
      }),
    );
  });
});
