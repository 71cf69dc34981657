import { describe, expect, it } from 'vitest';
import { buildReport } from '../../src/media/rtcp.ts';
import type { SipResponse } from '../../src/telephony/sip/message.ts';
import { until } from '../clients/until.ts';
import { dial, openSound } from './sip-dial.ts';
import { type Answered, type EchoOptions, openEcho, virtualTime } from './sip-echo.ts';
import { offer, type RtpPhone, type SipPhone, soundPort } from './sip-phone.ts';

interface Up extends EchoOptions {
  /** What the telephone offers; null for nothing: it waits for our offer. */
  readonly terms?: Parameters<typeof offer>[1] | null;
}

/** A call over UDP that was answered, by a clock that waits. */
async function upCall({ terms = {}, ...options }: Up = {}) {
  const time = virtualTime();
  const echo = await openEcho({ ...time, ...options });
  const [phone, rtp] = [await dial(echo), await openSound()];
  phone.invite(terms === null ? '' : offer(rtp.port, terms));
  const accepted = await phone.final('INVITE');
  phone.ack(terms === null ? offer(rtp.port, { formats: '0 101' }) : '');
  await phone.settled();
  const answered = await until('the answer', () => echo.answered[0]);
  return new UpCall({ ...time, phone, rtp, answered, accepted, port: soundPort(accepted) });
}

type Parts = ReturnType<typeof virtualTime> & {
  readonly phone: SipPhone;
  readonly rtp: RtpPhone;
  readonly answered: Answered;
  readonly accepted: SipResponse;
  /** Where our side hears. */
  readonly port: number;
};

class UpCall {
  readonly parts: Parts;
  readonly phone: SipPhone;
  readonly rtp: RtpPhone;
  readonly answered: Answered;

  constructor(parts: Parts) {
    this.parts = parts;
    this.phone = parts.phone;
    this.rtp = parts.rtp;
    this.answered = parts.answered;
  }

  /** Sends packets, one every 20 ms, and waits until each was taken. */
  async say(...packets: readonly Uint8Array[]): Promise<void> {
    const { answered, rtp } = this;
    for (const packet of packets) {
      const before = answered.sound.statistics.received;
      // oxlint-disable-next-line no-await-in-loop -- one packet after the other
      await rtp.send(packet, this.parts.port);
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await until('the packet', () => answered.sound.statistics.received > before);
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await this.pass(1);
    }
  }

  /** Lets so many frames of 20 ms pass, and waits until what was sent in them has come. */
  async pass(frames: number): Promise<void> {
    const { answered, rtp } = this;
    for (let left = frames; left > 0; left--) this.parts.clock.advance(20);
    await until('what was sent', () => rtp.received.length >= answered.sound.statistics.sent);
  }

  /** The call's sound changes by a request within it; the answer. */
  async offers(method: string, body: string): Promise<SipResponse> {
    this.phone.ask(method, { body, lines: { 'Content-Type': 'application/sdp' } });
    const answer = await this.phone.final(method);
    if (method !== 'INVITE') return answer;
    this.phone.ack();
    await this.phone.settled();
    return answer;
  }

  /** What was heard so far, a byte for each 20 ms. */
  get heard(): number[] {
    return this.answered.heard.map((frame) => frame[0] ?? -1);
  }
}

/** A frame that sounds like its number. */
const frame = (number: number): Uint8Array => new Uint8Array(160).fill(number);
/** Frames that sound like the numbers from one on. */
const frames = (count: number): Uint8Array[] => Array.from({ length: count }, (_, at) => frame(at + 1));
const part = { itemId: 'item', contentIndex: 0 };

