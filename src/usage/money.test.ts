import { describe, expect, it } from 'vitest';
import { microsOf, microsOfSeconds, microsOfUsd, usdOf } from './money.ts';
import type { ModelPrices } from './price-list.ts';
import { findPrices } from './price-list.ts';
import { publishedPrices } from './published-prices.ts';
import { addResponseUsage, addTranscriptionUsage, noUsage } from './usage.ts';

type Told = Parameters<typeof addResponseUsage>[1];
type Transcribed = Parameters<typeof addTranscriptionUsage>[1];

/** What the service publishes, by the name of the model; `own` are prices that are easy to reckon with. */
const own: ModelPrices = {
  input: { text: 1, audio: 10, image: 100 },
  cached: { text: 0.1, audio: 0.2, image: 0.3 },
  output: { text: 1000, audio: 10_000 },
};

const pricesOf = (name: string): ModelPrices => (name === 'own' ? own : (findPrices(publishedPrices, [name]) ?? {}));

/** Usage as `response.done` tells it: fresh and cached input by kind, output by kind. */
function told(
  input: [text: number, audio: number, image?: number],
  output: [text: number, audio: number],
  cached: [text: number, audio: number, image?: number] = [0, 0],
): Told {
  const [text, audio, image = 0] = input;
  const [cachedText, cachedAudio, cachedImage = 0] = cached;
  return {
    input_tokens: text + audio + image,
    output_tokens: output[0] + output[1],
    total_tokens: text + audio + image + output[0] + output[1],
    input_token_details: {
      text_tokens: text,
      audio_tokens: audio,
      image_tokens: image,
      cached_tokens: cachedText + cachedAudio + cachedImage,
      cached_tokens_details: { text_tokens: cachedText, audio_tokens: cachedAudio, image_tokens: cachedImage },
    },
    output_token_details: { text_tokens: output[0], audio_tokens: output[1] },
  };
}

const withDetails = (usage: NonNullable<Told>, output: object): Told => ({ ...usage, output_token_details: output });

