import type { KeyOptions } from '../../server/metering/policy.ts';
import { anyName } from '../../server/models.ts';
import { isRelay } from '../../server/relay/options.ts';
import { findPrices, type PriceList } from '../../usage/price-list.ts';
import { publishedPrices } from '../../usage/published-prices.ts';
import type { Models } from '../models/load-options.ts';

/** What a server's budgets are for. */
export interface Budgeted {
  readonly keys: readonly (string | KeyOptions)[];
  /** The models that are served, by name; `*` is among them where every name is. */
  readonly models: Models;
  /** The operator's own prices. */
  readonly prices: PriceList;
  /** What is spent is known to other nodes, and outlasts this process. */
  readonly isShared: boolean;
}

/** What a budget can't keep, each in one line: models without a price that its key can reach, and what a restart forgets. */
export function budgetWarnings({ keys, models, prices, isShared }: Budgeted): readonly string[] {
  const budgeted = keys.filter((key): key is KeyOptions => typeof key !== 'string' && hasMoney(key));
  const known = { ...publishedPrices, ...prices };
  const warnings = budgeted.flatMap((key) => {
    const unpriced = reachable(key, Object.keys(models)).filter(
      (name) => findPrices(known, namesOf(name, models)) === null,
    );
    if (unpriced.length === 0) return [];
    const names = unpriced.map((name) => (name === anyName ? 'any name (*)' : name)).join(', ');
    return [
      `${nameOf(key)} has a budget and may ask for models without a price, which it is not charged for: ${names}. Give them prices in the file that prices names.`,
    ];
  });
  if (isShared || !budgeted.some(({ budget }) => budget !== undefined)) return warnings;
  return [
    ...warnings,
    'What keys have spent of their budgets is kept in memory: budgets begin anew when the process does.',
  ];
}

/** The names that the price of a model may be under: its own, and what an upstream is asked for in its place. */
function namesOf(name: string, models: Models): readonly string[] {
  const entry = models[name];
  const upstream = entry !== undefined && isRelay(entry) ? entry.relay.model : undefined;
  return upstream === undefined ? [name] : [name, upstream];
}

function hasMoney({ budget, session }: KeyOptions): boolean {
  return budget !== undefined || session?.usd !== undefined;
}

/** The names that a key may ask for and that lead to a model. */
function reachable({ models: allowed }: KeyOptions, models: readonly string[]): readonly string[] {
  if (allowed === undefined) return models;
  return allowed.filter((name) => models.includes(name) || models.includes(anyName));
}

function nameOf({ name }: KeyOptions): string {
  return name === undefined ? 'a key without a name' : `the key ${name}`;
}
