import { createHash, timingSafeEqual } from 'node:crypto';

/** What a credential is worth: `missing` and `wrong` only where they matter. */
export type Verdict = 'accepted' | 'missing' | 'wrong';

/** The keys that clients must present. */
export interface Keyring {
  /** Judges what a request presented, null for nothing. */
  check(credential: string | null): Verdict;
  /** Whose a session or call is that somebody with this credential opens: of all on a server without keys, else of the key's holder. */
  ownerOf(credential: string | null): string;
}

/** Reads a request header by its lower-case name. */
export type HeaderReader = (name: string) => string | undefined;

/** How browsers, which can't set headers on a WebSocket, present a key: as a subprotocol (behaviour §1.1). */
const keySubprotocol = 'openai-insecure-api-key.';
/** Who owns the sessions and calls of a server without keys. */
export const everyone = 'everyone';
/** Ephemeral keys, which only count if this server made them. */
const ephemeralPrefix = 'ek_';

/**
 * A keyring over these keys. With none, every request is accepted, whatever key it presents or none; an ephemeral key is
 * refused even then, since a client that holds one believes in limits this server would not keep.
 */
export function keyring(keys: readonly string[]): Keyring {
  const known = keys.map(digest);
  return {
    check(credential) {
      if (credential === null) return known.length === 0 ? 'accepted' : 'missing';
      const presented = digest(credential);
      // Every key is compared, so that the time tells nothing about which one came close.
      const matches = known.filter((key) => timingSafeEqual(key, presented)).length;
      if (matches > 0) return 'accepted';
      return known.length === 0 && !credential.startsWith(ephemeralPrefix) ? 'accepted' : 'wrong';
    },
    ownerOf: (credential) => (known.length === 0 ? everyone : holderOf(credential ?? '')),
  };
}

/** The key that a request presents: `Authorization: Bearer`, `api-key`, or a subprotocol entry, the first that is there. */
export function credentialOf(header: HeaderReader): string | null {
  return bearerOf(header('authorization')) ?? (header('api-key') || null) ?? subprotocolKey(header);
}

/** The entries of `Sec-WebSocket-Protocol`, in the order offered. */
export function offeredSubprotocols(header: HeaderReader): string[] {
  const list = header('sec-websocket-protocol') ?? '';
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** The key in an `Authorization` header. */
export function bearerOf(authorization: string | undefined): string | null {
  const match = /^bearer +(\S+) *$/i.exec(authorization ?? '');
  return match?.[1] ?? null;
}

function subprotocolKey(header: HeaderReader): string | null {
  const entry = offeredSubprotocols(header).find((offered) => offered.startsWith(keySubprotocol));
  return entry === undefined ? null : entry.slice(keySubprotocol.length);
}

/** Names whoever holds a key, without telling the key. */
export function holderOf(key: string): string {
  return digest(key).toString('hex');
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
