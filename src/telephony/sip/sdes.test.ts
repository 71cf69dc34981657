import { describe, expect, it } from 'vitest';
import { cryptoOf, printCrypto } from './sdes.ts';

/** The example of RFC 4568, section 6.1. */
const inline = 'd0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj';
const suite = 'AES_CM_128_HMAC_SHA1_80';
const of = (...lines: readonly string[]) => cryptoOf({ attributes: lines.map((line) => `crypto:${line}`) });

describe('keys in an offer', () => {
  it('are read and written', () => {
    const line = of(`1 ${suite} inline:${inline}|2^20`);
    expect(line?.secret.length).toBe(30);
    expect(line === null ? '' : printCrypto(line)).toBe(`1 ${suite} inline:${inline}`);
  });

  it('may be the second of several: the first that we understand counts', () => {
    const lines = [
      `1 AEAD_AES_256_GCM inline:${inline}`,
      `2 ${suite} inline:${inline}|2^20|1:4`,
      `3 ${suite} inline:${inline} UNENCRYPTED_SRTP`,
      `4 ${suite} inline:AAAA`,
      `5 ${suite} inline:${inline}`,
    ];
    expect(of(...lines)?.tag).toBe('5');
    expect(of(...lines.slice(0, 4))).toBeNull();
    expect(of()).toBeNull();
  });
});
