import { createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { until } from '../clients/until.ts';
import { repeats } from '../setup/scale.ts';
import { loopbackPeers } from './our-peer.ts';

/** An attribute of a STUN message, padded (RFC 8489, section 14). */
function attribute(type: number, value: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

/** A check as the browsers of calls that are over go on sending for a while: to a name that nobody here has any more. */
function knock(): Buffer {
  const id = randomBytes(12);
  const message = (attributes: Buffer, more: number): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt16BE(1, 0);
    head.writeUInt16BE(attributes.length + more, 2);
    head.writeUInt32BE(0x2112a442, 4);
    return Buffer.concat([head, id, attributes]);
  };
  const name = attribute(0x0006, Buffer.from('gone:browser'));
  const integrity = attribute(0x0008, createHmac('sha1', 'secret').update(message(name, 24)).digest());
  const signed = Buffer.concat([name, integrity]);
  const fingerprint = Buffer.alloc(4);
  fingerprint.writeUInt32BE((crc32(message(signed, 8)) ^ 0x5354554e) >>> 0);
  return message(Buffer.concat([signed, attribute(0x8028, fingerprint)]), 0);
}

describe('the port of calls', () => {
  it('is let go while those whose calls are over still knock', async () => {
    const socket = createSocket('udp4');
    let sent = 0;
    for (let round = 0; round < repeats(100); round++) {
      const peers = [await loopbackPeers(), await loopbackPeers()];
      const before = sent;
      let isKnocking = true;
      const knockOn = (): void => {
        if (!isKnocking) return;
        for (const { udpPort } of peers)
          for (let nth = 0; nth < 20; nth++) socket.send(knock(), udpPort ?? 0, '127.0.0.1', () => (sent += 1));
        setImmediate(knockOn);
      };
      knockOn();
      for (const each of peers) {
        await until('knocks', () => sent > before + 400);
        await each.close();
      }
      isKnocking = false;
    }
    socket.close();
    expect(sent).toBeGreaterThan(400);
  });
});
