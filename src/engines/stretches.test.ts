import { expect, it } from 'vitest';
import { stretchesOf } from './stretches.ts';

it.each([
  ['', 1],
  ['Hello there. How are you?', 1],
  ['Here is a sentence of some words. '.repeat(1000), 40],
  ['x'.repeat(100_000), 150],
  ['你好世界'.repeat(5000), 40],
])('a text of any length is cut into stretches that can be spoken in one go', (text, least) => {
  const stretches = [...stretchesOf(text)];
  expect(stretches.join('')).toBe(text);
  expect(stretches.length).toBeGreaterThanOrEqual(least);
  expect(Math.max(...stretches.map(({ length }) => length))).toBeLessThanOrEqual(520);
});
