import { describe, expect, it } from 'vitest';
import { buildReport } from '../../media/rtcp.ts';
import { buildRtp } from '../../media/rtp.ts';
import { crypted, sealOf, sessionKeys, unsealOf } from './srtp.ts';

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const secret = hex('E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6');

function packet(sequence: number, payload = Uint8Array.of(1, 2, 3, 4)): Uint8Array {
  return buildRtp({ payloadType: 0, marker: false, sequence, timestamp: sequence * 160, ssrc: 7, payload });
}

describe('protected sound', () => {
  it('has the keys of RFC 3711, appendix B.3', () => {
    const { key, salt, auth } = sessionKeys(secret, 'sound');
    expect(Buffer.from(key)).toEqual(hex('C61E7A93744F39EE10734AFE3FF7A087'));
    expect(Buffer.from(salt)).toEqual(hex('30CBBC08863D8C85D49DB34A9AE1'));
    expect(Buffer.from(auth)).toEqual(hex('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'));
  });

  it('is hidden as in RFC 3711, appendix B.2', () => {
    const keys = {
      key: hex('2B7E151628AED2A6ABF7158809CF4F3C'),
      salt: hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'),
      auth: hex(''),
    };
    const stream = crypted(keys, { ssrc: 0, index: 0 }, new Uint8Array(0xff02 * 16));
    expect(Buffer.from(stream.subarray(0, 48))).toEqual(
      hex('E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0'),
    );
    expect(Buffer.from(stream.subarray(0xfeff * 16))).toEqual(
      hex('EC8CDF7398607CB0F2D21675EA9EA1E4 362B7C3C6773516318A077D7FC5073AE 6A2CC3787889374FBEB4C81B17BA6C44'),
    );
  });

  it('is what it was, once, in any order, over the wrap of its numbers', () => {
    const [seal, unseal] = [sealOf(secret), unsealOf(secret)];
    const plain = Array.from({ length: 300 }, (_, at) => packet((65_400 + at) % 2 ** 16, Uint8Array.of(at, at >> 8)));
    const sealed = plain.map((each) => seal.sound(each));
    for (let at = 0; at < 300; at += 2) {
      expect(unseal.sound(sealed[at + 1] ?? new Uint8Array())).toEqual(Buffer.from(plain[at + 1] ?? []));
      expect(unseal.sound(sealed[at] ?? new Uint8Array())).toEqual(Buffer.from(plain[at] ?? []));
    }
    expect(sealed.filter((each) => unseal.sound(each) !== null)).toEqual([]);
  });

  it('is nobody else’s: a bit that was changed, another key, a short packet', () => {
    const sealed = sealOf(secret).sound(packet(1));
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Uint8Array.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(unsealOf(secret).sound(changed)).toBeNull();
    }
    expect(unsealOf(Uint8Array.from(secret).fill(1)).sound(sealed)).toBeNull();
    for (let length = 0; length < sealed.length; length++)
      expect(unsealOf(secret).sound(sealed.subarray(0, length))).toBeNull();
    expect(unsealOf(secret).sound(sealed)).toEqual(Buffer.from(packet(1)));
  });

  it('has reports that are as hidden, and come once', () => {
    const [seal, unseal] = [sealOf(secret), unsealOf(secret)];
    const report = buildReport(7, { atMs: 1, timestamp: 2, packets: 3, bytes: 4 }, null);
    const [one, other] = [seal.control(report), seal.control(report)];
    expect(one).not.toEqual(other);
    expect([unseal.control(other), unseal.control(one)]).toEqual([Buffer.from(report), Buffer.from(report)]);
    expect([unseal.control(one), unseal.control(other), unseal.control(report)]).toEqual([null, null, null]);
  });
});
