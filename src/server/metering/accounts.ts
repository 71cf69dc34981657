import type { Windows } from '../../state/windows.ts';
import { findPrices, type PriceList } from '../../usage/price-list.ts';
import { Account, type AccountOptions } from './account.ts';
import type { Ledger } from './ledger.ts';
import type { MeterFacts } from './meter.ts';
import type { KeyPolicy } from './policy.ts';

const everyPlace: AccountOptions['places'] = { take: async () => ({ holder: '', release() {} }), giveUp() {} };

/** The accounts of all keys, by their owners (`Keyring.ownerOf`). They outlast a change of the configuration. */
export class Accounts {
  readonly #accounts = new Map<string, Account>();
  readonly #windows: Windows;
  readonly #ledger: Ledger;
  readonly #places: AccountOptions['places'];

  /** `places`: where sessions of keys that may have only so many find theirs. Default: there are always some. */
  constructor(windows: Windows, ledger: Ledger, places: AccountOptions['places'] = everyPlace) {
    this.#windows = windows;
    this.#ledger = ledger;
    this.#places = places;
  }

  /**
   * Lets these keys do what their policies say. A key that is not listed any more keeps what it was allowed last, since
   * client secrets that were made with it stay good.
   */
  allow(policies: ReadonlyMap<string, KeyPolicy>): void {
    for (const [owner, policy] of policies) this.of(owner).allow(policy);
  }

  of(owner: string): Account {
    const known = this.#accounts.get(owner);
    if (known !== undefined) return known;
    const account = new Account({
      owner,
      policy: {},
      windows: this.#windows,
      ledger: this.#ledger,
      places: this.#places,
    });
    this.#accounts.set(owner, account);
    return account;
  }
}

/** The label of models that the configuration does not name, so that clients cannot add series to metrics. */
export const otherModel = 'other';

/** What a meter has to know of a session with this model; `aliases`: further names that its price may be under. */
export function meterFacts(
  prices: PriceList,
  models: readonly string[],
  model: string | null,
  aliases: readonly string[] = [],
): MeterFacts {
  return {
    model: model !== null && models.includes(model) ? model : otherModel,
    prices: findPrices(prices, [...(model === null ? [] : [model]), ...aliases]),
    pricesOf: (name) => findPrices(prices, [name]),
  };
}
