import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { virtualClock } from '../testing/virtual-clock.ts';
import { CallSound } from './call-sound.ts';
import { type Codec, frameSamples } from './codec.ts';
import type { AgreedSound } from './peer.ts';
import { Pulse } from './pulse.ts';
import { buildReport } from './rtcp.ts';
import { buildRtp, parseRtp, type RtpPacket } from './rtp.ts';

/** Payloads are the samples themselves, so that what is sent can be told; what is made up sounds like −1. */
const clockRate = 24_000;
function plainCodec() {
  const codec: Codec & { closed: number } = {
    name: 'plain',
    clockRate,
    closed: 0,
    ticksOf: ({ byteLength }) => (byteLength === 2 * frameSamples ? frameSamples : 0),
    decode: (payload) => new Int16Array(payload.slice().buffer),
    conceal: (ticks) => new Int16Array(ticks).fill(-1),
    encode: (frame) => new Uint8Array(frame.slice().buffer),
    close: () => void (codec.closed += 1),
  };
  return codec;
}

const both: AgreedSound = { codec: 'opus', payloadType: 111, ssrc: 5, receives: true, sends: true };
const key = { itemId: 'item_1', contentIndex: 0 };
const samplesOf = ({ payload }: RtpPacket) => new Int16Array(payload.slice().buffer);

function rtpOf(bytes: Uint8Array): RtpPacket {
  const packet = parseRtp(bytes);
  if (packet === null) throw new Error('What was sent is no RTP.');
  return packet;
}

/** A call's sound under virtual time, and all it told and sent. */
function call({ agreed = both as AgreedSound | null, wasReached = true } = {}) {
  const clock = virtualClock(0);
  let stalledMs = 0;
  const codec = plainCodec();
  const sent: RtpPacket[] = [];
  const reports: Uint8Array[] = [];
  const peer = {
    wasReached,
    sendPacket(bytes: Uint8Array) {
      if (bytes[1] === 200 || bytes[1] === 201) reports.push(bytes);
      else sent.push(rtpOf(bytes));
    },
  };
  const way = agreed === null ? null : { agreed, codec, sequence: 65_530, timestamp: 2 ** 32 - 1000 };
  const sound = new CallSound({
    peer,
    pulse: new Pulse({ now: () => clock.now() + stalledMs, after: clock.after }),
    way,
  });
  const heard: Int16Array[] = [];
  const played: number[] = [];
  let drained = 0;
  let said = 0;
  const begin = (on: { readonly heard?: () => void; readonly played?: () => void } = {}) =>
    sound.begin({
      heard(frame) {
        heard.push(frame);
        on.heard?.();
      },
      played(_, samples) {
        played.push(samples);
        on.played?.();
      },
      drained: () => (drained += 1),
    });
  /** A packet of the peer comes now, 20 ms of this sample. */
  const say = (sample: number, payloadType = 111) => {
    const payload = plainCodec().encode(new Int16Array(frameSamples).fill(sample));
    const nth = said++;
    sound.packet(
      buildRtp({ payloadType, marker: false, sequence: nth, timestamp: nth * frameSamples, ssrc: 9, payload }),
    );
  };
  /** The loop stands still for so long: timers find that their time is long past. */
  const stall = (ms: number) => (stalledMs += ms);
  return { clock, codec, peer, sound, sent, reports, heard, played, begin, say, stall, drainedTimes: () => drained };
}

const ones = (samples: number, value = 1000) => new Int16Array(samples).fill(value);

