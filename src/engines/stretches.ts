import { type ClauseSizes, clauseSplitter } from './pipeline/clauses.ts';

/** The longest text that is spoken in one go, in characters: half a minute of sound. */
const longestStretch = 500;

/** As long as they may be, but for the sake of whole sentences. */
const sizes: ClauseSizes = {
  firstWords: longestStretch,
  firstMost: longestStretch,
  laterLeast: longestStretch / 2,
  laterLong: longestStretch - 100,
  laterMost: longestStretch,
};

/** A text in stretches that can be spoken in one go; joined they are the text. Most texts are one. */
export function* stretchesOf(text: string): Generator<string, void> {
  if (text.length <= longestStretch) return yield text;
  const splitter = clauseSplitter(sizes);
  yield* splitter.push(text);
  yield* splitter.end();
}
