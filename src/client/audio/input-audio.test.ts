import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { SessionPayload } from '../../protocol/events/index.ts';
import type { AudioChunk } from '../session.ts';
import { appendFrame, base64Of } from './input-audio.ts';

const bytes = Uint8Array.of(9, 1, 2, 3, 9);
const { buffer } = bytes;
const text = (from: number, to: number) => Buffer.from(bytes.slice(from, to)).toString('base64');
const ulaw = { type: 'realtime', audio: { input: { format: { type: 'audio/pcmu' } } } } as SessionPayload;
const shared = new SharedArrayBuffer(2);
new Uint8Array(shared).set([1, 2]);

describe('sound that is appended', () => {
  it.each<[string, AudioChunk, string]>([
    ['bytes', bytes, text(0, 5)],
    ['a view of some bytes', bytes.subarray(1, 4), text(1, 4)],
    ['a Buffer of Node', Buffer.from(bytes), text(0, 5)],
    ['clamped bytes', Uint8ClampedArray.from(bytes), text(0, 5)],
    ['signed bytes', new Int8Array(buffer), text(0, 5)],
    ['a DataView', new DataView(buffer, 1, 3), text(1, 4)],
    ['an ArrayBuffer', buffer, text(0, 5)],
    ['memory that is shared', shared, 'AQI='],
    ['nothing', new ArrayBuffer(0), ''],
    ['samples', Int16Array.of(0x0201, -1), 'AQL//w=='],
    ['base64', 'AQID', 'AQID'],
    ['the bytes of another realm', runInNewContext('Uint8Array.of(1, 2, 3).buffer') as ArrayBuffer, 'AQID'],
    ['the samples of another realm', runInNewContext('Int16Array.of(513)') as Int16Array, 'AQI='],
  ])('may be %s', (_name, chunk, base64) => {
    expect(base64Of(chunk, null)).toBe(base64);
    expect(appendFrame(base64)).toBe(JSON.stringify({ type: 'input_audio_buffer.append', audio: base64 }));
  });

  it.each<[string, unknown]>([
    ['Float32Array', Float32Array.of(0.5)],
    ['Float64Array', Float64Array.of(0.5)],
    ['Uint16Array', Uint16Array.of(1)],
    ['Int32Array', Int32Array.of(1)],
    ['BigInt64Array', BigInt64Array.of(1n)],
    ['Array', [1, 2]],
    ['String', 'no base64!'],
    ['Number', 7],
    ['Null', null],
    ['Undefined', undefined],
    ['Object', { buffer }],
  ])('may not be %s, which is told by its name', (name, chunk) => {
    expect(() => base64Of(chunk as AudioChunk, null)).toThrow(
      expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining(`not ${name}`) }),
    );
  });

  it('may be bytes in a session whose input is no PCM, and not samples', () => {
    expect(base64Of(bytes, ulaw)).toBe(text(0, 5));
    expect(() => base64Of(Int16Array.of(1), ulaw)).toThrow(expect.objectContaining({ code: 'invalid_options' }));
  });
});
