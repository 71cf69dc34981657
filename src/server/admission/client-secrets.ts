import { createHash, randomBytes } from 'node:crypto';
import type { Session as SessionUpdate, TranslationSessionCreate } from '../../protocol/types.ts';
import type { Store } from '../../state/store.ts';
import type { Clock } from '../clock.ts';
import type { SessionLog } from '../log.ts';
import { credentialOf, type HeaderReader, type Keyring } from './keys.ts';

/** What sessions started with a client secret begin with. */
export type BoundSession =
  | { readonly kind: 'session'; readonly session: SessionUpdate | null }
  | { readonly kind: 'translation'; readonly session: TranslationSessionCreate };

/** What a client secret stands for. */
export interface Binding {
  readonly bound: BoundSession;
  /** Whose it is: what `Keyring.ownerOf` says of the key that made it. */
  readonly owner: string;
}

/** A client secret as its maker is told of it, once; the server keeps only its hash. */
export interface MintedSecret {
  /** `ek_` and 32 hexadecimal digits. */
  readonly value: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** As many client secrets are good as there may be. */
export interface TooManySecrets {
  /** When to ask again, in seconds from now. */
  readonly retrySeconds: number;
}

/** Ephemeral keys: each starts any number of sessions until its time is over; those outlive it (behaviour §1.5). */
export interface Secrets {
  /** `most`: how many may be good at the same time. */
  mint(binding: Binding, ttlSeconds: number, most: number): Promise<MintedSecret | TooManySecrets>;
  /** What the secret stands for; null where it is unknown or its time is over. */
  find(value: string): Promise<Binding | null>;
}

/** What every client secret begins with. */
const secretPrefix = 'ek_';

export function createSecrets(store: Store, clock: Clock): Secrets {
  return {
    async mint(binding, ttlSeconds, most) {
      const value = `${secretPrefix}${randomBytes(16).toString('hex')}`;
      const expiresAt = Math.floor(clock.now() / 1000) + ttlSeconds;
      const goes = await store.put(keyOf(value), JSON.stringify(binding), expiresAt * 1000, most);
      if (goes === null) return { value, expiresAt };
      return { retrySeconds: Math.max(1, Math.ceil((goes - clock.now()) / 1000)) };
    },
    async find(value) {
      const kept = await store.get(keyOf(value));
      // Written by `mint` alone.
      return kept === null ? null : (JSON.parse(kept) as Binding);
    },
  };
}

/**
 * Tells `go` what the client secret stands for that a request presents; null for one that nobody made, and for every other
 * key, of which it is told at once. A store that fails knows no secret.
 */
export function withSecret(
  { secrets, log }: { readonly secrets: Secrets; readonly log: SessionLog },
  header: HeaderReader,
  go: (binding: Binding | null) => void,
): void {
  const credential = credentialOf(header);
  if (credential?.startsWith(secretPrefix) !== true) return go(null);
  const failed = (cause: unknown): null => {
    log.error('the store of client secrets failed', { err: cause });
    return null;
  };
  void secrets.find(credential).catch(failed).then(go);
}

/** Whose a session or call is: of the key that opens it, or of the one that made the client secret that does. */
export function ownerOf(keys: Keyring, credential: string | null, binding: Binding | null): string {
  return binding?.owner ?? keys.ownerOf(credential);
}

function keyOf(value: string): string {
  return `secret:${createHash('sha256').update(value).digest('hex')}`;
}
