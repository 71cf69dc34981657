import { describe, expect, it } from 'vitest';
import { ulawToSamples } from '../../audio/g711.ts';
import { bytesToSamples } from '../../audio/pcm16.ts';
import type { PlayedSound } from '../../audio/played-items.ts';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { type PcmSinkOptions, pcmSink } from './pcm-sink.ts';

const loud = (samples: number): Int16Array => new Int16Array(samples).fill(5000);

/** A sink that is read at once, on a clock of the test. */
function playing(options: PcmSinkOptions = {}) {
  const clock = virtualClock();
  const sink = pcmSink({ clock, ...options });
  const chunks: Buffer[] = [];
  sink.readable.on('data', (chunk: Buffer) => chunks.push(chunk));
  const bytes = (): Buffer => Buffer.concat(chunks);
  const samples = (): number[] => [...bytesToSamples(new Uint8Array(bytes()))];
  /** Lets time pass a little at a time, so that streams get their turns. */
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 10) {
      await new Promise(setImmediate);
      clock.advance(Math.min(10, ms - passed));
    }
    await new Promise(setImmediate);
  };
  const heard = (): number[] => sink.positions.map(({ playedMs }) => playedMs);
  return { clock, sink, bytes, samples, pass, heard };
}

describe('a sink of PCM', () => {
  it('gives out sound in time with the clock, a little ahead, with silence around it', async () => {
    const { sink, samples, pass } = playing();
    await pass(1000);
    expect(samples()).toHaveLength(24_000 + 2400);
    sink.play('item_1', 0, loud(1201));
    sink.play('item_1', 0, loud(1199));
    await pass(1000);
    expect(samples()).toHaveLength(48_000 + 2400);
    const first = samples().indexOf(5000);
    expect(samples().slice(first, first + 2401)).toEqual([...loud(2400), 0]);
    expect(samples().filter((sample) => sample !== 0)).toHaveLength(2400);
    sink.close();
  });

  it('knows by the clock how far each part has been heard', async () => {
    const told: PlayedSound[] = [];
    const { sink, pass, heard } = playing({ onPlayed: (parts) => told.push(...parts) });
    await pass(100);
    sink.play('item_1', 0, loud(4800));
    sink.play('item_2', 0, loud(4800));
    await pass(100);
    expect(heard()).toEqual([0, 0]);
    await pass(100);
    expect(heard()[0]).toBeGreaterThanOrEqual(80);
    expect(heard()[0]).toBeLessThanOrEqual(100);
    await pass(1000);
    expect(heard()).toEqual([200, 200]);
    const first = told.filter(({ itemId }) => itemId === 'item_1').map(({ playedMs }) => playedMs);
    expect(first).toEqual(first.toSorted((a, b) => a - b));
    expect(first.at(-1)).toBe(200);
    sink.close();
  });

  it('takes off what the player holds back', async () => {
    const heardAfter300Ms = async (options: PcmSinkOptions): Promise<number> => {
      const { sink, pass, heard } = playing(options);
      sink.play('item_1', 0, loud(24_000));
      await pass(300);
      sink.close();
      return heard()[0] ?? 0;
    };
    expect(await heardAfter300Ms({})).toBe(300);
    expect(await heardAfter300Ms({ delayMs: 60 })).toBe(240);
  });

  it('drops at a clear all that has not come out, and what comes late', async () => {
    const { sink, samples, pass } = playing();
    sink.play('item_1', 0, loud(48_000));
    await pass(500);
    const [part] = sink.clear();
    expect(part).toMatchObject({ itemId: 'item_1', isCut: true, receivedSamples: 48_000 });
    expect(part?.playedMs).toBeGreaterThanOrEqual(480);
    expect(part?.playedMs).toBeLessThanOrEqual(500);
    sink.play('item_1', 0, loud(48_000));
    await pass(500);
    const sounded = samples().filter((sample) => sample !== 0).length;
    // What was heard, the lead, and 5 ms of dying away.
    expect(sounded).toBeGreaterThan(24 * 580);
    expect(sounded).toBeLessThanOrEqual(24 * 625);
    sink.close();
  });

  it('stands still while nobody reads: nothing gathers, nothing counts as heard', async () => {
    const { sink, pass, heard, clock } = playing();
    sink.play('item_1', 0, loud(48_000));
    await pass(200);
    sink.readable.pause();
    const before = heard()[0] ?? 0;
    for (let i = 0; i < 100; i++) {
      clock.advance(100);
      await new Promise(setImmediate);
    }
    expect(sink.readable.readableLength).toBeLessThanOrEqual(2 * 24 * 220);
    expect((heard()[0] ?? 0) - before).toBeLessThanOrEqual(100);
    sink.readable.resume();
    await pass(3000);
    expect(heard()).toEqual([2000]);
    sink.close();
  });

  it('gives µ-law at 8 kHz', async () => {
    const { sink, bytes, pass } = playing({ format: 'audio/pcmu', sampleRate: 8000 });
    sink.play('item_1', 0, loud(800));
    await pass(400);
    const sounded = ulawToSamples(new Uint8Array(bytes())).filter((sample) => sample !== 0);
    expect(sounded).toHaveLength(800);
    expect(Math.abs((sounded[0] ?? 0) - 5000)).toBeLessThan(200);
    sink.close();
  });

  it('ends once all has been played, or at once when it is closed, and leaves no timer', async () => {
    const { sink, samples, pass, clock } = playing();
    const ended = new Promise((resolve) => sink.readable.once('end', resolve));
    sink.play('item_1', 0, loud(2400));
    sink.end();
    sink.play('item_1', 0, loud(2400));
    await pass(500);
    await ended;
    expect(samples().filter((sample) => sample !== 0)).toHaveLength(2400);
    expect(clock.waiting).toBe(0);
    const other = playing();
    other.sink.play('item_1', 0, loud(2400));
    other.sink.readable.destroy();
    other.sink.close();
    expect(other.clock.waiting).toBe(0);
  });
});
