import { hkdfSync } from 'node:crypto';

const keyBytes = 32;

/** Keys of a secret that nodes share: of one nobody learns another, or the secret. */
export function keysOf(secret: string | Uint8Array): (purpose: string) => Uint8Array {
  return (purpose) => new Uint8Array(hkdfSync('sha256', secret, 'antiphon', purpose, keyBytes));
}
