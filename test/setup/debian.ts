import { spawnSync } from 'node:child_process';

/** Debian packages that the tests need, and a program of each. */
const needed: Readonly<Record<string, string>> = {
  'espeak-ng': 'espeak-ng',
  openssl: 'openssl',
  curl: 'curl',
};

/** Before the tests: installs what is missing where that is possible, else says the one line to run. */
export function setup(): void {
  const missing = Object.keys(needed).filter((name) => !runs(needed[name] ?? name));
  if (missing.length === 0) return;
  const line = `apt-get install -y ${missing.join(' ')}`;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && run('apt-get', 'update') && run('apt-get', 'install', '-y', ...missing)) return;
  throw new Error(`The tests need ${missing.join(' and ')}. Run: sudo ${line}`);
}

function runs(program: string): boolean {
  const { error } = spawnSync(program, ['--version'], { stdio: 'ignore' });
  return error === undefined;
}

function run(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}
