import type { PriceList } from './price-list.ts';

/** When these prices were last compared with what is published, a year and a month. Prices change: give your own over them. */
export const publishedAsOf = '2026-11';

const voice = {
  input: { text: 4, audio: 32, image: 5 },
  cached: { text: 0.4, audio: 0.4, image: 0.5 },
  output: { text: 16, audio: 64 },
};
const voice2 = { ...voice, output: { text: 24, audio: 64 } };
const mini = {
  input: { text: 0.6, audio: 10, image: 0.8 },
  cached: { text: 0.06, audio: 0.3, image: 0.08 },
  output: { text: 2.4, audio: 20 },
};

/** What OpenAI's own models cost, as OpenAI publishes it. */
export const publishedPrices: PriceList = {
  'gpt-realtime': voice,
  'gpt-realtime-1.5': voice,
  'gpt-realtime-2': voice2,
  'gpt-realtime-2.1': voice2,
  'gpt-realtime-mini': mini,
  'gpt-realtime-2.1-mini': mini,
  'gpt-realtime-whisper': { minute: 0.017 },
  'gpt-realtime-translate': { minute: 0.034 },
  'whisper-1': { minute: 0.006 },
  'gpt-4o-transcribe': { input: { text: 2.5, audio: 6 }, output: { text: 10 } },
  'gpt-4o-mini-transcribe': { input: { text: 1.25, audio: 3 }, output: { text: 5 } },
};
