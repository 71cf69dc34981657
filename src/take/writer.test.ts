import { describe, expect, it } from 'vitest';
import { samplesToBytes } from '../audio/pcm16.ts';
import type { Direction } from './format.ts';
import { MemoryTake } from './memory-take.ts';
import { base64 } from './node/base64.ts';
import type { Take, TakeFrame } from './reader.ts';
import { TakeWriter, type TakeWriterOptions } from './writer.ts';

const told: TakeWriterOptions = {
  form: 'folder',
  at: Date.UTC(2026, 0, 1),
  by: 'antiphon test',
  url: 'ws://127.0.0.1/v1/realtime?model=m',
  transport: 'websocket',
  base64,
};

type Said = readonly [by: Direction, frame: string | object];

function written(frames: readonly Said[], options: Partial<TakeWriterOptions> = {}): MemoryTake {
  const memory = new MemoryTake();
  const writer = new TakeWriter({ ...told, ...options }, memory);
  frames.forEach(([by, frame], index) =>
    writer.frame(index, by, typeof frame === 'string' ? frame : JSON.stringify(frame)),
  );
  return memory;
}

const linesOf = (memory: MemoryTake): unknown[] =>
  memory.text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line): unknown => JSON.parse(line));

const textsOf = (take: Take): string[] =>
  take.entries.filter((entry): entry is TakeFrame => entry.is === 'frame').map((frame) => frame.text());

const sound = (...samples: readonly number[]): string => base64.encode(samplesToBytes(Int16Array.from(samples)));
const append = (audio: string): object => ({ type: 'input_audio_buffer.append', audio });
const created = (format: string): object => ({
  type: 'session.created',
  session: { audio: { input: { format: { type: format } }, output: { format: { type: format } } } },
});

describe('a take', () => {
  it('begins with what it is, and the formats at the opening', () => {
    const memory = written([['<', created('audio/pcmu')]]);
    expect(JSON.parse(memory.text.split('\n')[0] ?? '')).toEqual({
      take: 1,
      at: '2026-01-01T00:00:00.000Z',
      by: 'antiphon test',
      url: 'ws://127.0.0.1/v1/realtime?model=m',
      transport: 'websocket',
      in: { format: 'audio/pcmu', rate: 8000 },
      out: { format: 'audio/pcmu', rate: 8000 },
      redacted: ['keys'],
    });
  });

  it('keeps sound beside its lines, by the samples of its file', () => {
    const delta = { type: 'response.output_audio.delta', response_id: 'r', delta: sound(7, 8) };
    const memory = written([
      ['>', append(sound(1, 2, 3))],
      ['<', delta],
      ['>', append(sound(4))],
    ]);
    expect(linesOf(memory)).toEqual([
      { t: 0, '>': { type: 'input_audio_buffer.append', audio: { $in: [0, 3] } } },
      { t: 1, '<': { ...delta, delta: { $out: [0, 2] } } },
      { t: 2, '>': { type: 'input_audio_buffer.append', audio: { $in: [3, 4] } } },
    ]);
    expect(memory.read({ track: 'in', file: 1, from: 0, to: 4 })).toEqual(
      new Uint8Array(samplesToBytes(Int16Array.of(1, 2, 3, 4))),
    );
  });

  it('holds no key that stands beside sound, and the sound all the same', () => {
    const event = {
      type: 'input_audio_buffer.append',
      event_id: 'sk-canary-0123',
      audio: sound(1),
      note: 'my-own-key',
    };
    const memory = written([['>', event]], { secrets: ['my-own-key'] });
    expect(linesOf(memory)).toEqual([{ t: 0, '>': { ...event, event_id: '…', audio: { $in: [0, 1] }, note: '…' } }]);
  });

  it('goes on in another file where the format changes, and in the first where it changes back', () => {
    const memory = written([
      ['<', created('audio/pcm')],
      ['>', append(sound(1))],
      ['<', created('audio/pcmu')],
      ['>', append('/w==')],
      ['<', created('audio/pcm')],
      ['>', append(sound(2))],
    ]);
    expect(linesOf(memory).filter((line) => JSON.stringify(line).includes('append'))).toEqual([
      { t: 1, '>': { type: 'input_audio_buffer.append', audio: { $in: [0, 1] } } },
      { t: 3, '>': { type: 'input_audio_buffer.append', audio: { $in: [0, 1], file: 2 } } },
      { t: 5, '>': { type: 'input_audio_buffer.append', audio: { $in: [1, 2] } } },
    ]);
    expect([...memory.files.keys()]).toEqual(['in.wav', 'in-2.wav']);
  });

  it.each(['AA==', '', 'A', 'AAAA=', '_-AA', 'AAB=', 'AA\\/A'])(
    'leaves sound inline that could not be given back: %j',
    (audio) => {
      const frame = `{"type":"input_audio_buffer.append","audio":"${audio}"}`;
      const memory = written([['>', frame]]);
      expect(memory.files.size).toBe(0);
      expect(textsOf(memory.take('t', base64))).toEqual([frame]);
    },
  );

  it.each<[Direction, string]>([
    ['<', '{ "delta": "AAAA" ,"type" : "response.output_audio.delta", "n": 1.0, "big": 12345678901234567890 }'],
    ['<', '{"type":"response.output_text.delta","delta":"AAAA"}'],
    ['>', '{"type":"conversation.item.create","item":{"content":[{"audio":"AAAA"},{"audio":"AQAB"}]}}'],
    ['>', '{"type":"x","text":"\\"audio\\":\\"AAAA\\"","a\\"audio":"AAAA"}'],
    ['>', '{"audio":{"$in":[0,9]}}'],
    ['>', '{"audio":"AAAA","other":{"$out":[0,9]}}'],
    ['>', '{"price":"$5","$":"$in"}'],
    ['>', '{"audio":"AAAA", "type":"input_audio_buffer.append","at":-1.5}'],
    ['>', '{"type":"input_audio_buffer.append","audio":"AAAA","audio":"AQAB","delta":"AAAA"}'],
    ['>', '{"type":"input_audio_buffer.append","audio":"AAAA"}}'],
    ['>', '{"type":"input_audio_buffer.append","audio":"AAAA","x":01é}'],
    ['<', '{"type":"response.output_audio.delta","delta":"AAAA","item_id":"ü😀"}'],
    ['<', '{"type":"response.output_audio.delta","delta":"AAAA","item_id":"\\ud83d","$in":"x"}'],
    ['>', 'no JSON'],
    ['>', '[1]'],
    ['<', '{"type":"é😀\\ud83d"}'],
    ['<', '{"audio":"AAAA"'],
  ])('gives back to the character what was sent: %s %s', (by, frame) => {
    for (const form of ['folder', 'inline'] as const) {
      expect(textsOf(written([[by, frame]], { form }).take('t', base64))).toEqual([frame]);
    }
  });

  it('has one line for a frame of several', () => {
    expect(textsOf(written([['<', '{"type":\n"x"}']]).take('t', base64))).toEqual(['{"type": "x"}']);
  });

  it('keeps binary frames, tracks and the end', () => {
    for (const form of ['folder', 'inline'] as const) {
      const memory = new MemoryTake();
      const writer = new TakeWriter({ ...told, form }, memory);
      writer.binary(1, '>', Uint8Array.of(1, 2));
      writer.heard(100, Int16Array.of(5));
      writer.played(100.12345, Int16Array.of(6), 'item_1');
      writer.closed(200, { by: 'client', code: 1000, reason: 'bye' });
      writer.frame(300, '<', '{}');
      const [binary, heard, played, closed, ...more] = memory.take('t', base64).entries;
      expect(binary).toMatchObject({ is: 'binary', by: '>', bytes: Uint8Array.of(1, 2) });
      expect(heard?.is === 'sound' && [heard.track, heard.t, [...heard.bytes()]]).toEqual(['in', 100, [5, 0]]);
      expect(played?.is === 'sound' && [played.itemId, played.t, [...played.bytes()]]).toEqual([
        'item_1',
        100.123,
        [6, 0],
      ]);
      expect(closed).toMatchObject({ closed: { by: 'client', code: 1000, reason: 'bye' } });
      expect(more).toEqual([]);
    }
  });
});

