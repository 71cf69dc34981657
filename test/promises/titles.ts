import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

/** The full titles of the tests of each file, `outer > inner`, as vitest reads them; tables of cases under their template. */
export type Titles = ReadonlyMap<string, readonly string[]>;

/** Asks vitest, which reads the files without running them. */
export async function titlesOf(files: ReadonlySet<string>): Promise<Titles> {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-titles-'));
  const list = join(folder, 'list.json');
  const found = [...files].filter((file) => existsSync(file));
  // Suites that pass through a relay as well have the same titles there.
  const projects = ['--project', 'unit', '--project', 'whole'];
  const args = ['node_modules/vitest/vitest.mjs', 'list', ...projects, `--json=${list}`, ...found];
  await promisify(execFile)(process.execPath, args);
  const tests: { readonly file: string; readonly name: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  rmSync(folder, { recursive: true });
  const titles = new Map<string, string[]>();
  for (const { file, name } of tests) {
    const path = relative(process.cwd(), file);
    // vitest writes a quote in a title with a backslash of its own.
    titles.set(path, [...(titles.get(path) ?? []), name.replaceAll('\\"', '"')]);
  }
  return titles;
}

/** The text of a test file and of what it imports of the tests' own and of `src/testing` and `src/laws`: where its rows may stand. */
export function sourcesBehind(file: string): string {
  const texts = new Map<string, string>();
  const waiting = [file];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (texts.has(next)) continue;
    const text = readFileSync(next, 'utf8');
    texts.set(next, text);
    const folder = dirname(next);
    const imports = text.matchAll(/from '(\.{1,2}\/[^']+\.ts)'/g);
    waiting.push(...[...imports].map(([, path = '']) => join(folder, path)).filter(isOfTests));
  }
  return [...texts.values()].join('\n');
}

function isOfTests(path: string): boolean {
  return ['test/', 'src/testing/', 'src/laws/'].some((folder) => path.startsWith(folder));
}
