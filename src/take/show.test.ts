import { describe, expect, it } from 'vitest';
import { samplesToBytes } from '../audio/pcm16.ts';
import { readWav } from '../audio/wav.ts';
import { scenarioOf } from './convert/scenario.ts';
import { vttOf } from './convert/vtt.ts';
import { wavOf } from './convert/wav.ts';
import { MemoryTake } from './memory-take.ts';
import { base64 } from './node/base64.ts';
import type { Take } from './reader.ts';
import { showTake } from './show.ts';
import { TakeWriter } from './writer.ts';

/** So many milliseconds of sound that is one value. */
const sound = (ms: number, value: number): string => base64.encode(samplesToBytes(new Int16Array(ms * 24).fill(value)));

/**
 * A user who says hello, and after 700 ms of an answer of two seconds begins to speak over it, for 600 ms; the answer is cut off
 * 300 ms into that. Then a tool is called.
 */
function spokenOver(): Take {
  const memory = new MemoryTake();
  const told = { form: 'folder', at: 0, by: 'b', url: 'ws://h/v1/realtime?model=m', transport: 'websocket' } as const;
  const writer = new TakeWriter({ ...told, base64 }, memory);
  const server = (t: number, event: object): void => writer.frame(t, '<', JSON.stringify(event));
  const client = (t: number, event: object): void => writer.frame(t, '>', JSON.stringify(event));
  const heard = (t: number, item_id: string, transcript: string): void => {
    server(t, { type: 'input_audio_buffer.speech_stopped', audio_end_ms: t, item_id });
    server(t, { type: 'input_audio_buffer.committed', item_id });
    server(t, { type: 'conversation.item.added', item: { id: item_id, type: 'message', role: 'user', content: [] } });
    server(t, { type: 'conversation.item.input_audio_transcription.completed', item_id, transcript });
  };
  const message = { type: 'message', role: 'assistant', content: [] };
  const usage = { input_token_details: { text_tokens: 1000 }, output_token_details: { audio_tokens: 500 } };
  server(0, { type: 'session.created', session: { model: 'm' } });
  client(1000, { type: 'input_audio_buffer.append', audio: sound(1000, 1000) });
  server(500, { type: 'input_audio_buffer.speech_started', audio_start_ms: 500, item_id: 'item_1' });
  heard(1000, 'item_1', 'Hello');
  server(1200, { type: 'response.created', response: { id: 'r1' } });
  server(1200, {
    type: 'response.output_item.added',
    response_id: 'r1',
    output_index: 0,
    item: { ...message, id: 'item_2' },
  });
  server(1300, { type: 'response.output_audio.delta', response_id: 'r1', item_id: 'item_2', delta: sound(2000, 2000) });
  server(1300, {
    type: 'response.output_audio_transcript.delta',
    response_id: 'r1',
    item_id: 'item_2',
    delta: 'Good day',
  });
  server(2000, { type: 'input_audio_buffer.speech_started', audio_start_ms: 2000, item_id: 'item_3' });
  server(2300, {
    type: 'response.done',
    response: { id: 'r1', status: 'cancelled', status_details: { type: 'cancelled', reason: 'turn_detected' }, usage },
  });
  client(2300, { type: 'conversation.item.truncate', item_id: 'item_2', content_index: 0, audio_end_ms: 1000 });
  client(2600, { type: 'input_audio_buffer.append', audio: sound(600, 1000) });
  heard(2600, 'item_3', 'Weather?');
  server(2700, { type: 'response.created', response: { id: 'r2' } });
  const call = { id: 'item_4', type: 'function_call', name: 'weather', call_id: 'c', arguments: '{"city":"Paris"}' };
  server(2800, { type: 'response.output_item.done', response_id: 'r2', output_index: 0, item: call });
  server(2800, { type: 'response.done', response: { id: 'r2', status: 'completed', usage } });
  writer.closed(3000, { by: 'client', code: 1000, reason: '' });
  return memory.take('over.take', base64);
}

describe('a take that is looked at', () => {
  it('tells turns, latencies, talk-over, cost and how many laws are broken', () => {
    const shown = showTake(spokenOver(), { m: { input: { text: 4 }, output: { text: 16, audio: 64 } } });
    expect(shown).toEqual([
      'over.take: 3.0 s over websocket, 1970-01-01T00:00:00.000Z, m',
      'ws://h/v1/realtime?model=m  recorded by b',
      '',
      '    0.5 s  user       Hello  [0.5 s]',
      '    1.3 s  assistant  Good day  [1.0 s, after 300 ms, cancelled, turn_detected]',
      '    2.0 s  user       Weather?  [0.6 s]',
      '    2.8 s  calls      weather({"city":"Paris"})',
      '    3.0 s  closed by  client 1000',
      '',
      '2 responses, first sound or word after 100 ms (median), 300 ms (longest)',
      'talked over each other for 0.3 s, 0 errors',
      '2000 tokens read, 1000 written, $0.0720',
      expect.stringMatching(/^\d+ laws broken: antiphon take check tells which$/),
    ]);
  });

  it('becomes stereo sound as far as it was heard, subtitles at its times, and a scenario that says the same', () => {
    const take = spokenOver();
    const wav = readWav(wavOf(take, base64));
    if (!wav.ok) throw new Error('no WAV');
    expect(wav.format).toEqual({ channels: 2, encoding: 'pcm16', sampleRate: 24_000 });
    const heardAt = (ms: number): number[] => [...wav.samples.subarray(ms * 48, ms * 48 + 2)];
    // The user's first sound came when it did, and plays for a second; of the answer a second was heard.
    expect([999, 1000, 1299, 1300, 1999, 2000, 2299, 2301, 2600, 3199].map(heardAt)).toEqual([
      [0, 0],
      [1000, 0],
      [1000, 0],
      [1000, 2000],
      [1000, 2000],
      [0, 2000],
      [0, 2000],
      [0, 0],
      [1000, 0],
      [1000, 0],
    ]);
    expect(wav.samples).toHaveLength(3200 * 48);
    expect(vttOf(take)).toBe(
      [
        'WEBVTT\n',
        '00:00:00.500 --> 00:00:01.500\n<v User>Hello\n',
        '00:00:01.300 --> 00:00:02.300\n<v Assistant>Good day\n',
        '00:00:02.000 --> 00:00:03.000\n<v User>Weather?\n',
      ].join('\n'),
    );
    expect(scenarioOf(take)).toEqual({
      seed: 1,
      hear: ['Hello', 'Weather?'],
      replies: [
        { when: { contains: 'Hello' }, steps: [{ say: 'Good day' }] },
        { when: { contains: 'Weather?' }, steps: [{ call: { name: 'weather', arguments: { city: 'Paris' } } }] },
      ],
    });
  });
});
