import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const cache = join(import.meta.dirname, '../../node_modules/.cache/test-packages');

/**
 * The folder of an npm package that only some tests need and that is too large for every checkout: installed on first
 * use, in exactly this version, without its install scripts (none of them may download). Throws where the registry
 * can't be reached.
 */
export function packageFolder(name: string, version: string): string {
  const home = join(cache, `${name.replaceAll('/', '+')}@${version}`);
  const folder = join(home, 'node_modules', name);
  if (existsSync(join(home, 'done'))) return folder;
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  execFileSync('npm', ['install', ...flags, `${name}@${version}`], {
    cwd: home,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(join(home, 'done'), '');
  return folder;
}
