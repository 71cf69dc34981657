import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { Birthplace } from '../../src/engines/filter/birthplace.ts';
import { type FilterControls, type FilterEnd, mostUnread } from '../../src/engines/filter/process.ts';
import { type Filter, runFilter } from '../../src/engines/filter/run.ts';
import type { Alarms } from '../../src/engines/within-time.ts';
import { until } from '../clients/until.ts';
import { isRunning } from './is-running.ts';

/** Before anything was born. */
const priority = getPriority();
const folder = mkdtempSync(join(tmpdir(), 'births-'));
const threadFile = join(import.meta.dirname, '../../dist/engines/filter/thread.js');

/** Rings when it is told to. */
class Bell implements Alarms {
  readonly #runs = new Set<() => void>();

  after(_ms: number, run: () => void): () => void {
    this.#runs.add(run);
    return () => void this.#runs.delete(run);
  }

  ring(): void {
    for (const run of this.#runs) run();
  }
}

/** A birthplace whose threads are known. */
function place(open = (): Worker => new Worker(threadFile)) {
  const bell = new Bell();
  const threads: Worker[] = [];
  const births = new Birthplace(bell, () => {
    const worker = open();
    threads.push(worker);
    return worker;
  });
  return { births, threads, bell };
}

const { births } = place();
const shell = (script: string, input = '', at = births): Filter =>
  runFilter({ program: '/bin/sh', args: ['-c', script], input }, at);

async function bytesOf({ output }: Filter): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of output) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Children of this process that this thread has, not those of others. */
const ownChildren = (): number => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;

afterAll(() => rmSync(folder, { recursive: true }));

describe('a program that is given a text', () => {
  it('gives back all of its output in its order, and is no child of the thread that asks', async () => {
    const input = Array.from({ length: 200_000 }, (_, line) => `${line}\n`).join('');
    const filter = shell('exec cat', input);
    const children = ownChildren();
    expect((await bytesOf(filter)).equals(Buffer.from(input))).toBe(true);
    expect(await filter.ended).toEqual({ isBorn: true, problem: null });
    expect(children).toBe(0);
  });

  it('gives way to the server where cores are few', async () => {
    // What it is given comes once it has been put in its place.
    const filter = shell('cat; nice');
    expect(String(await bytesOf(filter)).trim()).toBe(String(Math.min(19, priority + 6)));
  });

  it.runIf(process.platform === 'linux')(
    'is born by a thread that gives way, too, and the server by none',
    async () => {
      await bytesOf(shell('exec cat'));
      const threads = readdirSync('/proc/self/task').map(Number);
      expect(threads.map((thread) => getPriority(thread))).toContain(Math.min(19, priority + 6));
      expect(getPriority(process.pid)).toBe(priority);
    },
  );

  it('is told apart from others that run beside it', async () => {
    const filters = Array.from({ length: 10 }, (_, index) => shell('cat; cat /dev/null; echo end', `number ${index} `));
    const outputs = await Promise.all(filters.map(bytesOf));
    expect(outputs.map(String)).toEqual(filters.map((_, index) => `number ${index} end\n`));
  });

  it('says how it failed', async () => {
    const ends = await Promise.all(
      [shell('echo woe >&2; exit 3'), shell('kill -TERM $$'), shell('exit 4')].map(({ ended }) => ended),
    );
    expect(ends).toEqual([
      { isBorn: true, problem: '/bin/sh ended with code 3: woe' },
      { isBorn: true, problem: '/bin/sh was killed by SIGTERM: it gave no reason' },
      { isBorn: true, problem: '/bin/sh ended with code 4: it gave no reason' },
    ]);
  });

  it('says by name why it was not born', async () => {
    const [missing, refused] = await Promise.all(
      ['/nowhere/nothing', 'a\0b'].map((program) => runFilter({ program, args: [], input: '' }, births).ended),
    );
    expect(missing).toMatchObject({ isBorn: false, code: 'ENOENT' });
    expect(refused).toMatchObject({ isBorn: false, code: 'ERR_INVALID_ARG_VALUE' });
  });

  it('waits while nobody takes its output, which is held within bounds', async () => {
    let pieces = 0;
    let end: FilterEnd | null = null;
    const order = { program: '/bin/cat', args: ['/dev/zero'], input: '' };
    const controls: FilterControls = births.start(order, {
      bytes: () => (pieces += 1),
      ended: (how) => (end = how),
    });
    await until('as many pieces as may come', () => pieces === mostUnread);
    // What others say in the meantime comes through.
    for (let count = 0; count < 3; count++) expect(String(await bytesOf(shell('echo hello')))).toBe('hello\n');
    expect(pieces).toBe(mostUnread);
    controls.read();
    await until('one more', () => pieces === mostUnread + 1);
    controls.kill();
    await until('its end', () => end !== null);
    expect(pieces).toBe(mostUnread + 1);
  });

  it('is gone once it was killed', async () => {
    const file = join(folder, 'pid');
    const filter = shell(`echo $$ > ${file}.new; mv ${file}.new ${file}; exec cat /dev/zero`);
    await until('its number', () => existsSync(file));
    filter.kill();
    await filter.ended;
    expect(isRunning(Number(readFileSync(file, 'utf8')))).toBe(false);
  });
});

describe('the thread', () => {
  it('is one for all, ends once there has been nothing to do for a while, and comes back', async () => {
    const { births: here, threads, bell } = place();
    await Promise.all([bytesOf(shell('exit 0', '', here)), bytesOf(shell('exit 0', '', here))]);
    expect(threads.length).toBe(1);
    const gone = new Promise((resolve) => threads[0]?.once('exit', resolve));
    bell.ring();
    await gone;
    expect(String(await bytesOf(shell('echo again', '', here)))).toBe('again\n');
    expect(threads.length).toBe(2);
  });

  it('takes what it had begun with it where it dies, by name, and the next is born in another', async () => {
    const { births: here, threads } = place();
    const filter = shell('exec cat /dev/zero', '', here);
    for await (const _ of filter.output) break;
    void threads[0]?.terminate();
    expect(await filter.ended).toMatchObject({ isBorn: false });
    expect(String(await bytesOf(shell('echo again', '', here)))).toBe('again\n');
    expect(threads.length).toBe(2);
  });

  it.each([
    ['cannot be loaded', () => new Worker(join(folder, 'nothing.js'))],
    [
      'cannot be had',
      () => {
        throw new Error('no room');
      },
    ],
  ])('that %s leaves everything to this one', async (_, open) => {
    const { births: here } = place(open);
    const input = 'words '.repeat(100_000);
    expect(String(await bytesOf(shell('exec cat', input, here))) === input).toBe(true);
    expect(await runFilter({ program: '/nowhere/nothing', args: [], input: '' }, here).ended).toMatchObject({
      isBorn: false,
      code: 'ENOENT',
    });
  });
});
