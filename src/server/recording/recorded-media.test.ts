import { describe, expect, it } from 'vitest';
import type { Media, MediaListener } from '../../media/media.ts';
import { recordedMedia } from './recorded-media.ts';
import type { SessionRecording } from './recorder.ts';

type Line = readonly [track: string, t: number, samples: number[], item?: string | null];

function recorded(): {
  readonly media: Media;
  readonly inner: { listener: MediaListener | null; calls: string[] };
  readonly lines: Line[];
  clock: { at: number };
} {
  const inner: { listener: MediaListener | null; calls: string[] } = { listener: null, calls: [] };
  const lines: Line[] = [];
  const clock = { at: 0 };
  const media: Media = {
    waitingSamples: 7,
    begin: (listener) => void (inner.listener = listener),
    play: () => void inner.calls.push('play'),
    clear: () => void inner.calls.push('clear'),
    end: () => void inner.calls.push('end'),
  };
  const recording: SessionRecording = {
    frame() {},
    binary() {},
    closed() {},
    heard: (t, samples) => void lines.push(['in', t, [...samples]]),
    played: (t, samples, itemId) => void lines.push(['out', t, [...samples], itemId]),
  };
  return {
    media: recordedMedia(
      media,
      () => recording,
      () => clock.at,
    ),
    inner,
    lines,
    clock,
  };
}

const ramp = (from: number, to: number): Int16Array =>
  Int16Array.from({ length: to - from }, (_, index) => from + index);
const part = { itemId: 'item_1', contentIndex: 0 };
const quiet: MediaListener = { heard() {}, played() {}, drained() {} };

describe('the sound of a call', () => {
  it('is recorded as it was heard, a line for every 100 ms', () => {
    const { media, inner, lines, clock } = recorded();
    const heard: number[] = [];
    media.begin({ ...quiet, heard: (frame) => void heard.push(frame.length) });
    for (let frame = 0; frame < 11; frame++) {
      clock.at = (frame + 1) * 20;
      inner.listener?.heard(ramp(frame * 480, (frame + 1) * 480));
    }
    expect(lines.map(([track, t, samples]) => [track, t, samples[0], samples.length])).toEqual([
      ['in', 100, 0, 2400],
      ['in', 200, 2400, 2400],
    ]);
    media.end();
    expect(lines.at(-1)?.[2]).toHaveLength(480);
    expect(heard).toHaveLength(11);
    expect(inner.calls).toEqual(['end']);
  });

  it('is recorded as far as it was played, with the item that it is of', () => {
    const { media, inner, lines } = recorded();
    media.begin(quiet);
    media.play(part, ramp(0, 1000));
    media.play(part, ramp(1000, 6000));
    for (let played = 480; played <= 2880; played += 480) inner.listener?.played(part, played);
    expect(lines).toEqual([['out', 0, [...ramp(0, 2400)], 'item_1']]);
    media.clear();
    expect(lines.at(-1)).toEqual(['out', 0, [...ramp(2400, 2880)], 'item_1']);
    inner.listener?.played(part, 3360);
    media.end();
    expect(lines).toHaveLength(2);
    expect(inner.calls).toEqual(['play', 'play', 'clear', 'end']);
  });

  it('keeps the sound of two items apart', () => {
    const { media, inner, lines } = recorded();
    media.begin(quiet);
    const next = { itemId: 'item_2', contentIndex: 0 };
    media.play(part, ramp(0, 480));
    media.play(next, ramp(500, 980));
    inner.listener?.played(part, 480);
    inner.listener?.played(next, 480);
    media.end();
    expect(lines.map(([, , samples, item]) => [samples[0], samples.length, item])).toEqual([
      [0, 480, 'item_1'],
      [500, 480, 'item_2'],
    ]);
    expect(media.waitingSamples).toBe(7);
  });
});
