import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../../../test/clients/until.ts';
import { emptyFolder } from '../../../test/setup/folder.ts';
import { type ShelfOptions, TakeShelf } from './take-shelf.ts';

const dayMs = 86_400_000;
const noon = Date.UTC(2026, 5, 1, 12);

function shelfIn(options: Partial<ShelfOptions> = {}): {
  readonly shelf: TakeShelf;
  readonly dir: string;
  readonly outcomes: string[];
  record(id: string, frames?: readonly object[], code?: number): Promise<void>;
} {
  const dir = options.dir ?? emptyFolder();
  const shelf = new TakeShelf({ by: 'b', now: () => noon, ...options, dir });
  const outcomes: string[] = [];
  return {
    shelf,
    dir,
    outcomes,
    async record(id, frames = [], code = 1000) {
      const told = { id, at: noon, url: 'ws://h', transport: 'websocket', secrets: [] };
      const take = shelf.begin(told, (outcome) => void outcomes.push(outcome));
      take?.frame(0, '<', JSON.stringify({ type: 'session.created' }));
      for (const frame of frames) take?.frame(1, '<', JSON.stringify(frame));
      take?.closed(2, { by: 'client', code, reason: '' });
      await shelf.settled();
    },
  };
}

/** A finished take of so many bytes and days. */
function older(
  dir: string,
  name: string,
  { bytes = 100, days = 0 }: { readonly bytes?: number; readonly days?: number },
): void {
  const folder = join(dir, `${name}.take`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'take.jsonl'), 'x'.repeat(bytes));
  const at = (noon - days * dayMs) / 1000;
  utimesSync(join(folder, 'take.jsonl'), at, at);
}

describe('a folder of takes', () => {
  it('holds one for each session, by the moment of its beginning', async () => {
    const { dir, record, outcomes } = shelfIn();
    await record('sess_1');
    await record('sess_2');
    expect(readdirSync(dir)).toEqual(['2026-06-01T12-00-00-000Z-sess_1.take', '2026-06-01T12-00-00-000Z-sess_2.take']);
    expect(outcomes).toEqual(['kept', 'kept']);
  });

  it('holds a sample where one is asked for', async () => {
    const drawn = [0.1, 0.5, 0.9, 0.2];
    const { dir, record } = shelfIn({ sample: 0.4, random: () => drawn.shift() ?? 1 });
    await record('a');
    await record('b');
    await record('c');
    await record('d');
    expect(readdirSync(dir).map((name) => name.at(-6))).toEqual(['a', 'd']);
  });

  it.each<[string, object[], number, boolean]>([
    ['nothing', [], 1000, false],
    ['an answer that was cut off', [{ type: 'response.done', response: { status: 'cancelled' } }], 1001, false],
    ['an error', [{ type: 'error', error: {} }], 1000, true],
    ['an error, told by a server that names its event first', [{ event_id: 'e', type: 'error' }], 1000, true],
    ['a failed answer', [{ type: 'response.done', response: { status: 'failed' } }], 1000, true],
    ['a failed transcription', [{ type: 'conversation.item.input_audio_transcription.failed' }], 1000, true],
    ['a lost connection', [], 1006, true],
    [
      'a text that only speaks of errors',
      [{ type: 'response.output_text.delta', delta: '"type":"error"' }],
      1000,
      false,
    ],
  ])('keeps, where only errors are wanted, what went wrong: %s', async (_, frames, code, isKept) => {
    const { dir, record, outcomes } = shelfIn({ when: 'error' });
    await record('a', frames, code);
    expect(readdirSync(dir)).toHaveLength(isKept ? 1 : 0);
    expect(outcomes).toEqual([isKept ? 'kept' : 'dropped']);
  });

  it('forgets what is too old, at the start and after each session', async () => {
    const dir = emptyFolder();
    older(dir, 'old', { days: 8 });
    older(dir, 'new', { days: 6 });
    const { shelf } = shelfIn({ dir, keepDays: 7 });
    await shelf.settled();
    expect(readdirSync(dir)).toEqual(['new.take']);
  });

  it('deletes the oldest where there is too much, and no more than it must', async () => {
    const dir = emptyFolder();
    older(dir, 'c', { days: 3, bytes: 400_000 });
    older(dir, 'a', { days: 2, bytes: 400_000 });
    older(dir, 'b', { days: 1, bytes: 400_000 });
    const { shelf } = shelfIn({ dir, maxMb: 1 });
    await shelf.settled();
    expect(readdirSync(dir)).toEqual(['a.take', 'b.take']);
  });

  it('ends a take that is too much by itself', async () => {
    const { dir, shelf, outcomes } = shelfIn({ maxMb: 1 });
    const told = { id: 'long', at: noon, url: 'ws://h', transport: 'websocket', secrets: [] };
    const take = shelf.begin(told, (outcome) => void outcomes.push(outcome));
    for (let count = 0; count < 30; count++) take?.frame(count, '<', JSON.stringify({ text: 'x'.repeat(50_000) }));
    await until('the take to end', () => outcomes.length > 0);
    await shelf.settled();
    expect(outcomes).toEqual(['failed']);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is no harm where it can not be made', async () => {
    const file = join(emptyFolder(), 'file');
    writeFileSync(file, '');
    const { record, outcomes } = shelfIn({ dir: join(file, 'takes') });
    await record('a');
    expect(outcomes).toEqual(['failed']);
  });
});
