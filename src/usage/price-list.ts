import type { TokenPrices } from './cost.ts';

/** What a model costs, in US dollars for a million tokens of each kind. A kind without a price costs what text costs. */
export interface ModelPrices {
  /** Tokens that it reads and that are not from the cache. */
  readonly input?: TokenPrices;
  /** Tokens that it reads from the cache. Default: the same as `input`. */
  readonly cached?: TokenPrices;
  readonly output?: TokenPrices;
  /** The price of a minute of sound, for models that are billed by time. */
  readonly minute?: number;
}

/** Prices by the names of models. */
export type PriceList = Readonly<Record<string, ModelPrices>>;

/** The prices of the first of these names that has any; null if none has. */
export function findPrices(list: PriceList, names: readonly string[]): ModelPrices | null {
  for (const name of names) {
    const prices = Object.hasOwn(list, name) ? list[name] : undefined;
    if (prices !== undefined) return prices;
  }
  return null;
}
