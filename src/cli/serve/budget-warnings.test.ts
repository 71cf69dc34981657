import { describe, expect, it } from 'vitest';
import { echoModel } from '../../engines/echo.ts';
import { budgetWarnings } from './budget-warnings.ts';

const echo = echoModel({ voice: null });
const door = { relay: { model: 'gpt-realtime-2', upstreams: [{ url: 'wss://a.example/v1/realtime' }] } };
const models = { mine: echo, door };
const budget = { usd: 1, per: 'day' } as const;
const restart = 'What keys have spent of their budgets is kept in memory: budgets begin anew when the process does.';
const unpriced = (who: string, names: string): string =>
  `${who} has a budget and may ask for models without a price, which it is not charged for: ${names}. Give them prices in the file that prices names.`;

describe('what budgets can not keep', () => {
  it('is nothing where no key has one', () => {
    expect(budgetWarnings({ keys: ['a', { key: 'b', sessions: 1 }], models, prices: {}, isShared: false })).toEqual([]);
  });

  it('is models without a price that the key may ask for, and what a restart forgets', () => {
    const keys = [
      { key: 'a', name: 'acme', budget },
      { key: 'b', budget, models: ['door'] },
      { key: 'c', session: { usd: 1 }, models: ['mine', 'nobody'] },
    ];
    expect(budgetWarnings({ keys, models, prices: {}, isShared: false })).toEqual([
      unpriced('the key acme', 'mine'),
      unpriced('a key without a name', 'mine'),
      restart,
    ]);
    expect(budgetWarnings({ keys, models, prices: { mine: { minute: 0 } }, isShared: false })).toEqual([restart]);
  });

  it('is any name where every name is served', () => {
    const keys = [
      { key: 'a', name: 'acme', session: { usd: 1 } },
      { key: 'b', name: 'narrow', session: { usd: 1 }, models: ['whatever'] },
    ];
    expect(budgetWarnings({ keys, models: { '*': echo }, prices: {}, isShared: false })).toEqual([
      unpriced('the key acme', 'any name (*)'),
      unpriced('the key narrow', 'whatever'),
    ]);
  });
});