describe('worked examples of money, in millionths of a dollar', () => {
  it.each<[what: string, model: string, usage: Told, micros: number | null]>([
    ['nothing', 'own', told([0, 0], [0, 0]), 0],
    ['no usage at all', 'own', null, 0],
    ['text read', 'own', told([100, 0], [0, 0]), 100],
    ['sound heard', 'own', told([0, 100], [0, 0]), 1000],
    ['a picture seen', 'own', told([0, 0, 512], [0, 0]), 51_200],
    ['text written', 'own', told([0, 0], [3, 0]), 3000],
    ['sound spoken', 'own', told([0, 0], [0, 3]), 30_000],
    ['all of it', 'own', told([100, 100, 512], [3, 3]), 100 + 1000 + 51_200 + 3000 + 30_000],
    ['all of its text from the cache', 'own', told([100, 0], [0, 0], [100, 0]), 10],
    ['half of its text from the cache', 'own', told([100, 0], [0, 0], [50, 0]), 50 + 5],
    // The bug of pricing cached sound as fresh: 1000 here.
    ['all of its sound from the cache', 'own', told([0, 100], [0, 0], [0, 100]), 20],
    ['a picture from the cache', 'own', told([0, 0, 100], [0, 0], [0, 0, 100]), 30],
    // The bug of adding cached tokens to the input instead of taking them as a part of it: 1120 here.
    ['sound, text and cache of both', 'own', told([60, 40], [0, 0], [30, 20]), 30 + 200 + 3 + 4],
    ['a fraction, rounded up', 'own', told([1, 0], [0, 0], [1, 0]), 1],
    ['fractions that sum up before they are rounded', 'own', told([10, 10], [0, 0], [10, 10]), 3],
    ['fractions that are whole together', 'own', told([10, 0], [0, 0], [10, 0]), 1],
    // The bug of counting what was reasoned beside the text that it is a part of: 60 000 here.
    [
      'reasoning as part of the text',
      'own',
      withDetails(told([0, 0], [40, 0]) ?? {}, { text_tokens: 40, audio_tokens: 0, reasoning_tokens: 20 }),
      40_000,
    ],
    [
      'reasoning that no kind claims, as text',
      'own',
      withDetails(told([0, 0], [40, 0]) ?? {}, { text_tokens: 20, audio_tokens: 0, reasoning_tokens: 20 }),
      40_000,
    ],
    // The bug of flattening sound into the total: 70 000 here.
    ['sound beside text in the output', 'own', told([0, 0], [30, 40]), 30_000 + 400_000],
    ['a sum without details, as text', 'own', { input_tokens: 100, output_tokens: 2 }, 100 + 2000],
    [
      'details that leave something over, as text',
      'own',
      { input_tokens: 100, input_token_details: { audio_tokens: 60 } },
      600 + 40,
    ],
    [
      'cached tokens of no kind, text first',
      'own',
      { input_tokens: 100, input_token_details: { text_tokens: 60, audio_tokens: 40, cached_tokens: 70 } },
      300 + 7,
    ],
    ['more cached than read', 'own', told([10, 0], [0, 0], [20, 0]), 2],
    ['counts that are no numbers', 'own', { input_tokens: Number.NaN, output_tokens: -5 }, 0],
    ['a million of everything', 'own', told([1e6, 1e6, 1e6], [1e6, 1e6]), 11_111_000_000],
    ['text of gpt-realtime', 'gpt-realtime', told([1000, 0], [500, 0]), 4000 + 8000],
    ['a spoken turn of gpt-realtime', 'gpt-realtime', told([120, 80], [20, 80]), 480 + 2560 + 320 + 5120],
    [
      'a long talk with gpt-realtime, most of it cached',
      'gpt-realtime',
      told([2000, 8000], [60, 300], [1900, 7500]),
      400 + 16_000 + 760 + 3000 + 960 + 19_200,
    ],
    ['a million cached audio tokens of gpt-realtime', 'gpt-realtime', told([0, 1e6], [0, 0], [0, 1e6]), 400_000],
    ['a picture for gpt-realtime-1.5', 'gpt-realtime-1.5', told([10, 0, 800], [0, 0], [0, 0, 400]), 40 + 2000 + 200],
    ['text written by gpt-realtime-2', 'gpt-realtime-2', told([0, 0], [1000, 0]), 24_000],
    [
      'reasoning of gpt-realtime-2.1',
      'gpt-realtime-2.1',
      withDetails(told([0, 0], [300, 100]) ?? {}, { text_tokens: 300, audio_tokens: 100, reasoning_tokens: 250 }),
      7200 + 6400,
    ],
    ['a turn of gpt-realtime-mini', 'gpt-realtime-mini', told([100, 100], [10, 100]), 60 + 1000 + 24 + 2000],
    ['a cached turn of gpt-realtime-2.1-mini', 'gpt-realtime-2.1-mini', told([100, 100], [0, 0], [100, 100]), 6 + 30],
    ['one cached text token of gpt-realtime-2.1-mini', 'gpt-realtime-2.1-mini', told([1, 0], [0, 0], [1, 0]), 1],
    ['a model without a price', 'nobody', told([1, 0], [0, 0]), null],
    ['nothing of a model without a price', 'nobody', told([0, 0], [0, 0]), 0],
  ])('%s', (_, model, usage, micros) => {
    expect(microsOf(addResponseUsage(noUsage, usage), pricesOf(model))).toBe(micros);
  });

  it.each<[what: string, model: string, usage: Transcribed, micros: number | null]>([
    ['a minute of whisper-1', 'whisper-1', { type: 'duration', seconds: 60 }, 6000],
    ['two and a half seconds of gpt-realtime-whisper', 'gpt-realtime-whisper', { type: 'duration', seconds: 2.5 }, 709],
    [
      'sound and words of gpt-4o-transcribe',
      'gpt-4o-transcribe',
      {
        type: 'tokens',
        total_tokens: 110,
        input_tokens: 100,
        output_tokens: 10,
        input_token_details: { text_tokens: 20, audio_tokens: 80 },
      },
      50 + 480 + 100,
    ],
    ['time of a model that is billed by tokens', 'gpt-4o-transcribe', { type: 'duration', seconds: 1 }, null],
  ])('%s', (_, model, usage, micros) => {
    expect(microsOf(addTranscriptionUsage(noUsage, usage), pricesOf(model))).toBe(micros);
  });
});

describe('money', () => {
  it('by time is rounded up once', () => {
    expect(microsOfSeconds(3600, 0.034)).toBe(2_040_000);
    expect(microsOfSeconds(0.04, 0.034)).toBe(23);
  });

  it('is whole millionths of a dollar, and comes back as dollars', () => {
    expect(microsOfUsd(0.1) + microsOfUsd(0.2)).toBe(microsOfUsd(0.3));
    expect(usdOf(microsOfUsd(12.345678))).toBe(12.345678);
  });

  it('knows no prices by the names of things that every object has', () => {
    expect(findPrices(publishedPrices, ['constructor', 'toString'])).toBeNull();
    expect(findPrices({ mine: own }, ['other', 'mine'])).toBe(own);
  });

  it('costs what fresh input costs where nothing is said of cached, and what text costs where nothing is said of a kind', () => {
    const flat: ModelPrices = { input: { text: 2 }, output: { text: 3 } };
    expect(microsOf(addResponseUsage(noUsage, told([10, 10], [1, 1], [5, 5])), flat)).toBe(46);
  });
});
