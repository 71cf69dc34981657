import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FrameDecoder, frameSamples, sampleFrames } from './codec.ts';
import { Receiver } from './receiver.ts';
import type { RtpPacket } from './rtp.ts';

/** Frames of 20 ms at 8 kHz that sound like their number; made-up ones sound like −1, and number 0 is silence. */
const clockRate = 8000;
const ticks = 160;
/** Added to numbers, so that none of them is so quiet that it may be left out. */
const loud = 1000;
const decoder: FrameDecoder = {
  ticksOf: ({ byteLength }) => (byteLength === 2 ? ticks : 0),
  decode: ([high = 0, low = 0]) => new Int16Array(frameSamples).fill(high + low === 0 ? 0 : loud + high * 256 + low),
  conceal: () => new Int16Array(frameSamples).fill(-1),
};

/** A packet on its way: which number it says, its place among those sent, when it comes. */
interface Sent {
  readonly says: number;
  readonly nth: number;
  readonly atMs: number;
  readonly ssrc?: number;
}

interface Start {
  readonly sequence: number;
  readonly timestamp: number;
}

function packetOf({ says, nth, ssrc = 7 }: Sent, { sequence, timestamp }: Start): RtpPacket {
  return {
    payloadType: 0,
    marker: false,
    sequence: (sequence + nth) % 2 ** 16,
    timestamp: (timestamp + nth * ticks) % 2 ** 32,
    ssrc,
    payload: Uint8Array.of(says >> 8, says & 255),
  };
}

/** What is heard, a number for each 20 ms, when these packets come to one who asks for a frame every 20 ms. */
function hear(sent: readonly Sent[], forMs: number, start: Start = { sequence: 0, timestamp: 0 }) {
  const receiver = new Receiver(decoder, sampleFrames, clockRate);
  const coming = sent.toSorted((a, b) => a.atMs - b.atMs);
  const heard: number[] = [];
  for (let now = 0; now <= forMs; now += 20) {
    for (let next = coming[0]; next !== undefined && next.atMs <= now; next = coming[0]) {
      coming.shift();
      receiver.put(packetOf(next, start), next.atMs);
    }
    const frame = receiver.frame(now);
    expect(frame.length).toBe(frameSamples);
    const [sample = 0] = frame;
    heard.push(sample > 0 ? sample - loud : sample);
  }
  return { heard, said: heard.filter((number) => number > 0), statistics: receiver.statistics };
}

/** Numbers from 1, one each 20 ms; `delayOf` says how long each takes, null that it is lost. */
function talk(count: number, delayOf: (nth: number) => number | null): Sent[] {
  return Array.from({ length: count }, (_, nth) => ({ says: nth + 1, nth, delay: delayOf(nth) })).flatMap(
    ({ says, nth, delay }) => (delay === null ? [] : [{ says, nth, atMs: 100 + nth * 20 + delay }]),
  );
}