describe('a take that was cut short', () => {
  it('is read up to the last whole line, wherever it was cut', () => {
    const memory = written([
      ['<', created('audio/pcm')],
      ['>', append(sound(1, 2))],
      ['<', { type: 'error' }],
    ]);
    const whole = textsOf(memory.take('t', base64));
    const header = memory.text.indexOf('\n') + 1;
    for (let end = header; end <= memory.text.length; end++) {
      const cut = new MemoryTake();
      cut.text = memory.text.slice(0, end);
      for (const [name, file] of memory.files) cut.files.set(name, file);
      const read = textsOf(cut.take('t', base64));
      const ended = cut.text.split('\n').length - 2;
      expect(read).toEqual(whole.slice(0, read.length));
      expect(read.length - ended).toBeLessThanOrEqual(1);
      expect(read.length).toBeGreaterThanOrEqual(ended);
    }
  });

  it('ends before sound that is not there', () => {
    const memory = written([
      ['<', created('audio/pcm')],
      ['>', append(sound(1, 2))],
      ['<', { type: 'error' }],
    ]);
    memory.files.clear();
    expect(textsOf(memory.take('t', base64))).toHaveLength(1);
  });

  it.each([
    ['', 't is no take: its first line is {"take":1,…}.'],
    ['{"take":2}\n', 't is a take of version 2, and only 1 is known.'],
    [
      '{"take":1}\n{"t":0,"<":{}}\nno\n{"t":0,"<":{}}\n',
      'Line 3 of t is none of a take: it is no JSON object with a time "t".',
    ],
    ['{"take":1}\n{"t":0}\n', 'Line 2 of t is none of a take: it has none of "<", ">", "in", "out" and "closed".'],
  ])('is told from what is no take: %j', (text, message) => {
    const memory = new MemoryTake();
    memory.text = text;
    expect(() => memory.take('t', base64)).toThrow(message);
  });
});
