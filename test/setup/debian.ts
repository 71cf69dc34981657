import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Debian packages that the tests need, and of each a program, or the path of a file. */
const needed: Readonly<Record<string, string>> = {
  'espeak-ng': 'espeak-ng',
  openssl: 'openssl',
  curl: 'curl',
  pocketsphinx: 'pocketsphinx_continuous',
  'pocketsphinx-en-us': '/usr/share/pocketsphinx/model/en-us/en-us/mdef',
  chromium: 'chromium',
  'redis-server': 'redis-server',
  haproxy: '/usr/sbin/haproxy',
  'baresip-core': '/usr/bin/baresip',
  'sip-tester': '/usr/bin/sipp',
  bsdutils: 'script',
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

/** A program that knows no `--version` is there as well; data is, where its file is. */
function runs(program: string): boolean {
  if (program.startsWith('/')) return existsSync(program);
  const { error } = spawnSync(program, ['--version'], { stdio: 'ignore' });
  return error === undefined;
}

function run(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}
