import type { Context } from 'hono';
import { ownerOf } from '../admission/client-secrets.ts';
import { credentialOf, type Keyring } from '../admission/keys.ts';
import type { Account } from '../metering/account.ts';
import type { Accounts } from '../metering/accounts.ts';
import type { AppEnv } from './app-env.ts';

/** Who has accounts. */
export interface AccountHouse {
  readonly keys: Keyring;
  readonly accounts: Pick<Accounts, 'of'>;
  readonly now: () => number;
}

/** Whoever asks by plain HTTP. */
export interface Asker {
  readonly owner: string;
  readonly account: Account;
}

export function askerOf({ keys, accounts }: AccountHouse, context: Context<AppEnv>): Asker {
  const credential = credentialOf((name) => context.req.header(name));
  const owner = ownerOf(keys, credential, context.get('binding') ?? null);
  return { owner, account: accounts.of(owner) };
}

/** Every header of `limitHeaders`. */
export const limitHeaderNames: readonly string[] = ['requests', 'tokens'].flatMap((name) =>
  ['limit', 'remaining', 'reset'].map((what) => `x-ratelimit-${what}-${name}`),
);

/** The limits of a key as the service's REST API tells them; none where it has none. */
export function limitHeaders(account: Account, at: number): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { name, limit, remaining, reset_seconds: reset } of account.rateLimits(at) ?? []) {
    headers[`x-ratelimit-limit-${name}`] = `${limit}`;
    headers[`x-ratelimit-remaining-${name}`] = `${remaining}`;
    headers[`x-ratelimit-reset-${name}`] = `${reset}s`;
  }
  return headers;
}
