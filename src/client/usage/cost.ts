import type { TokenCounts, Usage } from './usage.ts';

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
  const input = amount(minus(usage.input, usage.cached), prices.input);
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

/**
 * What was not cached, by kind. Where a server splits only one of the two sums, the kinds do not match: then what is
 * cached of an unknown kind is taken from the kinds there are, text first, so that no token is paid for twice.
 */
function minus(all: TokenCounts, cached: TokenCounts): TokenCounts {
  let owed = 0;
  const left = (kind: keyof TokenCounts): number => {
    const rest = all[kind] - cached[kind];
    owed += Math.max(0, -rest);
    return Math.max(0, rest);
  };
  const rest = { text: left('text'), audio: left('audio'), image: left('image'), other: left('other') };
  const take = (kind: keyof TokenCounts): number => {
    const taken = Math.min(rest[kind], owed);
    owed -= taken;
    return rest[kind] - taken;
  };
  return { text: take('text'), other: take('other'), audio: take('audio'), image: take('image') };
}
