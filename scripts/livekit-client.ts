import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, pointed, pointedServers } from '../test/book/pointed-clients.ts';
import { folderWith, serve } from '../test/clients/program.ts';
import { hangMs } from '../test/setup/hang.ts';

/**
 * LiveKit's OpenAI plugin against the built server. It is installed into a folder of its own, since it brings 100 MB of
 * native code that no other test needs. Says so, and passes, where it can't be installed; fails where a turn fails.
 */
const versions = ['@livekit/agents@1.9.0', '@livekit/agents-plugin-openai@1.9.0'];
const turns = join(import.meta.dirname, '../test/livekit/turns.mjs');

const scenario = `
replies:
  - when: { tool: get_weather }
    steps: [{ say: "It is {output}." }]
  - when: { contains: weather }
    steps: [{ call: { name: get_weather, arguments: { city: Paris } } }]
  - steps: [{ say: "You said: {input}" }]
`;

const folder = mkdtempSync(join(tmpdir(), 'antiphon-livekit-'));
process.env['TMPDIR'] = folder; // certificates and files of servers go where all is deleted in the end
const install = [
  'install',
  '--no-save',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--prefix',
  folder,
  ...versions,
];
try {
  if (spawnSync('npm', install, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0)
    await holdTurns();
  else console.log('livekit: skipped, since its packages can’t be installed here');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function holdTurns(): Promise<void> {
  const script = join(folder, 'turns.mjs');
  copyFileSync(turns, script);
  const program = await serve(['--scenario', join(folderWith({ 'scenario.yaml': scenario }), 'scenario.yaml')]);
  const held = spawnSync(process.execPath, [script, program.url], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: hangMs,
  });
  if (held.status !== 0) process.exitCode = 1;
  await program.stop();
  await pointIt();
}

/** Runs the program of the page about pointing clients here, until it prints its answer. */
async function pointIt(): Promise<void> {
  const servers = await pointedServers();
  const file = join(folder, 'livekit.mjs');
  writeFileSync(file, pointed('livekit.mjs', servers));
  console.log(`livekit.mjs: ${await answerOf(process.execPath, [file])}`);
  await servers.stop();
}