describe('the sound of a call', () => {
  it('sends a packet each 20 ms, silence too, and hears a frame for each', () => {
    const { clock, sent, heard, begin } = call();
    begin();
    clock.advance(1000);
    expect(sent).toHaveLength(50);
    expect(heard).toHaveLength(50);
    expect(sent.map(({ sequence }) => sequence)).toEqual(sent.map((_, nth) => (65_530 + nth) % 65_536));
    expect(sent.map(({ timestamp }) => timestamp)).toEqual(
      sent.map((_, nth) => (2 ** 32 - 1000 + nth * 480) % 2 ** 32),
    );
    expect(sent.every((packet) => samplesOf(packet).every((sample) => sample === 0))).toBe(true);
  });

  it('lets no time pass before the peer was reached', () => {
    const { clock, peer, sound, sent, heard, played, begin } = call({ wasReached: false });
    begin();
    sound.play(key, ones(480));
    clock.advance(1000);
    expect([sent, heard, played]).toEqual([[], [], []]);
    peer.wasReached = true;
    clock.advance(20);
    expect([sent.length, heard.length]).toEqual([1, 1]);
    expect(played).toEqual([480]);
  });

  it('tells after each packet how far its part has come', () => {
    const { clock, sound, sent, played, begin, drainedTimes } = call();
    begin();
    sound.play(key, ones(1000));
    expect(sound.waitingSamples).toBe(1000);
    clock.advance(200);
    expect(played).toEqual([480, 960, 1000]);
    expect(sent.flatMap((packet) => [...samplesOf(packet)].filter((sample) => sample !== 0))).toHaveLength(1000);
    expect(drainedTimes()).toBe(1);
  });

  it('is silent within one packet of a clear, and stays so for what was cleared', () => {
    const { clock, sound, sent, played, begin } = call();
    begin();
    sound.play(key, ones(48_000));
    clock.advance(100);
    sound.clear();
    sound.play(key, ones(480));
    sound.clear();
    clock.advance(100);
    const [fading, ...after] = sent.slice(5).map((packet) => [...samplesOf(packet)]);
    expect(fading?.slice(0, 120)).toEqual(fading?.slice(0, 120).toSorted((a, b) => b - a));
    expect(fading?.slice(119).every((sample) => sample === 0)).toBe(true);
    expect(after.flat().every((sample) => sample === 0)).toBe(true);
    expect(played.at(-1)).toBe(5 * 480);
    sound.play({ ...key, itemId: 'item_2' }, ones(480));
    clock.advance(20);
    expect(played.at(-1)).toBe(480);
  });

  it('hears what comes, and silence where nothing does', () => {
    const { clock, heard, begin, say } = call();
    begin();
    for (let nth = 0; nth < 10; nth++) {
      say(2000);
      clock.advance(20);
    }
    clock.advance(800);
    expect(heard).toHaveLength(50);
    expect(heard.filter(([sample]) => sample === 2000)).toHaveLength(10);
    expect(heard.slice(-20).every((frame) => frame.every((sample) => sample === 0))).toBe(true);
  });

  it('does not let a short stall be heard: packets that waited behind the timers are let in first', () => {
    const { clock, heard, begin, say, stall } = call();
    begin();
    for (let nth = 0; nth < 100; nth++) {
      say(2000);
      clock.advance(20);
    }
    const before = heard.length;
    stall(60);
    clock.after(20, () => {
      for (let nth = 0; nth < 4; nth++) say(2000);
    });
    clock.advance(20);
    for (let nth = 0; nth < 20; nth++) {
      say(2000);
      clock.advance(20);
    }
    expect(heard.slice(before).map(([sample]) => sample)).toEqual(heard.slice(before).map(() => 2000));
  });

  it('catches up after a stall: as many frames are heard as time has passed, and nothing that came is lost', () => {
    const { clock, sound, sent, heard, begin, say, stall } = call();
    begin();
    for (let nth = 0; nth < 10; nth++) {
      say(2000);
      clock.advance(20);
    }
    stall(400);
    clock.after(20, () => {
      for (let nth = 0; nth < 20; nth++) say(2000); // what waited behind the timer that runs first
    });
    clock.advance(40);
    expect(heard.length).toBe(Math.floor(640 / 20));
    expect(sent.length).toBe(heard.length);
    clock.advance(600);
    expect(heard.filter(([sample]) => sample === 2000)).toHaveLength(30);
    expect(sound.statistics.late).toBe(0);
  });

  it('reports once a second what was sent, and what of the peer has come', () => {
    const { clock, sound, reports, begin, say } = call();
    begin();
    sound.packet(buildReport(9, { atMs: 0x1234_000, timestamp: 0, packets: 1, bytes: 1 }, null));
    for (let nth = 0; nth < 100; nth++) {
      say(2000, nth % 4 === 0 ? 13 : 111); // each fourth is nobody's, as if it were lost
      clock.advance(20);
    }
    expect(reports).toHaveLength(2);
    const [, last = new Uint8Array(0)] = reports;
    const at = new DataView(last.buffer);
    expect([at.getUint32(4), at.getUint32(20), at.getUint32(28)]).toEqual([both.ssrc, 100, 9]);
    expect(at.getUint8(32) / 256).toBeCloseTo(1 / 4, 1);
    expect([at.getUint32(44), at.getUint32(48)]).toEqual([(0x1234_000 / 1000) * 65_536, 2 * 65_536].map(Math.floor));
  });

  it('keeps the time of the wall, however the loop stands still', () => {
    const steps = fc.array(fc.record({ ms: fc.nat(300), stallMs: fc.oneof(fc.constant(0), fc.nat(3000)) }));
    fc.assert(
      fc.property(steps, (given) => {
        const { clock, sent, heard, begin, stall } = call();
        begin();
        let passed = 0;
        for (const { ms, stallMs } of given) {
          clock.advance(ms);
          stall(stallMs);
          passed += ms + stallMs;
        }
        clock.advance(40); // within which a stalled loop has caught up
        const frames = Math.floor((passed + 40) / 20);
        expect(heard).toHaveLength(frames);
        const last = sent.at(-1);
        expect((((last?.timestamp ?? 0) + 1000) % 2 ** 32) / 480).toBe(frames - 1);
        expect(last?.sequence).toBe((65_530 + sent.length - 1) % 65_536);
      }),
    );
  });

  it('ignores what nobody agreed on, and what is no RTP', () => {
    const { clock, sound, heard, begin, say } = call();
    begin();
    say(2000, 13);
    sound.packet(Uint8Array.of(1, 2, 3));
    sound.packet(new Uint8Array(0));
    clock.advance(200);
    expect(heard.flatMap((frame) => [...frame]).every((sample) => sample === 0)).toBe(true);
    expect(sound.statistics).toMatchObject({ received: 0, sent: 10 });
  });

  it.each([
    { receives: false, sends: true },
    { receives: true, sends: false },
    { receives: false, sends: false },
  ])('follows the direction: %o', ({ receives, sends }) => {
    const { clock, sound, sent, heard, played, begin } = call({ agreed: { ...both, receives, sends } });
    begin();
    sound.play(key, ones(480));
    clock.advance(100);
    expect(sent).toHaveLength(sends ? 5 : 0);
    expect(heard).toHaveLength(receives ? 5 : 0);
    expect(played).toEqual([480]);
  });

  it('plays at the speed of hearing where the call has no sound', () => {
    const { clock, sound, sent, heard, played, begin } = call({ agreed: null });
    begin();
    sound.play(key, ones(960));
    clock.advance(100);
    expect([sent, heard, played]).toEqual([[], [], [480, 960]]);
  });

  it('tells that little waits, at half a minute and at none', () => {
    const { clock, sound, begin, drainedTimes } = call();
    begin();
    sound.play(key, ones(31 * 24_000));
    clock.advance(900);
    expect(drainedTimes()).toBe(0);
    clock.advance(100);
    expect(drainedTimes()).toBe(1);
    clock.advance(29_900);
    expect(drainedTimes()).toBe(1);
    clock.advance(100);
    expect(drainedTimes()).toBe(2);
  });

  it('ends once, from within what it tells too, and frees its codec and its timer', () => {
    const { clock, codec, sound, sent, heard, played, begin } = call();
    begin({ played: () => sound.end() });
    sound.play(key, ones(4800));
    clock.advance(100);
    sound.end();
    sound.play(key, ones(480));
    sound.clear();
    expect([sent.length, heard.length, played.length, codec.closed, clock.waiting]).toEqual([1, 0, 1, 1, 0]);
  });

  it('sends no more than half a second at once after a long stall, and times go on where they should', () => {
    const { clock, sent, heard, begin, stall } = call();
    begin();
    clock.advance(20);
    stall(2000);
    clock.advance(40);
    expect(heard.length).toBe(Math.floor(2060 / 20));
    expect(sent.length).toBeLessThan(35);
    expect(((sent.at(-1)?.timestamp ?? 0) + 1000) % 2 ** 32).toBe(480 * (heard.length - 1));
  });
});
