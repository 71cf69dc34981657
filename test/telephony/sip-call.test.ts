import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { valueOf, valuesOf } from '../../src/telephony/sip/message.ts';
import type { SipAddressToListen } from '../../src/telephony/sip/phone.ts';
import { until } from '../clients/until.ts';
import { repeats } from '../setup/scale.ts';
import { closeLater, dial, keyLine, openSound, overTls, tls } from './sip-dial.ts';
import { type EchoOptions, openEcho, udp, virtualTime } from './sip-echo.ts';
import { offer, soundPort } from './sip-phone.ts';

const tcp: SipAddressToListen = { ...udp, transport: 'tcp' };

/** A call that was answered, and acknowledged. */
async function upCall(options: EchoOptions = {}) {
  const echo = await openEcho({ echoes: false, ...options });
  const [phone, rtp] = [await dial(echo), await openSound()];
  phone.invite(offer(rtp.port));
  const accepted = await phone.final('INVITE');
  phone.ack();
  const answered = await until('the answer', () => echo.answered[0]);
  return { echo, phone, rtp, answered, accepted };
}

describe.each([udp, tcp, overTls])('a call over $transport', (listen) => {
  const options = { listen: [listen], tls };

  it('rings, is up, and is hung up by who called', async () => {
    const { phone, answered } = await upCall(options);
    expect(phone.answers('INVITE').map(({ status }) => status)).toEqual([180, 200]);
    phone.ask('BYE');
    expect((await phone.final('BYE')).status).toBe(200);
    expect(answered.ended()).toBe('the caller has hung up');
    expect(answered.call.from).toMatchObject({ transport: listen.transport, address: '127.0.0.1' });
  });

  it('is hung up from here, and the way of its proxies is gone back', async () => {
    const { phone, answered } = await (async () => {
      const echo = await openEcho({ ...options, echoes: false });
      const [caller, rtp] = [await dial(echo), await openSound()];
      const routes = '<sip:192.0.2.1;lr>, <sip:192.0.2.2;lr>';
      caller.invite(offer(rtp.port), { 'Record-Route': routes, Contact: '<sip:alice@192.0.2.9>' });
      const accepted = await caller.final('INVITE');
      expect(valuesOf(accepted, 'Record-Route')).toEqual([routes]);
      caller.ack();
      await caller.settled();
      return { phone: caller, answered: await until('the answer', () => echo.answered[0]) };
    })();
    answered.call.hangUp();
    const bye = await phone.request('BYE');
    expect([bye.uri, valuesOf(bye, 'Route')]).toEqual([
      'sip:alice@192.0.2.9',
      ['<sip:192.0.2.1;lr>', '<sip:192.0.2.2;lr>'],
    ]);
    phone.answer(bye, 200);
    expect(answered.ended()).toBe('it was hung up');
  });

  it('is hung up when we leave', async () => {
    const { phone, echo } = await upCall(options);
    await phone.settled();
    const closed = echo.close();
    phone.answer(await phone.request('BYE'), 200);
    await closed;
  });
});

