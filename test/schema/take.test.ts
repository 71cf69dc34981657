import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemoryTake } from '../../src/take/memory-take.ts';
import { base64 } from '../../src/take/node/base64.ts';
import { TakeWriter } from '../../src/take/writer.ts';
import { unfit, unfitLines } from './take-lines.ts';

/** Everything that a take can hold. */
function written(form: 'folder' | 'inline'): string {
  const memory = new MemoryTake();
  const told = { at: 0, by: 'antiphon test', url: 'ws://h', transport: 'webrtc', redact: ['email'] } as const;
  const writer = new TakeWriter({ ...told, form, base64 }, memory);
  writer.frame(0.5, '<', '{"type":"session.created","session":{"audio":{"input":{"format":{"type":"audio/pcmu"}}}}}');
  writer.frame(1, '>', '{"type":"input_audio_buffer.append","audio":"/w=="}');
  writer.frame(1, '<', '{"type":"session.updated","session":{"audio":{"input":{"format":{"type":"audio/pcm"}}}}}');
  writer.frame(2, '>', '{"type":"input_audio_buffer.append","audio":"AAAA"}');
  writer.frame(2, '>', '{"type":"input_audio_buffer.append","audio":"AAAAAA=="}');
  writer.frame(2, '<', '{"type":"response.output_audio.delta","delta":"AAAAAAAA"}');
  writer.frame(3, '>', 'no JSON');
  writer.frame(3, '>', '{"$b64":5}');
  writer.binary(4, '<', Uint8Array.of(1));
  writer.heard(100, Int16Array.of(1));
  writer.played(100, Int16Array.of(1), 'item_1');
  writer.played(200, Int16Array.of(1), null);
  writer.closed(300, { by: 'client', code: 1000, reason: '' });
  return memory.text;
}

describe('the schema of takes', () => {
  it.each(['folder', 'inline'] as const)('takes every line that is written: %s', (form) => {
    const text = written(form);
    expect(text.trimEnd().split('\n')).toHaveLength(14);
    expect(unfit(text)).toEqual([]);
  });

  it('takes every line of a take that was recorded with a real client', () => {
    expect(unfitLines(join(import.meta.dirname, '../take/app/greeting.take.jsonl'))).toEqual([]);
  });

  it.each([
    '{}',
    '[]',
    '{"t":0}',
    '{"take":2,"at":"2026-01-01T00:00:00.000Z"}',
    '{"t":"0","<":{}}',
    '{"t":0,"<":"{}"}',
    '{"t":0,"<":{},">":{}}',
    '{"t":0,"<":{"$b64":5}}',
    '{"t":0,"in":[1]}',
    '{"t":0,"in":[0,1.5]}',
    '{"t":0,"out":[0,1],"file":1}',
    '{"t":0,"closed":{"by":"nobody","code":1000,"reason":""}}',
    '{"t":0,"closed":{"by":"client","code":1000}}',
  ])('takes no other: %s', (line) => {
    expect(unfit(line)).toEqual([line]);
  });
});
