import type { TokenPrices } from './cost.ts';
import type { ModelPrices } from './price-list.ts';
import { noUsage, type TokenCounts, type Usage, uncached } from './usage.ts';

/**
 * Money is counted in whole millionths of a dollar, so that sums are exact. A price in dollars for a million tokens is the
 * price of one token in that unit; it may have six decimals of its own.
 */
export const microsPerUsd = 1_000_000;

/** Decimals of a price are counted in millionths, too. */
const parts = 1_000_000;

/**
 * What a response or a transcription costs, in micro-dollars, rounded up once. Null if its model has no price for what
 * was used: that is unknown, not free. What was read from the cache is part of the input and costs its own price; what was
 * reasoned is part of the text of the output.
 */
export function microsOf(usage: Usage, prices: ModelPrices): number | null {
  const { transcription } = usage;
  const amounts = [
    tokens(uncached(usage), prices.input),
    tokens(usage.cached, prices.cached ?? prices.input),
    tokens(usage.output, prices.output),
    tokens(transcription.input, prices.input),
    tokens({ ...noUsage.output, text: transcription.output }, prices.output),
    minutes(transcription.seconds, prices.minute),
  ];
  let sum = 0;
  for (const amount of amounts) {
    if (amount === null) return null;
    sum += amount;
  }
  return Math.ceil(sum / parts);
}

/** What so many seconds cost at a price for a minute, in micro-dollars, rounded up. */
export function microsOfSeconds(seconds: number, minute: number): number {
  return Math.ceil((minutes(seconds, minute) ?? 0) / parts);
}

/** Dollars as micro-dollars. */
export function microsOfUsd(usd: number): number {
  return Math.round(usd * microsPerUsd);
}

/** Micro-dollars as dollars. */
export function usdOf(micros: number): number {
  return micros / microsPerUsd;
}

/** In millionths of a micro-dollar. */
function tokens(counts: TokenCounts, prices: TokenPrices | undefined): number | null {
  const { text, audio, image, other } = counts;
  if (text + audio + image + other === 0) return 0;
  if (prices === undefined) return null;
  const { text: ofText, audio: ofAudio = ofText, image: ofImage = ofText } = prices;
  return (text + other) * inParts(ofText) + audio * inParts(ofAudio) + image * inParts(ofImage);
}

/** In millionths of a micro-dollar; time counts in milliseconds. */
function minutes(seconds: number, minute: number | undefined): number | null {
  if (seconds === 0) return 0;
  if (minute === undefined) return null;
  return ((Math.round(seconds * 1000) * Math.round(minute * microsPerUsd)) / 60_000) * parts;
}

function inParts(price: number): number {
  return Math.round(price * parts);
}
