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
  if (go('mod', 'init', 'example.com/pointed') && go('get', ...packages)) {
    if (go('build', '-o', 'pointed', '.')) console.log(`go: ${await answerOf(join(folder, 'pointed'), [])}`);
    else process.exitCode = 1;
  } else console.log('go: skipped, since its package can’t be had here');
  await servers.stop();
}
