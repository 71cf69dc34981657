import { describe, expect, it } from 'vitest';
import { clockTime, kilobytes, seconds, summaryOf } from './summary.ts';

const summary = (event: { readonly type: string; readonly [field: string]: unknown }): string =>
  summaryOf({ n: 1, t: 0, by: '<', type: event.type, text: JSON.stringify(event), sound: null });

describe('what a line says', () => {
  it.each([
    [
      { type: 'error', error: { code: 'invalid_value', message: 'No.', param: 'item.id' } },
      'invalid_value: No. (item.id)',
    ],
    [
      {
        type: 'session.updated',
        session: {
          model: 'echo',
          audio: { output: { voice: 'marin' }, input: { turn_detection: { type: 'server_vad' } } },
        },
      },
      'echo · voice marin · server_vad',
    ],
    [{ type: 'session.update', session: { type: 'realtime', tools: [] } }, 'sets type, tools'],
    [{ type: 'input_audio_buffer.speech_started', audio_start_ms: 1240 }, 'from 1.24 s of the sound'],
    [
      {
        type: 'response.done',
        response: {
          status: 'cancelled',
          status_details: { reason: 'turn_detected' },
          usage: { input_tokens: 3, output_tokens: 4 },
        },
      },
      'cancelled (turn_detected) · 3 tokens in, 4 out',
    ],
    [
      { type: 'conversation.item.added', item: { role: 'user', type: 'message', content: [{ text: 'Hi' }] } },
      'user message “Hi”',
    ],
    [
      { type: 'response.output_item.done', item: { type: 'function_call', name: 'f', arguments: '{}' } },
      'function_call f({})',
    ],
    [{ type: 'response.output_text.delta', delta: 'Hel' }, '“Hel”'],
    [{ type: 'conversation.item.truncated', item_id: 'i', audio_end_ms: 400 }, 'heard 400 ms of i'],
    [{ type: 'rate_limits.updated', rate_limits: [{ name: 'tokens', remaining: 5 }] }, 'tokens 5 left'],
    [
      { type: 'new.event', event_id: 'e', a: 1, list: [1, 2], item_id: 'item_ABCDEFGHIJKLMNOPQRSTU' },
      'a 1, list 2, item_id item_ABCDE…',
    ],
    [{ type: 'error' }, ': '],
  ])('of %j', (event, line) => {
    expect(summary(event)).toBe(line);
  });

  it('of sound: how much there is, and for how long it came', () => {
    const line = { n: 1, t: 100, by: '>', type: 'input_audio_buffer.append', text: '{}' } as const;
    expect(summaryOf({ ...line, sound: { frames: 1, bytes: 960, untilT: 100 } })).toBe('960 B of sound');
    expect(summaryOf({ ...line, sound: { frames: 50, bytes: 48_000, untilT: 1100 } })).toBe(
      '48.0 kB of sound in 50 frames, 1.00 s',
    );
  });

  it('of a long text: its beginning', () => {
    expect(summary({ type: 'response.output_text.delta', delta: 'a'.repeat(500) }).length).toBeLessThan(200);
  });
});

describe('numbers for people', () => {
  it.each([
    [3, '3 ms'],
    [999.4, '999 ms'],
    [1000, '1.00 s'],
    [12_340, '12.3 s'],
    [61_500, '1:01'],
  ])('%d ms is %s', (ms, text) => {
    expect(seconds(ms)).toBe(text);
  });

  it('clocks and sizes', () => {
    expect([clockTime(7000), clockTime(754_000), clockTime(3_723_000), clockTime(-5)]).toEqual([
      '0:07',
      '12:34',
      '1:02:03',
      '0:00',
    ]);
    expect([kilobytes(12), kilobytes(1200), kilobytes(3_400_000)]).toEqual(['12 B', '1.2 kB', '3.4 MB']);
  });
});