describe('the sound of a call by SIP', () => {
  it('comes back from an echo byte by byte, in packets of 20 ms whose numbers follow each other', async () => {
    const call = await upCall();
    await call.say(...frames(20).map((payload) => call.rtp.next(payload)));
    await call.pass(5);
    const { received } = call.rtp;
    const numbers = received.map(({ payload }) => payload[0]).filter((byte) => byte !== 0xff);
    // What is missing at the end is made up, ever quieter.
    expect(numbers.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect(numbers.length).toBeLessThanOrEqual(23);
    received.forEach(({ payload, sequence, timestamp }, at) => {
      expect(payload.length).toBe(160);
      const [first] = received;
      expect([sequence - (first?.sequence ?? 0), (timestamp - (first?.timestamp ?? 0)) >>> 0]).toEqual([at, at * 160]);
    });
    expect(call.answered.played()).toBeGreaterThanOrEqual(20 * 480);
  });

  it.each([
    ['8 0', 'PCMA', 8, 'audio/pcma', 0xd5],
    ['0 8', 'PCMU', 0, 'audio/pcmu', 0xff],
  ])('is in the first G.711 that is offered, %s, and silent in it', async (formats, name, type, coding, silence) => {
    const call = await upCall({ terms: { formats } });
    expect(call.parts.accepted.body).toContain(`a=rtpmap:${type} ${name}/8000`);
    expect(call.answered.sound.coding).toBe(coding);
    await call.pass(2);
    expect(call.rtp.received.map(({ payloadType, payload }) => [payloadType, payload[0]])).toEqual([
      [type, silence],
      [type, silence],
    ]);
  });

  it.each([10, 20, 30, 60])('may come in packets of %d ms, and is heard whole', async (ms) => {
    const call = await upCall({ echoes: false });
    const bytes = Uint8Array.from({ length: 4800 }, (_, at) => (at % 120) + 1);
    const size = ms * 8;
    for (let at = 0; at < bytes.length; at += size) {
      const before = call.answered.sound.statistics.received;
      // oxlint-disable-next-line no-await-in-loop -- one packet after the other
      await call.rtp.send(call.rtp.next(bytes.subarray(at, at + size)), call.parts.port);
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await until('the packet', () => call.answered.sound.statistics.received > before);
      call.parts.clock.advance(ms);
    }
    await call.pass(10);
    expect(call.answered.heard.every(({ length }) => length === 160)).toBe(true);
    const heard = Buffer.concat(call.answered.heard);
    // A little is made up until the buffer has found out how long packets are.
    expect(heard.includes(Buffer.from(bytes.subarray(4 * size)))).toBe(true);
    expect(call.answered.sound.statistics).toMatchObject({ received: 600 / ms, lost: 0, late: 0 });
  });

  it('is silence where nothing comes, so that its time is the wall’s', async () => {
    const call = await upCall({ echoes: false });
    await call.pass(10);
    await call.say(...frames(5).map((payload) => call.rtp.next(payload)));
    await call.pass(50);
    expect(call.heard.length).toBe(65);
    expect(call.heard.slice(-40).every((byte) => byte === 0xff)).toBe(true);
    expect(call.heard.filter((byte) => byte > 0 && byte <= 5)).toEqual([1, 2, 3, 4, 5]);
  });

  it('is silent within 20 ms of a clear, and what was played until then has been told to the byte', async () => {
    const call = await upCall({ echoes: false });
    const { sound } = call.answered;
    sound.play(part, new Uint8Array(8000).fill(7));
    await call.pass(13);
    sound.clear();
    expect(sound.waitingSamples).toBe(0);
    sound.play(part, frame(7));
    await call.pass(3);
    expect(call.rtp.received.map(({ payload }) => payload[0])).toEqual([
      ...Array.from({ length: 13 }, () => 7),
      ...Array.from({ length: 3 }, () => 0xff),
    ]);
    expect(call.answered.played()).toBe(13 * 480);
  });

  it('waits while the phone rings, and is there with the first packet', async () => {
    const ringing: { answer?: () => Promise<void> } = {};
    const time = virtualTime();
    const echo = await openEcho({ ...time, meets: (_, answer) => (ringing.answer = answer) });
    const [phone, rtp] = [await dial(echo), await openSound()];
    phone.invite(offer(rtp.port));
    const call = await until('the call', () => echo.calls[0]);
    call.open({ ended() {} });
    const sound = await call.prepare();
    if (typeof sound === 'string') throw new Error(sound);
    sound.begin({ heard() {}, played() {}, drained() {} });
    sound.play(part, frame(9));
    time.clock.advance(2000);
    expect(sound.waitingSamples).toBe(480);
    call.accept();
    await phone.final('INVITE');
    time.clock.advance(20);
    const first = await until('the first packet', () => rtp.received[0]);
    expect(first.payload).toEqual(Buffer.from(frame(9)));
  });
});

describe('a telephone that waits for our offer', () => {
  it('is offered PCMU, and answers when it acknowledges', async () => {
    const call = await upCall({ terms: null });
    expect(call.parts.accepted.body).toMatch(/^m=audio \d+ RTP\/AVP 0 101\r\n/m);
    await call.say(...frames(5).map((payload) => call.rtp.next(payload)));
    await call.pass(3);
    expect(call.rtp.received.map(({ payload }) => payload[0])).toEqual(expect.arrayContaining([1, 2, 3, 4, 5]));
  });

  it('that answers with nothing that we speak is hung up', async () => {
    const echo = await openEcho();
    const phone = await dial(echo);
    phone.invite('');
    await phone.final('INVITE');
    phone.ack(offer(4000, { formats: '18' }));
    phone.answer(await phone.request('BYE'), 200);
    const answered = await until('the answer', () => echo.answered[0]);
    expect(answered.ended()).toBe('it has answered our offer with nothing that we speak');
  });
});

describe('a call on hold', () => {
  it.each([
    ['INVITE', ['a=sendonly'], 'a=recvonly'],
    ['INVITE', ['a=inactive'], 'a=inactive'],
    ['UPDATE', ['a=sendonly'], 'a=recvonly'],
    ['INVITE', ['c=IN IP4 0.0.0.0'], 'a=recvonly'],
  ])('by %s with %j hears silence, is sent nothing, and goes on where it was', async (method, lines, answers) => {
    const call = await upCall({ echoes: false });
    const { sound } = call.answered;
    sound.play(part, new Uint8Array(16_000).fill(7));
    await call.say(...frames(5).map((payload) => call.rtp.next(payload)));
    const held = await call.offers(method, offer(call.rtp.port, { lines }));
    expect(held.body).toContain(`${answers}\r\n`);
    const before = [call.rtp.received.length, call.answered.played(), call.heard.length];
    // Music while it waits, and nothing: neither is heard, and 30 s of it are no reason to hang up.
    await call.rtp.send(call.rtp.next(frame(66)), call.parts.port);
    call.parts.clock.advance(40_000);
    expect(call.answered.ended()).toBeNull();
    expect([sound.statistics.sent, call.answered.played(), call.heard.length - 2000]).toEqual(before);
    expect(call.heard.slice(-2000).every((byte) => byte === 0xff)).toBe(true);
    const resumed = await call.offers(method, offer(call.rtp.port));
    expect(resumed.body).toContain('a=sendrecv\r\n');
    expect(Number(/^o=- \d+ (\d+)/m.exec(resumed.body)?.[1])).toBe(2);
    await call.pass(2);
    const [last, ...earlier] = call.rtp.received.toReversed();
    expect(last?.payload[0]).toBe(7);
    // The silence between shows in the time of packets, not in their numbers.
    const apart = ((last?.timestamp ?? 0) - (earlier[1]?.timestamp ?? 0)) >>> 0;
    expect([(last?.sequence ?? 0) - (earlier[1]?.sequence ?? 0), apart]).toEqual([2, 2002 * 160]);
  });

  it('may move to another port and must not change its codec', async () => {
    const call = await upCall({ echoes: false });
    const other = await openSound();
    await call.pass(1);
    expect((await call.offers('INVITE', offer(other.port, { formats: '8' }))).status).toBe(488);
    expect((await call.offers('INVITE', offer(other.port, { formats: '8 0' }))).body).toContain('PCMU');
    call.parts.clock.advance(20);
    await until('sound at the other port', () => other.received.length > 0);
  });

  it('is offered what it has when it asks us to offer', async () => {
    const call = await upCall({ terms: { formats: '8 101' }, echoes: false });
    call.phone.ask('INVITE');
    const offered = await call.phone.final('INVITE');
    expect(offered.body).toMatch(/RTP\/AVP 8 101\r\n/);
    call.phone.ack(offer(call.rtp.port, { formats: '8 101', lines: ['a=sendonly'] }));
    await until('the hold', () => {
      const before = call.answered.sound.statistics.sent;
      call.parts.clock.advance(20);
      return call.answered.sound.statistics.sent === before;
    });
  });
});

describe('keys', () => {
  it('are heard once each, however many packets tell of them, and leave no hole in the sound’s numbers', async () => {
    const call = await upCall({ echoes: false });
    const { rtp, parts, answered } = call;
    await call.say(rtp.next(frame(1)));
    for (const event of [5, 11]) {
      for (const isEnd of [false, false, true, true, true]) {
        // oxlint-disable-next-line no-await-in-loop -- one packet after the other
        await rtp.send(rtp.key(event, isEnd), parts.port);
      }
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await call.say(rtp.next(frame(2)));
    }
    await until('the keys', () => answered.keys.length === 2);
    expect(answered.keys).toEqual(['5', '#']);
    expect(answered.sound.statistics.lost).toBe(0);
  });

  it('come by INFO, too, unless they come in packets', async () => {
    const call = await upCall({ echoes: false });
    const press = async (key: string): Promise<void> => {
      const lines = { 'Content-Type': 'application/dtmf-relay' };
      call.phone.ask('INFO', { body: `Signal=${key}\r\nDuration=160\r\n`, lines });
      expect((await call.phone.final('INFO')).status).toBe(200);
    };
    await press('7');
    expect(call.answered.keys).toEqual(['7']);
    await call.rtp.send(call.rtp.key(8, true), call.parts.port);
    await until('the key', () => call.answered.keys.length === 2);
    await press('8');
    expect(call.answered.keys).toEqual(['7', '8']);
  });
});

describe('a call that falls silent', () => {
  it('is hung up after half a minute', async () => {
    const call = await upCall({ echoes: false });
    await call.say(...frames(5).map((payload) => call.rtp.next(payload)));
    call.parts.clock.advance(29_900);
    expect(call.answered.ended()).toBeNull();
    call.parts.clock.advance(200);
    expect(call.answered.ended()).toBe('no sound has come for half a minute');
    call.phone.answer(await call.phone.request('BYE'), 200);
  });

  it('lives on noise that stands for silence', async () => {
    const call = await upCall({ echoes: false });
    await call.say(call.rtp.next(frame(1)));
    const noise = Buffer.from(call.rtp.next(Uint8Array.of(60)));
    noise[1] = 13;
    call.parts.clock.advance(20_000);
    await call.rtp.send(noise, call.parts.port);
    await until('a report that tells of the noise', () => {
      call.parts.clock.advance(100);
      return call.rtp.datagrams.some((each) => each[1] === 200 && each.readUInt16BE(38) === noise.readUInt16BE(2));
    });
    call.parts.clock.advance(20_000);
    expect(call.answered.ended()).toBeNull();
  });

  it('lives on reports of who says nothing, and a stranger’s packets are neither heard nor counted', async () => {
    const call = await upCall({ echoes: false });
    await call.say(call.rtp.next(frame(1)));
    const stranger = await openSound('127.0.0.2');
    for (let nth = 0; nth < 10; nth++) {
      // oxlint-disable-next-line no-await-in-loop -- one packet after the other
      await stranger.send(stranger.next(frame(99)), call.parts.port);
    }
    const report = buildReport(99, { atMs: 60_000, timestamp: 0, packets: 1, bytes: 160 }, null);
    call.parts.clock.advance(10_000);
    await call.rtp.send(report, call.parts.port + 1);
    await until('a report that answers', () => {
      call.parts.clock.advance(100);
      return call.rtp.datagrams.some((each) => each[1] === 200 && each.length > 48 && each.readUInt32BE(44) !== 0);
    });
    call.parts.clock.advance(20_000);
    expect(call.answered.ended()).toBeNull();
    expect(call.heard).not.toContain(99);
    expect(stranger.datagrams).toEqual([]);
  });
});
