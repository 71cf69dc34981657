import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../../../test/setup/folder.ts';
import { readWav } from '../../audio/wav.ts';
import { TakeWriter } from '../writer.ts';
import { base64 } from './base64.ts';
import { FileSink } from './file-sink.ts';
import { OpenFiles } from './open-files.ts';
import { readTake } from './read-take.ts';
import { recordTake } from './record-take.ts';

const told = { at: 0, by: 'b', url: 'ws://h', transport: 'websocket', secrets: [] };
const append = (bytes: Uint8Array): string =>
  JSON.stringify({ type: 'input_audio_buffer.append', audio: base64.encode(bytes) });
const session = (type: string): string =>
  JSON.stringify({
    type: 'session.created',
    session: { audio: { input: { format: { type } }, output: { format: { type } } } },
  });

describe('a take on the disk', () => {
  it('is a folder with WAV files that any player reads', async () => {
    const path = join(emptyFolder(), 'weather.take');
    const take = recordTake(path, told);
    take.frame(0, '<', session('audio/pcmu'));
    take.frame(1, '>', append(Uint8Array.of(0xff, 0x7f, 0)));
    take.frame(2, '<', JSON.stringify({ type: 'response.output_audio.delta', delta: 'AAAA' }));
    take.closed(3, { by: 'client', code: 1000, reason: '' });
    await take.end();
    const wav = readFileSync(join(path, 'in.wav'));
    expect(readWav(wav)).toMatchObject({ ok: true, format: { encoding: 'ulaw', channels: 1, sampleRate: 8000 } });
    expect(wav.readUInt32LE(40)).toBe(3);
    expect([...wav.subarray(44)]).toEqual([0xff, 0x7f, 0]);
    const read = readTake(path);
    expect(read.name).toBe('weather.take');
    expect(read.entries.map((entry) => entry.is === 'frame' && entry.text())).toContain(
      append(Uint8Array.of(0xff, 0x7f, 0)),
    );
    expect(readTake(join(path, 'take.jsonl')).entries).toHaveLength(4);
  });

  it('is one file where its name ends so', async () => {
    const path = join(emptyFolder(), 'weather.take.jsonl');
    const take = recordTake(path, told);
    take.frame(1, '>', append(Uint8Array.of(1, 2)));
    await take.end();
    expect(readFileSync(path, 'utf8')).toContain(append(Uint8Array.of(1, 2)));
    expect(readTake(path).entries).toHaveLength(1);
  });

  it('survives a crash at any byte of its last lines', async () => {
    const path = join(emptyFolder(), 'a.take');
    const take = recordTake(path, told);
    for (let count = 0; count < 4; count++) take.frame(count, '>', append(new Uint8Array(10)));
    await take.end();
    const [lines, sound] = [readFileSync(join(path, 'take.jsonl')), readFileSync(join(path, 'in.wav'))];
    const first = lines.indexOf('\n') + 1;
    for (let end = first; end <= lines.length; end++) {
      writeFileSync(join(path, 'take.jsonl'), lines.subarray(0, end));
      const whole = lines.subarray(first, end).toString().split('\n').length - 1;
      expect(readTake(path).entries.length - whole).toBeOneOf([0, 1]);
    }
    for (let end = 44; end <= sound.length; end++) {
      writeFileSync(join(path, 'in.wav'), sound.subarray(0, end));
      expect(readTake(path).entries).toHaveLength(Math.floor((end - 44) / 10));
    }
  });
});

describe('many takes at once', () => {
  it('have few files open, and each is whole', () => {
    const dir = emptyFolder();
    const files = new OpenFiles(4);
    const writers = Array.from({ length: 30 }, (_, index) => {
      const sink = new FileSink({ path: join(dir, `${index}.take`), form: 'folder', files });
      return { sink, writer: new TakeWriter({ ...told, form: 'folder', base64 }, sink) };
    });
    let most = 0;
    for (let round = 0; round < 5; round++) {
      for (const [index, { sink, writer }] of writers.entries()) {
        writer.frame(round, '>', append(Uint8Array.of(index, round)));
        writer.frame(round, '<', JSON.stringify({ type: 'response.output_audio.delta', delta: 'AAAA' }));
        sink.flush();
        most = Math.max(most, openIn(dir));
      }
    }
    for (const { sink } of writers) sink.end();
    expect(most).toBe(process.platform === 'linux' ? 4 : 0);
    expect(openIn(dir)).toBe(0);
    for (const index of writers.keys()) {
      const wav = readWav(readFileSync(join(dir, `${index}.take/in.wav`)));
      expect(wav.ok && [...wav.samples]).toEqual(Array.from({ length: 5 }, (_, round) => round * 256 + index));
      expect(readTake(join(dir, `${index}.take`)).entries).toHaveLength(10);
    }
  });
});

/** How many files below a folder this process has open; 0 where the system does not tell. */
function openIn(dir: string): number {
  if (process.platform !== 'linux') return 0;
  const opened = readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(dir);
    } catch {
      return false;
    }
  });
  return opened.length;
}
