import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Every test that repeats something, at the scale 10 unless `ANTIPHON_TEST_SCALE` says otherwise: the counts that
 * docs/testing.md states. Ends with one line: N passed, N failed.
 */
const root = join(import.meta.dirname, '..');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');

/** The test files that ask for the scale. */
const repeating = ['src', 'test'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join(folder, file))
    .filter((file) => readFileSync(join(root, file), 'utf8').includes("setup/scale.ts'")),
);

const folder = mkdtempSync(join(tmpdir(), 'antiphon-soak-'));
const report = join(folder, 'report.json');
const env = { ANTIPHON_TEST_SCALE: '10', ...process.env, ANTIPHON_TEST_REPORT: report };
const { status, signal } = spawnSync(process.execPath, [vitest, 'run', ...repeating], {
  cwd: root,
  stdio: 'inherit',
  env,
});
const told: unknown = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null;
rmSync(folder, { recursive: true });
if (told === null)
  console.log(`\nThe tests told of no result: they ended ${signal === null ? `with ${status}` : `by ${signal}`}.`);
const { numPassedTests = 0, numFailedTests = 0 } = Object(told);
// A file that can't even be loaded has no test that fails.
console.log(`\n${numPassedTests} passed, ${status === 0 ? 0 : Math.max(1, numFailedTests)} failed`);
process.exitCode = status ?? 1;
