import type { KeyObject } from 'node:crypto';
import type { SessionSecrets, Snapshot } from '../../core/snapshot.ts';
import { seal as sealText, unseal as unsealText } from '../../state/seal.ts';

/** A session as it is written down for another node, or for later. */
export interface Written {
  readonly snapshot: Snapshot;
  readonly secrets: SessionSecrets;
  /** Whose it is: what `Keyring.ownerOf` says of the key that opened it. */
  readonly owner: string;
  /** As asked for; null for a transcription session. */
  readonly modelName: string | null;
  /** The number of its newest connection. */
  readonly connection: number;
  /** The number of the oldest connection whose handles are good. */
  readonly oldest: number;
  /** Who holds its place among the sessions of its key; null where it needs none. */
  readonly holder: string | null;
  /** It was left in good order: nothing was told of it afterwards, and nothing was under way. */
  readonly isWhole: boolean;
}

/** A session that was claimed: nobody else goes on with it now. */
export interface Claimed {
  readonly written: Written;
  readonly epoch: number;
}

/** How it is written. Another number for another way. */
const version = 1;

/** Written down so that nobody without the key (32 bytes) can read or change it, nor put it in the place of another session. */
export function seal(key: KeyObject, id: string, written: Written): Uint8Array {
  return Buffer.concat([Buffer.of(version), sealText(key, id, JSON.stringify(written))]);
}

/** Null where it can't be read: written with another key, in another way, or not by us. */
export function unseal(key: KeyObject, id: string, bytes: Uint8Array): Written | null {
  const text = bytes[0] === version ? unsealText(key, id, bytes.subarray(1)) : null;
  // Sealed by `seal` alone.
  return text === null ? null : (JSON.parse(text) as Written);
}
