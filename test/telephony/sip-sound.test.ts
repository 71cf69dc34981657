import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../clients/until.ts';
import { openEcho, virtualTime } from './sip-echo.ts';
import { offer, RtpPhone, SipPhone, soundPort } from './sip-phone.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

/** A call over UDP that was answered, by a clock that waits. */
async function upCall(terms: Parameters<typeof offer>[1] = {}) {
  const time = virtualTime();
  const echo = await openEcho(time);
  const [address] = echo.addresses;
  if (address === undefined) throw new Error('nobody listens');
  const [phone, rtp] = [await SipPhone.open(address), await RtpPhone.open()];
  open.push(phone, rtp);
  phone.invite(offer(rtp.port, terms));
  const accepted = await phone.final('INVITE');
  phone.ack();
  const answered = await until('the answer', () => echo.answered[0]);
  const port = soundPort(accepted);
  return {
    ...time,
    phone,
    rtp,
    answered,
    port,
    accepted,
    /** Sends a packet, waits until it was taken, and lets 20 ms pass. */
    async say(packet: Uint8Array, counts = true): Promise<void> {
      const before = answered.sound.statistics.received;
      await rtp.send(packet, port);
      if (counts) await until('the packet', () => answered.sound.statistics.received > before);
      await this.pass(1);
    },
    /** Lets so many frames of 20 ms pass, and waits until what was sent in them has come. */
    async pass(frames: number): Promise<void> {
      for (let left = frames; left > 0; left--) {
        time.clock.advance(20);
        const { sent } = answered.sound.statistics;
        // oxlint-disable-next-line no-await-in-loop -- one frame after the other
        await until('what was sent', () => rtp.received.length >= sent);
      }
    },
  };
}

/** A frame that sounds like its number. */
const frame = (number: number): Uint8Array => new Uint8Array(160).fill(number);

describe('the sound of a call by SIP', () => {
  it('comes back from an echo byte by byte, in packets of 20 ms whose numbers follow each other', async () => {
    const call = await upCall();
    for (let number = 1; number <= 20; number++) {
      // oxlint-disable-next-line no-await-in-loop -- one frame after the other
      await call.say(call.rtp.next(frame(number)));
    }
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
});
