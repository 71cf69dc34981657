import { describe, expect, it } from 'vitest';
import { rmsLevel } from '../../audio/level.ts';
import { tone } from '../../audio/tone.ts';
import { frameSamples, sampleFrames } from '../codec.ts';
import { Receiver } from '../receiver.ts';
import { parseRtp } from '../rtp.ts';
import { Sender } from '../sender.ts';
import { openOpus } from './opus.ts';

const sound = tone({ ms: 2000, frequencyHz: 440, sampleRate: 24_000 });
const frames = Array.from({ length: 100 }, (_, nth) => sound.subarray(nth * frameSamples, (nth + 1) * frameSamples));

/** What comes out of Opus, RTP and the jitter buffer, where every `lostEach`th packet never comes. */
async function through(lostEach: number): Promise<Int16Array[]> {
  const codec = await openOpus();
  const sender = new Sender({ codec, payloadType: 111, ssrc: 1, sequence: 65_500, timestamp: 2 ** 32 - 5000 });
  const receiver = new Receiver(codec, sampleFrames, codec.clockRate);
  const heard = frames.map((frame, nth) => {
    const packet = parseRtp(sender.packet(frame));
    if (packet !== null && nth % lostEach !== lostEach - 1) receiver.put(packet, nth * 20);
    return receiver.frame(nth * 20);
  });
  codec.close();
  return heard;
}

describe('Opus', () => {
  it('brings sound through at 24 kHz mono, 20 ms at a time, as loud as it was', async () => {
    const heard = await through(Number.POSITIVE_INFINITY);
    expect(heard.every(({ length }) => length === frameSamples)).toBe(true);
    for (const frame of heard.slice(20)) expect(rmsLevel(frame)).toBeCloseTo(rmsLevel(frames[50] ?? sound), -1);
  });

  it('hides the loss of each fifth packet: no frame is silent', async () => {
    const heard = await through(5);
    for (const frame of heard.slice(20)) expect(rmsLevel(frame)).toBeGreaterThan(rmsLevel(sound) - 12);
  });

  it('refuses payloads that are none', async () => {
    const codec = await openOpus();
    expect(codec.ticksOf(new Uint8Array(0))).toBe(0);
    expect(() => codec.decode(Uint8Array.of(0xff, 0xff))).toThrow('opus');
    codec.close();
  });
});
