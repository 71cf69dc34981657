import { spawnSync } from 'node:child_process';

/** Every check beside the tests. Run by `npm run check`; each runs even where one before it failed. */
const checks: readonly (readonly [name: string, ...command: string[]])[] = [
  ['types', 'tsc', '-b', 'tsconfig.json', 'tsconfig.test.json', 'console/tsconfig.json'],
  ['lint', 'oxlint', '--deny-warnings'],
  ['format', 'biome', 'check', '.'],
  ['unused files, exports and dependencies', 'knip'],
  ['package', 'publint', '--strict'],
  ['package types', 'attw', '--pack', '.', '--profile', 'esm-only', '--quiet'],
];

const failures = checks.filter(([name, command = '', ...args]) => {
  process.stdout.write(`${name}: ${[command, ...args].join(' ')}\n`);
  return spawnSync(command, args, { stdio: 'inherit' }).status !== 0;
});
for (const [name] of failures) process.stdout.write(`failed: ${name}\n`);
process.stdout.write(`${checks.length - failures.length} checks passed, ${failures.length} failed\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
