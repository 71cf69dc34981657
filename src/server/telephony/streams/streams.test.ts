import { describe, expect, it } from 'vitest';
import { ulawToSamples } from '../../../audio/g711.ts';
import { type MemoryStream } from '../../../testing/call-server.ts';
import { type StreamOrder } from '../../../testing/carrier-webhook.ts';
import type { FakePhoneOptions } from '../../../testing/fake-phone.ts';
import { aMoment, answer, last, loud, order, phoneServer, up } from '../../../testing/phone-server.ts';

describe('a stream', () => {
  /** What becomes of a stream that begins like this. */
  async function begins(options: (ordered: StreamOrder) => Partial<FakePhoneOptions>, wait = 0): Promise<MemoryStream> {
    const { here } = phoneServer();
    const ordered = await order(here);
    here.clock.advance(wait);
    const stream = here.stream(ordered, options(ordered));
    stream.phone.greet();
    stream.phone.start();
    return stream;
  }

  it.each([
    ['without a token', () => ({})],
    ['with one that was made up', () => ({ parameters: { token: 'x'.repeat(43) } })],
    ['of another call', ({ parameters }: StreamOrder) => ({ parameters, callSid: 'CA09' })],
  ])('%s is closed at once', async (_, options) => {
    expect((await begins(options)).closed).toEqual({ code: 1008, reason: 'no such call waits' });
  });

  it('that comes after a minute finds no call', async () => {
    const good = ({ parameters }: StreamOrder) => ({ parameters });
    expect((await begins(good, 59_000)).closed).toBeNull();
    expect((await begins(good, 60_000)).closed?.code).toBe(1008);
  });

  it('brings a token once, at its own address, of its own carrier', async () => {
    const { here } = phoneServer();
    const ordered = await order(here);
    const other = await order(here, { form: { CallSid: 'CA02' } });
    const { parameters } = ordered;
    const elsewhere = here.stream(other, { parameters });
    elsewhere.phone.start();
    const asTelnyx = here.stream({ path: '/telephony/telnyx' }, { parameters, carrier: 'telnyx' });
    asTelnyx.phone.start();
    const anywhere = here.stream({ path: '/telephony/twilio' }, { parameters });
    anywhere.phone.start();
    const again = here.stream(ordered, { parameters });
    again.phone.start();
    expect([elsewhere, asTelnyx, anywhere, again].map(({ closed }) => closed?.code)).toEqual([
      1008,
      1008,
      undefined,
      1008,
    ]);
  });

  it('that names no call in five seconds is closed, whatever else it says', async () => {
    const { here } = phoneServer();
    const before = here.lasting.sessions.count;
    const ordered = { path: '/telephony/twilio' };
    const stream = here.stream(ordered);
    stream.phone.greet();
    for (const frame of ['{', '7', 'null', '[]', '{"event":"media"}', '{"event":"start"', '{"event":"stop"}'])
      stream.send(frame);
    here.clock.advance(4999);
    expect(stream.closed).toBeNull();
    here.clock.advance(1);
    expect(stream.closed).toEqual({ code: 1008, reason: 'no call was named in time' });
    expect([here.lasting.sessions.count, here.clock.waiting]).toEqual([before, 0]);
  });

  it('whose sound is no telephone’s ends its call', async () => {
    const { here } = phoneServer();
    const { stream } = await up(here, {}, { encoding: 'audio/opus' });
    await aMoment();
    expect(stream.closed?.code).toBe(1008);
    expect(here.lasting.sessions.count).toBe(0);
  });

  it('that sends binary frames is closed', async () => {
    const { here } = phoneServer();
    const { stream } = await up(here);
    stream.binary();
    await aMoment();
    expect(stream.closed?.code).toBe(1003);
    expect(here.lasting.sessions.count).toBe(0);
  });

  it('that brings more than anybody can say is closed', async () => {
    const { here } = phoneServer();
    const { stream, sideband } = await up(here);
    const payload = Buffer.from(loud(1000)).toString('base64');
    for (let chunk = 100; chunk < 200 && stream.closed === null; chunk++) {
      stream.send(
        JSON.stringify({ event: 'media', media: { track: 'inbound', chunk, timestamp: chunk * 1000, payload } }),
      );
    }
    await aMoment();
    expect(stream.closed).toEqual({ code: 1008, reason: 'more comes than a call can say' });
    expect(sideband.closes).toEqual([1000]);
  });

  it('whose reader stops is sent nothing more, and ended', async () => {
    const { here } = phoneServer({ twilio: { aheadMs: 60_000 } });
    const { stream, phone } = await up(here);
    stream.pendingBytes = 100_000;
    const sent = phone.marks.length;
    here.clock.advance(5000);
    expect(phone.marks.length).toBe(sent);
    const lost = await up(here, { form: { CallSid: 'CA02' } }, { losesMarks: true, callSid: 'CA02' });
    here.clock.advance(30_100);
    await aMoment();
    expect(lost.stream.closed?.reason).toBe('the carrier has played nothing for half a minute');
  });

  it.each(['twilio', 'telnyx'] as const)('of %s may lose sound, and bring it in another order', async (carrier) => {
    const answers = [[], answer];
    const { here, turns } = phoneServer({ answers, twilio: { greeting: 'Hi.' }, telnyx: { greeting: 'Hi.' } });
    const held: string[] = [];
    const { phone, sideband } = await up(
      here,
      { carrier },
      {
        mix(frames, tick) {
          if (tick % 10 === 0) return [];
          if (tick % 5 !== 0) return [...frames, ...held.splice(0)];
          held.push(...frames);
          return [];
        },
      },
    );
    phone.say(loud(1000));
    here.clock.advance(3000);
    const committed = last(sideband.events, 'input_audio_buffer.committed');
    const heard = turns.at(-1)?.sound(String(committed?.['item_id']));
    const [spoken = 0] = ulawToSamples(loud(1));
    // Every tenth frame was lost, and silence stands in its place.
    const samples = [...(heard?.samples ?? [])];
    expect(samples.filter((sample) => sample === spoken)).toHaveLength(900 * 8);
    const stopped = last(sideband.events, 'input_audio_buffer.speech_stopped');
    expect(Number(stopped?.['audio_end_ms'])).toBeGreaterThan(1000);
    expect(Number(stopped?.['audio_end_ms'])).toBeLessThan(1700);
  });
});
