import { describe, expect, it } from 'vitest';
import { peakMs, SoundTracks, soundRate } from './tracks.ts';

const samples = (ms: number, value = 16_384): Int16Array => new Int16Array((ms * soundRate) / 1000).fill(value);

describe('the sound of a session', () => {
  it('is heard where it was: the microphone before its frames came, the answer from then on', () => {
    const tracks = new SoundTracks();
    tracks.add('in', 100, samples(100));
    tracks.add('out', 200, samples(100), 'i');
    expect(tracks.endMs).toBe(300);
    expect([...tracks.mix(0, 300)].map((value) => Math.round(value * 2) / 2).filter((_, i) => i % 2400 === 0)).toEqual([
      0.5, 0, 0.5,
    ]);
  });

  it('is heard one behind the other, however early it came', () => {
    const tracks = new SoundTracks();
    tracks.add('out', 0, samples(500), 'i');
    tracks.add('out', 10, samples(500), 'i');
    expect(tracks.endMs).toBe(1000);
  });

  it('ends where it was cut, and what comes next is heard from when it comes', () => {
    const tracks = new SoundTracks();
    tracks.add('out', 0, samples(500), 'a');
    tracks.add('out', 10, samples(500), 'a');
    tracks.cut('a', 300);
    expect(tracks.endMs).toBe(300);
    tracks.add('out', 400, samples(100), 'b');
    expect(tracks.endMs).toBe(500);
    expect(Math.max(...tracks.mix(300, 400))).toBe(0);
    expect(
      tracks
        .peaks('out')
        .slice(0, 10)
        .map((peak) => peak > 0),
    ).toEqual([...Array.from({ length: 6 }, () => true), false, false, true, true]);
  });

  it('is not cut by an item that it does not know', () => {
    const tracks = new SoundTracks();
    tracks.add('out', 0, samples(100), 'a');
    tracks.cut('b', 0);
    expect(tracks.endMs).toBe(100);
  });

  it('has a peak for each stretch', () => {
    const tracks = new SoundTracks();
    tracks.add('in', 2 * peakMs, samples(peakMs));
    expect(tracks.peaks('in')).toEqual([0, 0.5]);
  });

  it('keeps half an hour, and nothing that lies years ahead', () => {
    const tracks = new SoundTracks();
    const minute = samples(60_000);
    for (let i = 1; i <= 35; i += 1) tracks.add('in', i * 60_000, minute);
    expect(Math.max(...tracks.mix(0, 1000))).toBe(0);
    expect(Math.max(...tracks.mix(2_000_000, 2_001_000))).toBe(0.5);
    tracks.add('out', 1e15, samples(10));
    expect(tracks.peaks('out')).toEqual([]);
  });
});
