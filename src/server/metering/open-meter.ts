import type { PriceList } from '../../usage/price-list.ts';
import type { Limits } from '../limits.ts';
import type { Account } from './account.ts';
import { meterFacts } from './accounts.ts';
import type { Meter } from './meter.ts';
import type { Place } from './places.ts';

/** What the meters of all sessions of a server share. */
export interface MeterOptions {
  /** What models cost. */
  readonly prices: PriceList;
  /** The names of the models that are configured. */
  readonly modelNames: readonly string[];
  readonly limits: Limits;
}

/** A session that begins, as admission lets it in. */
export interface Metering {
  readonly account: Account;
  /** As asked for; null where no model answers. */
  readonly modelName: string | null;
  /** Further names that the model's price may be under, such as an upstream's. Default none. */
  readonly aliases?: readonly string[];
  /** Among the sessions of its key, where they are bounded. */
  readonly place?: Place | undefined;
}

/** The meter of a session, and its limits, shorter where its key has it end earlier. */
export interface Metered {
  readonly meter: Meter;
  readonly limits: Limits;
}

/** Opens the meter of a session; to be closed with it. */
export function openMeter(
  { prices, modelNames, limits }: MeterOptions,
  { account, modelName, aliases, place }: Metering,
): Metered {
  const { minutes = Infinity } = account.policy.session ?? {};
  return {
    meter: account.open(meterFacts(prices, modelNames, modelName, aliases), place),
    limits: { ...limits, sessionMinutes: Math.min(limits.sessionMinutes, minutes) },
  };
}
