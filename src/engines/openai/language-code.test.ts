import { describe, expect, it } from 'vitest';
import { languageCode } from './language-code.ts';

describe('languageCode', () => {
  it.each([
    ['en', 'en'],
    ['DE', 'de'],
    ['english', 'en'],
    ['Portuguese', 'pt'],
    [' japanese ', 'ja'],
  ])('knows %j', (language, code) => {
    expect(languageCode(language)).toBe(code);
  });

  it.each(['', 'auto', 'klingon'])('does not know %j', (language) => {
    expect(languageCode(language)).toBeNull();
  });
});
