import { type Caller, type KeyVerdict, tooManyWrongKeys } from './door.ts';
import { bearerOf, keyring } from './keys.ts';
import type { WrongKeys } from './wrong-keys.ts';

/** Who may do what only operators may. */
export interface Admins {
  judge(caller: Pick<Caller, 'header' | 'address'>): KeyVerdict;
  /** Whether one of their keys is presented. */
  holds(caller: Pick<Caller, 'header'>): boolean;
}

export interface AdminsOptions {
  readonly adminKeys: readonly string[];
  /** Whether clients need keys. */
  readonly needsKey: boolean;
  readonly wrongKeys: WrongKeys;
}

/**
 * Those who present one of the operators' keys as `Authorization: Bearer`. Without any such key: everybody on a server
 * without keys, which only the machine itself can reach; and nobody on one with keys.
 */
export function createAdmins({ adminKeys, needsKey, wrongKeys }: AdminsOptions): Admins {
  const keys = keyring(adminKeys);
  return {
    holds: ({ header }) => adminKeys.length > 0 && keys.check(bearerOf(header('authorization'))) === 'accepted',
    judge({ header, address }) {
      if (adminKeys.length === 0) return needsKey ? 'missing' : 'accepted';
      const verdict = keys.check(bearerOf(header('authorization')));
      if (verdict !== 'wrong') return verdict;
      const seconds = wrongKeys.note(address);
      return seconds === null ? 'wrong' : tooManyWrongKeys(seconds);
    },
  };
}
