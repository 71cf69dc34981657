import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { SrtcpSession, SrtpSession } from 'werift';
import { parseRtp } from '../../src/media/rtp.ts';
import { until } from '../clients/until.ts';
import { addressOf, dial, keyLine, openSound, overTls, tls } from './sip-dial.ts';
import { openEcho, virtualTime } from './sip-echo.ts';
import { offer, soundPort } from './sip-phone.ts';

describe('sound over TLS', () => {
  it('is protected as the offer says, so that another library understands it, and hears nobody without the key', async () => {
    const time = virtualTime();
    const echo = await openEcho({ ...time, listen: [overTls], tls });
    const [phone, rtp] = [await dial(echo), await openSound()];
    phone.invite(offer(rtp.port, { protocol: 'RTP/SAVP', lines: [keyLine(5)] }));
    const { body } = await phone.final('INVITE');
    phone.ack();
    const { call, sound: ours, heard } = await until('the answer', () => echo.answered[0]);
    expect(call.security).toBe('srtp-sdes');
    const [, inline = ''] = /a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:(\S+)/.exec(body) ?? [];
    const theirs = Buffer.from(inline, 'base64');
    const keys = {
      localMasterKey: Buffer.alloc(16, 5),
      localMasterSalt: Buffer.alloc(14, 5),
      remoteMasterKey: theirs.subarray(0, 16),
      remoteMasterSalt: theirs.subarray(16),
    };
    const [packets, reports] = [new SrtpSession({ keys, profile: 1 }), new SrtcpSession({ keys, profile: 1 })];
    const port = soundPort({ body });
    const numbers = Array.from({ length: 10 }, (_, at) => at + 1);
    for (const number of numbers) {
      const plain = rtp.next(new Uint8Array(160).fill(number));
      // oxlint-disable-next-line no-await-in-loop -- one packet after the other
      await rtp.send(plain, port);
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await rtp.send(sealedBy(packets, plain), port);
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await until('the packet', () => ours.statistics.received === number);
      time.clock.advance(20);
    }
    time.clock.advance(5_000);
    await until('what was sent', () => rtp.datagrams.length > ours.statistics.sent);
    const isReport = (each: Buffer): boolean => each[1] === 200;
    const plain = rtp.datagrams.filter((each) => !isReport(each)).map((each) => parseRtp(packets.decrypt(each)));
    const said = plain.map((packet) => packet?.payload[0]).filter((byte) => byte !== undefined && byte <= 10);
    expect(said).toEqual(numbers);
    expect(heard.filter(([byte = 0]) => byte > 0 && byte <= 10).length).toBe(10);
    const report = rtp.datagrams.find(isReport);
    expect(reports.decrypt(report ?? Buffer.alloc(0)).readUInt32BE(20)).toBeGreaterThan(0);
  });

  it('may be plain, too, where the offer is', async () => {
    const echo = await openEcho({ listen: [overTls], tls });
    const phone = await dial(echo);
    phone.invite(offer((await openSound()).port));
    expect((await phone.final('INVITE')).body).toContain('RTP/AVP 0');
    expect(echo.calls[0]?.security).toBeNull();
    phone.ack();
  });

  it('is there for others while one address connects without end and never shakes hands', async () => {
    const echo = await openEcho({ listen: [overTls], tls });
    const { port } = addressOf(echo);
    const state = { open: 0, closed: 0 };
    const idle = Array.from({ length: 300 }, () => {
      const socket = connect({ host: '127.0.0.1', port, localAddress: '127.0.0.2' });
      socket.on('error', () => {});
      socket.on('connect', () => (state.open += 1));
      socket.on('close', () => (state.closed += 1));
      return socket;
    });
    await until('connections', () => state.open === 300);
    await until('those that are too many to be closed', () => state.closed === 100);
    const phone = await dial(echo);
    phone.invite(offer(4000));
    expect((await phone.final('INVITE')).status).toBe(200);
    phone.ack();
    for (const socket of idle) socket.destroy();
  });

  it('has a name where its certificate is one that we trust', async () => {
    const echo = await openEcho({ listen: [overTls], tls: { ...tls, ca: tls.cert } });
    const [known, unknown] = [await dial(echo, { tls }), await dial(echo)];
    for (const phone of [known, unknown]) {
      phone.invite(offer(4000));
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await phone.final('INVITE');
    }
    const names = (nth: number) => ['localhost', 'else.example'].map((name) => echo.calls[nth]?.from.proves(name));
    expect([names(0), names(1)]).toEqual([
      [true, false],
      [false, false],
    ]);
  });
});

function sealedBy(session: SrtpSession, packet: Uint8Array): Buffer {
  const view = Buffer.from(packet);
  const header = {
    payloadOffset: 12,
    ssrc: view.readUInt32BE(8),
    sequenceNumber: view.readUInt16BE(2),
    serialize: () => view.subarray(0, 12),
  };
  // @ts-expect-error -- of the header it reads no more than this
  return session.encrypt(view.subarray(12), header);
}
