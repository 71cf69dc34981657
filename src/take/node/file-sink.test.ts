import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../../../test/clients/until.ts';
import { repeats } from '../../../test/setup/scale.ts';
import { readWav } from '../../audio/wav.ts';
import { base64 } from './base64.ts';
import { FileSink } from './file-sink.ts';
import { readTake } from './read-take.ts';
import { recordTake } from './record-take.ts';

const told = { at: 0, by: 'b', url: 'ws://h', transport: 'websocket', secrets: [] };
const folder = (): string => mkdtempSync(join(tmpdir(), 'antiphon-sink-'));
const append = (bytes: Uint8Array): string =>
  JSON.stringify({ type: 'input_audio_buffer.append', audio: base64.encode(bytes) });
const session = (type: string): string =>
  JSON.stringify({
    type: 'session.created',
    session: { audio: { input: { format: { type } }, output: { format: { type } } } },
  });

describe('a take on the disk', () => {
  it('is a folder with WAV files that any player reads', async () => {
    const path = join(folder(), 'weather.take');
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
    const path = join(folder(), 'weather.take.jsonl');
    const take = recordTake(path, told);
    take.frame(1, '>', append(Uint8Array.of(1, 2)));
    await take.end();
    expect(readFileSync(path, 'utf8')).toContain(append(Uint8Array.of(1, 2)));
    expect(readTake(path).entries).toHaveLength(1);
  });

  it('is written in batches, sound before the lines that name it', async () => {
    const path = join(folder(), 'a.take');
    const due: (() => void)[] = [];
    const take = recordTake(path, { ...told, after: (_, run) => void due.push(run) });
    for (let count = 0; count < 50; count++) take.frame(count, '>', append(new Uint8Array(100)));
    expect(due).toHaveLength(1);
    due[0]?.();
    await until('the batch to be written', () => take.waitingBytes === 0);
    expect(readTake(path).entries).toHaveLength(50);
    take.frame(51, '>', append(new Uint8Array(100)));
    expect(due).toHaveLength(2);
    await take.end();
    expect(readTake(path).entries).toHaveLength(51);
  });

  it('survives a crash at any byte of its last lines', async () => {
    const path = join(folder(), 'a.take');
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

describe('a disk that takes no more', () => {
  it.each([
    [
      'is no folder',
      () => {
        const file = join(folder(), 'file');
        writeFileSync(file, '');
        return join(file, 'a.take');
      },
    ],
    [
      'is full',
      () => {
        const link = join(folder(), 'a.take.jsonl');
        symlinkSync('/dev/full', link);
        return link;
      },
    ],
  ])('ends the take and hurts nobody, where it %s', async (_, pathOf) => {
    const failures: unknown[] = [];
    const take = recordTake(pathOf(), { ...told, failed: (cause) => void failures.push(cause) });
    for (let count = 0; count < 5; count++) take.frame(count, '>', append(new Uint8Array(10)));
    await take.end();
    take.frame(6, '>', append(new Uint8Array(10)));
    expect(failures).toHaveLength(1);
    expect(take.waitingBytes).toBe(0);
  });

  it('may be too slow: what waits is bounded', async () => {
    const failures: unknown[] = [];
    const sink = new FileSink({
      path: join(folder(), 'a.jsonl'),
      form: 'inline',
      mostWaitingBytes: 1000,
      after: () => {},
      failed: (cause) => void failures.push(cause),
    });
    for (let count = 0; count < 100; count++) sink.line('x'.repeat(100));
    expect(sink.waitingBytes).toBe(0);
    expect(failures).toEqual([new Error('the disk is too slow')]);
    await sink.finished;
  });
});

describe('an hour of sound', () => {
  it('waits in memory no longer than a batch', async () => {
    const path = join(folder(), 'long.take');
    const due: (() => void)[] = [];
    const take = recordTake(path, { ...told, after: (_, run) => void due.push(run) });
    take.frame(0, '<', session('audio/pcmu'));
    const second = append(new Uint8Array(800));
    const delta = JSON.stringify({ type: 'response.output_audio.delta', delta: base64.encode(new Uint8Array(800)) });
    let most = 0;
    const seconds = repeats(3600);
    for (let at = 0; at < seconds; at++) {
      for (let part = 0; part < 10; part++) {
        take.frame(at * 1000 + part * 100, '>', second);
        take.frame(at * 1000 + part * 100, '<', delta);
      }
      most = Math.max(most, take.waitingBytes);
      due.pop()?.();
      // oxlint-disable-next-line no-await-in-loop
      await until('the batch to be written', () => take.waitingBytes === 0);
    }
    await take.end();
    // A second of both sides, and its lines.
    expect(most).toBeLessThan(25_000);
    expect(readTake(path).entries).toHaveLength(1 + 20 * seconds);
  });
});
