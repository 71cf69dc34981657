import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hangMs } from '../setup/hang.ts';
import { lawBrokenCode } from './finding.ts';
import type { Mutation } from './mutation.ts';
import { failedAssertions } from './unit-report.ts';

const root = join(import.meta.dirname, '../..');
const copied = [
  'src',
  'console/vite.config.ts',
  'test/laws',
  'test/mcp',
  'test/setup',
  'package.json',
  'vitest.config.ts',
];

/** A copy of the sources, in which one bug at a time can be made and looked for. */
export interface Workbench {
  /**
   * Makes the bug, looks for it where it should be noticed, and unmakes it; whether it was noticed. A crash is no notice:
   * it throws, and so does a bug whose place is not there exactly once.
   */
  tryOut(mutation: Mutation): Promise<boolean>;
  /** Whether these laws, or these unit tests, find something in the sources as they are. */
  findsIn(sources: CaughtBy): Promise<boolean>;
  remove(): void;
}

/** Where bugs are looked for: laws by their numbers, or unit tests by their files. */
export type CaughtBy = { readonly laws: readonly string[] } | { readonly tests: readonly string[] };

/** Copies the sources to a folder of their own. */
export function openWorkbench(): Workbench {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-mutation-'));
  for (const path of copied) cpSync(join(root, path), join(folder, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));

  return {
    async tryOut({ file, find, replace, caughtBy }) {
      const path = join(folder, 'src', file);
      const whole = readFileSync(path, 'utf8');
      const places = whole.split(find).length - 1;
      if (places !== 1) throw new Error(`${file} holds ${places} times: ${find}`);
      writeFileSync(
        path,
        whole.replace(find, () => replace),
      );
      try {
        return await finds(folder, 'law' in caughtBy ? { laws: [caughtBy.law] } : { tests: [caughtBy.tests] });
      } finally {
        writeFileSync(path, whole);
      }
    },
    findsIn: (caughtBy) => finds(folder, caughtBy),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Programs that a bug is looked for in, at most: on the core, then on a wire. */
const programs = ['4000', '400'];

function finds(folder: string, caughtBy: CaughtBy): Promise<boolean> {
  return 'laws' in caughtBy ? breaksLaw(folder, caughtBy.laws) : failsTests(folder, caughtBy.tests);
}

async function breaksLaw(folder: string, laws: readonly string[]): Promise<boolean> {
  const { code, output } = await run(folder, 'test/laws/mutant.ts', ...programs, ...laws);
  if (code !== 0 && code !== lawBrokenCode) throw new Error(`The laws could not be asked:\n${output}`);
  return code === lawBrokenCode;
}

async function failsTests(folder: string, tests: readonly string[]): Promise<boolean> {
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const args = ['run', '--project', 'unit', '--reporter', 'json', '--outputFile', report, ...tests];
  const { output } = await run(folder, vitest, ...args);
  return failedAssertions(report, tests, output) > 0;
}

interface Ended {
  readonly code: number | string;
  readonly output: string;
}

/** Runs a program of Node's to its end. What stays the same from one bug to the next is compiled once. */
function run(cwd: string, ...args: readonly string[]): Promise<Ended> {
  // Whoever runs the whole suite may ask for its report; the runs within it write their own.
  const env = { ...process.env, ANTIPHON_TEST_REPORT: undefined, NODE_COMPILE_CACHE: join(cwd, '.compiled') };
  return new Promise((resolve) => {
    execFile(process.execPath, [...args], { cwd, env, timeout: hangMs * 4 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : (error.code ?? error.signal ?? 'killed');
      resolve({ code, output: stdout + stderr });
    });
  });
}
