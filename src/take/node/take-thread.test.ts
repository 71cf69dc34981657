import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../../../test/setup/folder.ts';
import { repeats } from '../../../test/setup/scale.ts';
import { base64 } from './base64.ts';
import type { BatchData } from './batch.ts';
import { type BatchNews, Desk } from './desk.ts';
import { readTake } from './read-take.ts';
import { recordTake } from './record-take.ts';
import { TakeThread, type TakeThreadOptions, type ThreadListener } from './take-thread.ts';

const told = { at: 0, by: 'b', url: 'ws://h', transport: 'websocket' };
const append = (bytes: Uint8Array): string =>
  JSON.stringify({ type: 'input_audio_buffer.append', audio: base64.encode(bytes) });

/** A thread that is none: what is handed over is written when the test says so. */
function standIn(options: TakeThreadOptions = {}) {
  const due: { readonly ms: number; readonly run: () => void }[] = [];
  const handed: BatchData[] = [];
  const desk = new Desk();
  let listener: ThreadListener | null = null;
  const thread = new TakeThread({
    after: (ms, run) => void due.push({ ms, run }),
    open(heard) {
      listener = heard;
      return { send: (batch) => void handed.push(batch), hold() {} };
    },
    ...options,
  });
  const write = (): BatchNews[] => {
    return handed.splice(0).map((batch) => {
      const news = desk.write(batch);
      listener?.news(news, batch);
      return news;
    });
  };
  return {
    thread,
    due,
    handed,
    write,
    /** The time of a batch is over. */
    pass: () => due.splice(0).forEach(({ run }) => run()),
    lose: (cause: unknown) => listener?.lost(cause),
  };
}

describe('the thread that writes takes', () => {
  it('is handed what came in a tenth of a second, of all sessions at once', () => {
    const { thread, due, handed, write, pass } = standIn();
    const paths = ['a.take', 'b.take'].map((name) => join(emptyFolder(), name));
    const takes = paths.map((path) => recordTake(path, { ...told, thread }));
    for (let count = 0; count < 50; count++) {
      for (const take of takes) take.frame(count, '>', append(new Uint8Array(100)));
    }
    expect([due.map(({ ms }) => ms), handed]).toEqual([[100], []]);
    pass();
    expect(handed).toHaveLength(1);
    write();
    expect(thread.waitingBytes).toBe(0);
    // Written, though no take has ended.
    expect(paths.map((path) => readTake(path).entries.length)).toEqual([50, 50]);
    pass();
    expect(handed).toEqual([]);
  });

  it('is given a text as it is or as UTF-8, whole or in pieces, and sound and binary frames to the byte', () => {
    const { thread, write } = standIn();
    const path = join(emptyFolder(), 'a.take');
    const take = recordTake(path, { ...told, thread });
    const text = '{"type":"grüße 🙂"}';
    const bytes = Buffer.from(text);
    take.frame(1, '<', text);
    take.utf8(2, '<', [bytes]);
    take.utf8(3, '>', [bytes.subarray(0, 12), bytes.subarray(12)]);
    take.binary(4, '>', Uint8Array.of(1, 2));
    take.heard(5, Int16Array.of(-2, 3));
    take.played(6, Int16Array.of(4), 'itém_1');
    take.played(7, Int16Array.of(5), null);
    take.closed(8, { by: 'client', code: 1000, reason: 'ü' });
    void take.end();
    write();
    const entries = readTake(path).entries.map((entry) => {
      if (entry.is === 'frame') return [entry.t, entry.by, entry.text()];
      if (entry.is === 'sound') return [entry.t, entry.track, [...entry.bytes()], entry.itemId];
      return entry.is === 'binary' ? [entry.t, entry.by, [...entry.bytes]] : [entry.t, entry.closed];
    });
    expect(entries).toEqual([
      [1, '<', text],
      [2, '<', text],
      [3, '>', text],
      [4, '>', [1, 2]],
      [5, 'in', [254, 255, 3, 0], null],
      [6, 'out', [4, 0], 'itém_1'],
      [7, 'out', [5, 0], null],
      [8, { by: 'client', code: 1000, reason: 'ü' }],
    ]);
  });

  it('takes a frame of many megabytes', () => {
    const { thread, write } = standIn();
    const path = join(emptyFolder(), 'a.take');
    const take = recordTake(path, { ...told, thread });
    const frame = JSON.stringify({ type: 'x', text: 'ü'.repeat(5_000_000) });
    take.frame(0, '<', frame);
    take.frame(1, '<', '{}');
    void take.end();
    write();
    expect(readTake(path).entries.map((entry) => entry.is === 'frame' && entry.text().length)).toEqual([
      frame.length,
      2,
    ]);
  });

  it('ends the takes that were open when it is lost, and the next has another', async () => {
    const { thread, lose, write } = standIn();
    const failures: unknown[] = [];
    const take = recordTake(join(emptyFolder(), 'a.take'), {
      ...told,
      thread,
      failed: (cause) => void failures.push(cause),
    });
    take.frame(0, '<', '{}');
    void take.end();
    const cause = new Error('the thread is gone');
    lose(cause);
    await take.end();
    take.frame(1, '<', '{}');
    expect([failures, thread.waitingBytes]).toEqual([[cause], 0]);
    const path = join(emptyFolder(), 'b.take');
    const next = recordTake(path, { ...told, thread });
    next.frame(0, '<', '{}');
    void next.end();
    write();
    expect(readTake(path).entries).toHaveLength(1);
  });

  it('is a thread where nobody says otherwise', async () => {
    const path = join(emptyFolder(), 'a.take');
    const take = recordTake(path, told);
    take.frame(0, '<', '{}');
    await take.end();
    expect(readTake(path).entries).toHaveLength(1);
  });
});

