import { decodeBase64, encodeBase64 } from '../../audio/base64.ts';
import { type Section, valuesOf } from '../../media/sdp/lines.ts';

/** A way to protect sound that its sender has named (RFC 4568), of the one kind that we know. */
export interface CryptoLine {
  readonly tag: string;
  /** The master key, 16 bytes, and the master salt, 14. */
  readonly secret: Uint8Array;
}

const suite = 'AES_CM_128_HMAC_SHA1_80';
export const secretBytes = 30;

/**
 * The first of a section that we understand; null where there is none. A key that goes by a number in each packet, or
 * packets that differ from usual ones, are not of our kind; how long a key is good may be said: we ask for no new one.
 */
export function cryptoOf({ attributes }: Pick<Section, 'attributes'>): CryptoLine | null {
  for (const line of valuesOf(attributes, 'crypto')) {
    const [, tag, inline] =
      /^(\d{1,9}) AES_CM_128_HMAC_SHA1_80 inline:([A-Za-z0-9+/]{40})(?:\|(?:2\^\d{1,2}|\d{1,15}))?$/i.exec(line) ?? [];
    const secret = inline === undefined ? null : decodeBase64(inline);
    if (tag !== undefined && secret?.length === secretBytes) return { tag, secret };
  }
  return null;
}

export function printCrypto({ tag, secret }: CryptoLine): string {
  return `${tag} ${suite} inline:${encodeBase64(secret)}`;
}
