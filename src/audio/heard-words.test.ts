import { describe, expect, it } from 'vitest';
import { heardWords, marked, type SaidAloud, voicedWords } from './heard-words.ts';

/** Speech of pieces in the order in which they came: text, or so many ticks of sound. */
function said(...pieces: readonly (string | number)[]): SaidAloud {
  let speech: SaidAloud = { transcript: '', ticks: 0, marks: [] };
  for (const piece of pieces) {
    speech =
      typeof piece === 'number'
        ? { ...speech, ticks: speech.ticks + piece }
        : { ...speech, transcript: speech.transcript + piece, marks: marked(speech) };
  }
  return speech;
}

const twoClauses = said('First things first. ', 1000, 'Then comes the rest of it.', 3000);

describe('the words that were heard of speech', () => {
  it.each<[name: string, speech: SaidAloud, heardTicks: number, words: string]>([
    ['nothing, of speech that was cut at once', twoClauses, 0, ''],
    ['part of the first clause', twoClauses, 550, 'First'],
    ['the first clause whole, at its end', twoClauses, 1000, 'First things first.'],
    ['no half word of the second', twoClauses, 1400, 'First things first.'],
    ['the second clause by the share of its own sound', twoClauses, 2500, 'First things first. Then comes'],
    ['all, once all was heard', twoClauses, 4000, 'First things first. Then comes the rest of it.'],
    ['a word that ends where the cut is', said('one two', 700), 300, 'one'],
    ['a clause in many pieces as one', said('Let ', 'me ', 'see. ', 300, 300, 'Yes.', 400), 600, 'Let me see.'],
    ['words in proportion, where all came before the sound', said('one two three four', 1800), 900, 'one two'],
    ['words in proportion, where all came after the sound', said(1800, 'one two three four'), 900, 'one two'],
    ['nothing of words that came after sound of their own', said(500, 'later', 500), 500, ''],
    ['Chinese up to a character', said('今天天气很好。', 700), 300, '今天天'],
    ['Japanese up to a character', said('今日はいい天気です', 900), 500, '今日はいい'],
    ['a Latin word in Chinese as one', said('我在Paris看书', 900), 400, '我在'],
    ['no half of a character outside the basic plane', said('𠮷𠮷𠮷𠮷', 800), 300, '𠮷'],
    ['Thai with the marks of its last letter', said('ที่นี่', 600), 400, 'ที่'],
    ['a long word not at all, unless whole', said('Donaudampfschifffahrt', 2100), 2000, ''],
    ['no words of silence', said(1000), 500, ''],
  ])('are %s', (_, speech, heardTicks, words) => {
    expect(heardWords(speech, heardTicks)).toBe(words);
  });

  it('grow with the sound, and are always its beginning', () => {
    let before = '';
    for (let ticks = 0; ticks <= twoClauses.ticks; ticks += 50) {
      const words = heardWords(twoClauses, ticks);
      expect(twoClauses.transcript.startsWith(words) && words.startsWith(before)).toBe(true);
      before = words;
    }
  });
});

it('a message of very many words and sounds notes only so many changes, and loses no words', () => {
  const pieces = Array.from({ length: 10_000 }, (_, at) => (at % 2 === 0 ? 'word ' : 100));
  const speech = said(...pieces);
  expect(speech.marks).toHaveLength(4096);
  expect(heardWords(speech, speech.ticks)).toBe(speech.transcript);
  expect(heardWords(speech, 1000)).toBe('word '.repeat(10).trimEnd());
});

describe('the words that have sound', () => {
  it.each<[name: string, speech: SaidAloud, words: string]>([
    ['all that came before the last sound', twoClauses, twoClauses.transcript],
    ['not those after it', said('Said. ', 500, 'Not said.'), 'Said. '],
    ['none before the first', said('Not yet.'), ''],
  ])('are %s', (_, speech, words) => {
    expect(voicedWords(speech)).toBe(words);
  });
});