describe('a disk that takes no more', () => {
  it.each([
    [
      'is no folder',
      () => {
        const file = join(emptyFolder(), 'file');
        writeFileSync(file, '');
        return join(file, 'a.take');
      },
    ],
    [
      'is full',
      () => {
        const link = join(emptyFolder(), 'a.take.jsonl');
        symlinkSync('/dev/full', link);
        return link;
      },
    ],
  ])('ends the take and hurts no other, where it %s', (_, pathOf) => {
    const { thread, write, pass } = standIn();
    const failures: unknown[] = [];
    const path = join(emptyFolder(), 'other.take');
    const other = recordTake(path, { ...told, thread });
    const take = recordTake(pathOf(), { ...told, thread, failed: (cause) => void failures.push(cause) });
    for (let count = 0; count < 5; count++) {
      take.frame(count, '>', append(new Uint8Array(10)));
      other.frame(count, '>', append(new Uint8Array(10)));
    }
    pass();
    write();
    take.frame(6, '>', append(new Uint8Array(10)));
    void take.end();
    void other.end();
    write();
    expect(failures).toEqual([expect.objectContaining({ code: expect.stringMatching(/^(ENOSPC|ENOTDIR)$/) })]);
    expect(thread.waitingBytes).toBe(0);
    expect(readTake(path).entries).toHaveLength(5);
  });

  it('may be too slow: what waits is bounded, and who would add to it is not recorded any further', async () => {
    const { thread, write } = standIn({ mostWaitingBytes: 2_000_000 });
    const failures: unknown[] = [];
    const path = join(emptyFolder(), 'a.take');
    const take = recordTake(path, { ...told, thread, failed: (cause) => void failures.push(cause) });
    const frame = Buffer.from(append(new Uint8Array(30_000)));
    for (let count = 0; count < 100; count++) take.utf8(count, '>', [frame]);
    expect(failures).toEqual([new Error('the disk is too slow')]);
    expect(thread.waitingBytes).toBeLessThanOrEqual(2_000_000);
    const late: unknown[] = [];
    const next = recordTake(join(emptyFolder(), 'b.take'), {
      ...told,
      thread,
      failed: (cause) => void late.push(cause),
    });
    next.utf8(0, '>', [frame]);
    expect(late).toHaveLength(1);
    write();
    await Promise.all([take.end(), next.end()]);
    expect(thread.waitingBytes).toBe(0);
    // What was taken is there.
    const { length } = readTake(path).entries;
    expect([length > 40, length < 60]).toEqual([true, true]);
    const again = recordTake(join(emptyFolder(), 'c.take'), { ...told, thread });
    again.frame(0, '<', '{}');
    void again.end();
    expect(write().flatMap(({ failed }) => failed)).toEqual([]);
  });
});

describe('an hour of sound', () => {
  it('waits in memory no longer than a batch', () => {
    const { thread, write, pass } = standIn();
    const path = join(emptyFolder(), 'long.take');
    const take = recordTake(path, { ...told, thread });
    const part = append(new Uint8Array(480));
    const delta = JSON.stringify({ type: 'response.output_audio.delta', delta: base64.encode(new Uint8Array(480)) });
    let most = 0;
    const seconds = repeats(3600);
    for (let at = 0; at < seconds; at++) {
      for (let count = 0; count < 10; count++) {
        take.frame(at * 1000 + count * 100, '>', part);
        take.frame(at * 1000 + count * 100, '<', delta);
        most = Math.max(most, thread.waitingBytes);
        pass();
        write();
      }
    }
    void take.end();
    write();
    // A tenth of a second of both sides.
    expect(most).toBeLessThan(2000);
    expect(readTake(path).entries).toHaveLength(20 * seconds);
    expect(readFileSync(join(path, 'in.wav')).length).toBe(44 + 4800 * seconds);
  });
});
