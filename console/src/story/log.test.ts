import { describe, expect, it } from 'vitest';
import { frameOfEvent } from './frame.ts';
import { EventLog } from './log.ts';

const append = (t: number) => frameOfEvent(t, '>', { type: 'input_audio_buffer.append', audio: 'AAAA' });
const delta = (t: number, item_id: string) =>
  frameOfEvent(t, '<', { type: 'response.output_audio.delta', item_id, content_index: 0, delta: 'AAAA' });
const other = (t: number, type: string) => frameOfEvent(t, '<', { type });

function logged(...frames: readonly ReturnType<typeof other>[]): EventLog {
  const log = new EventLog();
  for (const frame of frames) log.add(frame);
  return log;
}

describe('the event stream', () => {
  it('has a line for each event, numbered', () => {
    const { rows } = logged(other(0, 'session.created'), other(1, 'session.updated'));
    expect(rows.map(({ n, type }) => `${n} ${type}`)).toEqual(['1 session.created', '2 session.updated']);
  });

  it('has one line for the sound of an item, however it is mixed with other events', () => {
    const { rows, frames } = logged(
      delta(0, 'a'),
      other(1, 'x'),
      delta(2, 'a'),
      delta(3, 'b'),
      append(4),
      delta(5, 'a'),
    );
    expect(rows.map(({ n, sound }) => [n, sound?.frames, sound?.bytes, sound?.untilT])).toEqual([
      [1, 3, 9, 5],
      [2, undefined, undefined, undefined],
      [4, 1, 3, 3],
      [5, 1, 3, 4],
    ]);
    expect(frames).toBe(6);
  });

  it.each(['input_audio_buffer.committed', 'input_audio_buffer.cleared', 'input_audio_buffer.speech_started'])(
    'begins the sound of the microphone anew after %s',
    (type) => {
      const { rows } = logged(append(0), append(1), other(2, type), append(3));
      expect(rows.map(({ sound }) => sound?.frames)).toEqual([2, undefined, 1]);
    },
  );

  it('keeps so many lines and counts those that went', () => {
    const log = new EventLog(100);
    for (let i = 0; i < 250; i += 1) log.add(other(i, `e${i}`));
    expect(log.rows.length).toBeLessThanOrEqual(100);
    expect(log.rows.length + log.dropped).toBe(250);
    expect(log.rows.at(-1)?.type).toBe('e249');
    expect(log.rows[0]?.n).toBe(log.dropped + 1);
  });

  it('begins a new line for sound whose line went', () => {
    const log = new EventLog(10);
    log.add(delta(0, 'a'));
    for (let i = 0; i < 20; i += 1) log.add(other(i, 'x'));
    log.add(delta(30, 'a'));
    expect(log.rows.at(-1)?.sound).toEqual({ frames: 1, bytes: 3, untilT: 30 });
  });
});
