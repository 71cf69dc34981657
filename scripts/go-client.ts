import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, pointed, pointedServers } from '../test/book/pointed-clients.ts';

/**
 * The Go program of the page about pointing clients here, against the built server, with the openai package in the version that was
 * tried. Says so, and passes, where there is no Go or the package can't be had; fails where the program prints no answer.
 */
const packages = ['github.com/openai/openai-go/v3@v3.99.0'];

const folder = mkdtempSync(join(tmpdir(), 'antiphon-go-'));
process.env['TMPDIR'] = mkdtempSync(join(folder, 'temporary-')); // certificates and files of servers go where all is deleted in the end
/** What the package asks for is compiled once and takes a minute of a core. */
const go = (...args: readonly string[]): boolean =>
  spawnSync('go', args, { cwd: folder, stdio: 'inherit' }).status === 0;

try {
  if (spawnSync('go', ['version']).error !== undefined) console.log('go: skipped, since there is no go here');
  else await holdTurn();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function holdTurn(): Promise<void> {
  const servers = await pointedServers();
  writeFileSync(join(folder, 'main.go'), pointed('main.go', servers));
  if (!go('mod', 'init', 'example.com/pointed')) process.exitCode = 1;
  else if (!go('get', ...packages)) console.log('go: skipped, since its package can’t be had here');
  else if (!go('build', '-o', 'pointed', '.')) process.exitCode = 1;
  else console.log(`go: ${await answerOf(join(folder, 'pointed'), [])}`);
  await servers.stop();
}
