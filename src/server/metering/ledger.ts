import type { Limit } from '../../core/response/allowance.ts';

/** What bounds a key, by its label in metrics. */
export type LimitLabel = Limit | 'sessions';

/** Writes down what sessions cost and what was refused them. */
export interface Ledger {
  /** A session of this key has begun, or has ended. */
  keySession(key: string, change: 1 | -1): void;
  /** In micro-dollars. */
  charged(model: string, key: string, micros: number): void;
  /** A response has ended whose model has no price. */
  unpriced(): void;
  /** Something was refused under this limit. */
  limited(limit: LimitLabel): void;
}

/** Writes nothing down. */
export const noLedger: Ledger = { keySession() {}, charged() {}, unpriced() {}, limited() {} };
