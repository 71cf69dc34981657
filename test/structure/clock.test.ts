import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** What a test that judges, waits by or ends at a real clock cannot do without. */
const signs: Readonly<Record<string, RegExp>> = {
  'waits so long': /\b(?:setTimeout|setInterval|waitForTimeout)\b|timers\/promises|\bsleep\s+\d/,
  'reads the clock': /\bperformance\.now\b|\bDate\.now\b|\bnew Date\(\)|\bhrtime\b/,
  'has a deadline of its own': /\btimeout: ?\d|^\s*\}, ?[\d_]+\);|\bvi\.wait|\bAbortSignal\.timeout\b/m,
};

/** Where a real clock is the point. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  // The wait of all tests: for a condition, with a deadline that ends what hangs.
  'test/clients/until.ts': ['waits so long', 'reads the clock'],
  // The same within a page.
  'test/browser/bench-page.ts': ['waits so long', 'reads the clock'],
  // The time of a client secret is Unix time; it is compared with what the clock said before.
  'test/e2e/secrets.test.ts': ['reads the clock'],
  // A virtual clock begins at the real time, which is what other parts of the server go by.
  'test/promises/connection.test.ts': ['reads the clock'],
  // The platform's own timer is what is tested, on a fake clock.
  'src/wire/long-after.test.ts': ['waits so long'],
  // A stream in memory has what Node asks of a socket, and no timer behind it.
  'test/check/endpoint.ts': ['waits so long'],
  // Programs that would never end by themselves, and one whose exit must come after its input has closed.
  'test/engines/espeak.test.ts': ['waits so long'],
  // People pause between two turns; how long those took is printed, and judged by nobody.
  'test/load/neighbours/honest.ts': ['waits so long', 'reads the clock'],
  // Servers that drip.
  'test/check/hostile-servers.ts': ['waits so long'],
  'test/load/neighbours/bad-servers.ts': ['waits so long'],
  // Networks that take their time, and when packets came.
  'test/cluster/front.ts': ['waits so long'],
  'test/media/lossy-front.ts': ['waits so long'],
  'test/media/werift-peer.ts': ['reads the clock'],
  // Names the signs.
  'test/structure/clock.test.ts': Object.keys(signs),
};

function files(folder: string, isTest: (file: string) => boolean): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(isTest)
    .map((file) => join(folder, file));
}

const tests = [
  ...files('src', (file) => file.endsWith('.test.ts')),
  ...files('test', (file) => /\.(?:ts|mjs)$/.test(file)),
];

function signsIn(text: string): string[] {
  return Object.keys(signs).filter((name) => signs[name]?.test(text));
}

describe('a test', () => {
  it('neither sleeps nor judges by the wall clock', () => {
    const found = Object.fromEntries(
      tests.map((file) => [file, signsIn(readFileSync(join(root, file), 'utf8'))]).filter(([, names]) => names?.length),
    );
    expect(found).toEqual(allowed);
  });

  it.each([
    ['waits so long', 'await new Promise((resolve) => setTimeout(resolve, 50));'],
    ['waits so long', "import { setTimeout as pause } from 'node:timers/promises';"],
    ['waits so long', 'exec sleep 2'],
    ['reads the clock', 'expect(performance.now() - started).toBeLessThan(100);'],
    ['has a deadline of its own', 'spawnSync(program, { timeout: 5_000 });'],
    ['has a deadline of its own', '  }, 10_000);'],
    ['has a deadline of its own', 'await vi.waitFor(() => isDone);'],
  ])('that %s would be noticed: %s', (name, text) => {
    expect(signsIn(text)).toContain(name);
  });
});