/** Numbers that look random and are the same each time. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('a receiver', () => {
  it('hears everything, in order and soon, where the network is steady', () => {
    const { heard, said } = hear(
      talk(100, () => 30),
      2500,
    );
    expect(said).toEqual(numbers(1, 100));
    expect(heard.indexOf(1) * 20).toBeLessThanOrEqual(100 + 30 + 40);
  });

  it('gives silence before anything comes, and once nothing comes any more', () => {
    const { heard } = hear(
      talk(10, () => 0),
      2000,
    );
    expect(heard.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(heard.slice(-50)).toEqual(Array(50).fill(0));
  });

  it('never says a number twice, nor an older one after a newer, whatever the network does', () => {
    const fate = fc.record({ delay: fc.option(fc.nat({ max: 300 })), again: fc.option(fc.nat({ max: 300 })) });
    const starts = fc.record({ sequence: fc.nat({ max: 65_535 }), timestamp: fc.nat({ max: 0xffffffff }) });
    fc.assert(
      fc.property(fc.array(fate, { maxLength: 80 }), starts, (fates, start) => {
        const sent = [
          ...talk(fates.length, (nth) => fates[nth]?.delay ?? null),
          ...talk(fates.length, (nth) => fates[nth]?.again ?? null),
        ];
        const { said, statistics } = hear(sent, 4000, start);
        expect(said).toEqual([...new Set(said)].toSorted((a, b) => a - b));
        expect(statistics.received).toBe(sent.length);
      }),
    );
  });

  it('sorts what comes in the wrong order', () => {
    const { said } = hear(
      talk(400, (nth) => (nth % 5 === 0 ? 45 : 0)),
      9000,
    );
    expect(said.length).toBeGreaterThanOrEqual(395);
    expect(said.slice(-300)).toEqual(numbers(101, 400));
  });

  it('waits as long as a jitter of 200 ms asks for', () => {
    const roll = dice(1);
    const { said, statistics } = hear(
      talk(500, () => roll() * 200),
      12_000,
    );
    expect(said.length).toBeGreaterThan(470);
    expect(statistics.jitterMs).toBeGreaterThan(30);
  });

  it('makes up what is lost, and counts it', () => {
    const roll = dice(2);
    const came = numbers(1, 300).map(() => roll() >= 0.2);
    came[0] = true; // those before the first are not known to be missing
    came[299] = true;
    const { heard, said, statistics } = hear(
      talk(300, (nth) => (came[nth] === true ? 10 : null)),
      7000,
    );
    expect(said).toEqual(numbers(1, 300).filter((number) => came[number - 1]));
    expect(statistics.lost).toBe(came.filter((each) => !each).length);
    expect(heard.filter((number) => number === -1).length).toBeGreaterThan(30);
  });

  it('makes up three frames in a row at most', () => {
    const { heard } = hear(
      talk(100, (nth) => (nth > 20 && nth < 60 ? null : 0)),
      2500,
    );
    const runs = heard.join(' ').match(/-1( -1)*/g) ?? [];
    expect(Math.max(...runs.map((run) => run.split(' ').length))).toBe(3);
  });

  it('loses nothing to a network that stalls, and catches up where nobody speaks', () => {
    const stalled = (nth: number): number => (nth >= 50 && nth < 75 ? (75 - nth) * 20 : 0);
    const speech = talk(100, stalled);
    const quiet = talk(400, () => 0).map((packet) => ({
      ...packet,
      says: 0,
      nth: packet.nth + 100,
      atMs: packet.atMs + 2000,
    }));
    const last = { says: 999, nth: 500, atMs: 100 + 500 * 20 };
    const { heard, said } = hear([...speech, ...quiet, last], 11_000);
    expect(said).toEqual([...numbers(1, 100), 999]);
    expect(heard.indexOf(999) * 20 - last.atMs).toBeLessThanOrEqual(120);
  });

  it('goes on in time after a pause in which nothing was sent', () => {
    const after = talk(20, () => 0).map(({ says, nth, atMs }) => ({
      says: says + 20,
      nth: nth + 120,
      atMs: atMs + 2400,
    }));
    const { heard, said } = hear([...talk(20, () => 0), ...after], 4000);
    expect(said).toEqual(numbers(1, 40));
    expect(heard.indexOf(21) * 20).toBeLessThanOrEqual(2500 + 60);
  });

  it('begins anew with another source', () => {
    const other = talk(20, () => 0).map((sent) => ({ ...sent, says: sent.says + 20, atMs: sent.atMs + 400, ssrc: 8 }));
    const { said, statistics } = hear([...talk(20, () => 0), ...other], 2000);
    expect(said).toContain(40);
    expect(statistics.lost).toBe(0);
  });

  it('keeps two seconds of a flood, and takes sound after it', () => {
    const flood = numbers(1, 450).map((nth) => ({ says: 1, nth, atMs: 100 }));
    const { said } = hear(flood, 10_000);
    expect(said.length).toBeLessThanOrEqual(105);
    expect(said.length).toBeGreaterThan(90);
  });

  it('hears nothing in payloads that are none', () => {
    const receiver = new Receiver(decoder, sampleFrames, clockRate);
    receiver.put(
      { ...packetOf({ says: 1, nth: 0, atMs: 0 }, { sequence: 0, timestamp: 0 }), payload: new Uint8Array(9) },
      0,
    );
    expect(receiver.frame(60)).toEqual(new Int16Array(frameSamples));
  });
});