describe('a call that is not wanted', () => {
  it('is refused as its owner says', async () => {
    const headers = [{ name: 'Retry-After', value: '3' }];
    const echo = await openEcho({ meets: (call) => call.refuse(603, 'Decline', headers) });
    const phone = await dial(echo);
    phone.invite(offer(4000));
    const refused = await phone.final('INVITE');
    expect([refused.status, refused.reason, valueOf(refused, 'Retry-After')]).toEqual([603, 'Decline', '3']);
    phone.ack();
  });

  it.each([
    ['another codec', offer(4000, { formats: '9 18' })],
    ['sound that is protected, by signalling that is not', offer(4000, { protocol: 'RTP/SAVP', lines: [keyLine(1)] })],
    ['pictures', 'v=0\r\nc=IN IP4 127.0.0.1\r\nm=video 4000 RTP/AVP 96\r\n'],
  ])('offers %s, and takes no port', async (_, body) => {
    const echo = await openEcho();
    const phone = await dial(echo);
    phone.invite(body);
    expect((await phone.final('INVITE')).status).toBe(488);
  });

  it('finds no port free', async () => {
    const holder = createSocket('udp4').bind(0, '127.0.0.1');
    await once(holder, 'listening');
    closeLater(holder);
    const { port } = holder.address();
    const taken = port - (port % 2);
    const echo = await openEcho({ rtpPorts: { from: taken, to: taken + 1 } });
    const phone = await dial(echo);
    phone.invite(offer(4000));
    expect((await phone.final('INVITE')).status).toBe(503);
    phone.ack();
  });

  it('gives its ports back when it ends', async () => {
    const probe = createSocket('udp4').bind(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address();
    await new Promise<void>((resolve) => probe.close(() => resolve()));
    const from = port - (port % 2);
    const echo = await openEcho({ rtpPorts: { from, to: from + 1 } });
    for (let nth = 0; nth < 3; nth++) {
      // oxlint-disable-next-line no-await-in-loop -- one call after the other is the point
      const phone = await dial(echo);
      phone.invite(offer(4000));
      // oxlint-disable-next-line no-await-in-loop -- likewise
      expect(soundPort(await phone.final('INVITE'))).toBe(from);
      phone.ack();
      phone.ask('BYE');
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await phone.final('BYE');
    }
  });
});

describe('a caller who gives up', () => {
  it('while it rings hears 487, and the call is over', async () => {
    const ended: string[] = [];
    const echo = await openEcho({
      meets(call) {
        call.open({ ended: (why) => ended.push(why) });
        call.ring();
      },
    });
    const phone = await dial(echo);
    phone.invite(offer(4000));
    await until('the call', () => echo.calls[0]);
    phone.cancel();
    expect((await phone.final('CANCEL')).status).toBe(200);
    expect((await phone.final('INVITE')).status).toBe(487);
    phone.ack();
    expect(ended).toEqual(['the caller has given up']);
    expect(await echo.calls[0]?.prepare()).toBe('gone');
  });

  it('just as it is answered hears one of both, wherever the two meet', async () => {
    const echo = await openEcho({ echoes: false });
    const races = repeats(200);
    for (let nth = 0; nth < races; nth++) {
      // oxlint-disable-next-line no-await-in-loop -- one race after the other
      const phone = await dial(echo);
      phone.invite(offer(4000));
      for (let wait = 0; wait < nth % 5; wait++) {
        // oxlint-disable-next-line no-await-in-loop -- the answer takes so many turns
        await new Promise((resolve) => setImmediate(resolve));
      }
      phone.cancel();
      // oxlint-disable-next-line no-await-in-loop -- likewise
      const { status } = await phone.final('INVITE');
      // oxlint-disable-next-line no-await-in-loop -- likewise
      expect((await phone.final('CANCEL')).status).toBe(200);
      expect([200, 487]).toContain(status);
      phone.ack();
      if (status === 200) {
        phone.ask('BYE');
        // oxlint-disable-next-line no-await-in-loop -- likewise
        await phone.final('BYE');
      }
    }
    await until('the end of all', () => echo.answered.every(({ ended }) => ended() !== null));
  });
});

describe('a network that loses messages', () => {
  it('is told of an answer until it was heard, and of the same one', async () => {
    const time = virtualTime();
    const echo = await openEcho({ ...time, echoes: false });
    const [phone, rtp] = [await dial(echo), await openSound()];
    const invite = phone.invite(offer(rtp.port));
    await phone.final('INVITE');
    const accepted = () => phone.answers('INVITE').filter(({ status }) => status === 200);
    for (const [ms, count] of [
      [500, 2],
      [1000, 3],
      [2000, 4],
      [4000, 5],
      [4000, 6],
    ] as const) {
      time.clock.advance(ms);
      // oxlint-disable-next-line no-await-in-loop -- one repeat after the other
      await until('the repeat', () => accepted().length === count);
    }
    phone.raw(invite);
    phone.ack();
    await phone.settled();
    time.clock.advance(20_000);
    await phone.settled();
    expect(new Set(accepted().map(({ body }) => body)).size).toBe(1);
    expect(accepted().length).toBe(6);
    expect(echo.calls.length).toBe(1);
  });

  it('hangs up who never hears of it', async () => {
    const time = virtualTime();
    const echo = await openEcho({ ...time, echoes: false });
    const phone = await dial(echo);
    phone.invite(offer((await openSound()).port));
    await phone.final('INVITE');
    const answered = await until('the answer', () => echo.answered[0]);
    time.clock.advance(29_000);
    expect(answered.ended()).toBeNull();
    time.clock.advance(3_000);
    expect(answered.ended()).not.toBeNull();
  });

  it('is not told of a hang-up before it knows of the call, and then is', async () => {
    const echo = await openEcho({ echoes: false });
    const phone = await dial(echo);
    phone.invite(offer((await openSound()).port));
    await phone.final('INVITE');
    const answered = await until('the answer', () => echo.answered[0]);
    answered.call.hangUp();
    expect(answered.ended()).toBe('it was hung up');
    await new Promise((resolve) => setImmediate(resolve));
    expect(phone.requests('BYE')).toEqual([]);
    phone.ack();
    phone.answer(await phone.request('BYE'), 200);
  });
});

describe('a transfer', () => {
  it('is asked for, and once it has come off the call is hung up', async () => {
    const { phone, answered } = await upCall();
    await phone.settled();
    const done = answered.call.refer('tel:+4930555');
    const refer = await phone.request('REFER');
    expect(valueOf(refer, 'Refer-To')).toBe('<tel:+4930555>');
    phone.answer(refer, 202);
    for (const status of ['100 Trying', '200 OK']) {
      const lines = { 'Content-Type': 'message/sipfrag', Event: 'refer', 'Subscription-State': 'active' };
      phone.ask('NOTIFY', { body: `SIP/2.0 ${status}\r\n`, lines });
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect((await phone.final('NOTIFY')).status).toBe(200);
    }
    expect(await done).toBe(true);
    phone.answer(await phone.request('BYE'), 200);
    expect(answered.ended()).toBe('it was transferred');
  });

  it('has come off as well when the other side hangs up by itself', async () => {
    const { phone, answered } = await upCall();
    await phone.settled();
    const done = answered.call.refer('sip:carol@192.0.2.7');
    phone.answer(await phone.request('REFER'), 202);
    phone.ask('BYE');
    await phone.final('BYE');
    expect(await done).toBe(true);
  });

  it.each([['REFER'], ['NOTIFY']])('that is refused in %s leaves the call as it was', async (where) => {
    const { phone, answered } = await upCall();
    await phone.settled();
    const done = answered.call.refer('tel:+4930555');
    const refer = await phone.request('REFER');
    phone.answer(refer, where === 'REFER' ? 603 : 202);
    if (where === 'NOTIFY') {
      phone.ask('NOTIFY', { body: 'SIP/2.0 486 Busy\r\n', lines: { 'Content-Type': 'message/sipfrag' } });
      await phone.final('NOTIFY');
    }
    expect(await done).toBe(false);
    expect(answered.ended()).toBeNull();
    phone.ask('BYE');
    await phone.final('BYE');
  });

  it('is not waited for longer than a minute', async () => {
    const time = virtualTime();
    const { phone, answered } = await upCall(time);
    await phone.settled();
    const hold = offer(4000, { lines: ['a=inactive'] });
    phone.ask('UPDATE', { body: hold, lines: { 'Content-Type': 'application/sdp' } });
    await phone.final('UPDATE');
    const done = answered.call.refer('tel:+4930555');
    phone.answer(await phone.request('REFER'), 202);
    await phone.settled();
    time.clock.advance(60_000);
    expect(await done).toBe(false);
  });
});
