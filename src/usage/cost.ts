import { type TokenCounts, type Usage, uncached } from './usage.ts';

/** What a million tokens cost, by kind, in any currency. A kind without a price costs what text costs. */
export interface TokenPrices {
  readonly text: number;
  readonly audio?: number;
  readonly image?: number;
}

/** A price list. The caller's: prices change, and differ from provider to provider. */
export interface Prices {
  readonly input: TokenPrices;
  /** For input from the cache. Default: the same as `input`. */
  readonly cached?: TokenPrices;
  readonly output: TokenPrices;
  /** The transcription model's own prices. Default: it costs nothing. */
  readonly transcription?: {
    readonly input?: TokenPrices;
    /** A million tokens. */
    readonly output?: number;
    /** A minute of sound, of models that are billed by length. */
    readonly minute?: number;
  };
}

/** An amount in the currency of the prices, and its parts. */
export interface Cost {
  /** Input that was not cached. */
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly transcription: number;
  readonly total: number;
}

const free: TokenPrices = { text: 0 };

/** What the usage costs. Tokens of unknown kind cost what text costs. */
export function costOf(usage: Usage, prices: Prices): Cost {
  const input = amount(uncached(usage), prices.input);
  const cached = amount(usage.cached, prices.cached ?? prices.input);
  const output = amount(usage.output, prices.output);
  const transcription = transcriptionCost(usage.transcription, prices.transcription ?? {});
  return { input, cached, output, transcription, total: input + cached + output + transcription };
}

function transcriptionCost(used: Usage['transcription'], prices: NonNullable<Prices['transcription']>): number {
  const tokens = amount(used.input, prices.input ?? free) + (used.output * (prices.output ?? 0)) / 1e6;
  return tokens + (used.seconds / 60) * (prices.minute ?? 0);
}

function amount(tokens: TokenCounts, prices: TokenPrices): number {
  const { text, audio = text, image = text } = prices;
  return ((tokens.text + tokens.other) * text + tokens.audio * audio + tokens.image * image) / 1e6;
}
