import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderWith, serve } from '../test/clients/program.ts';
import { speech } from '../test/clients/speech.ts';

/**
 * The `openai` Python package against the built server, in a virtual environment made for it. Says so, and passes, where
 * Python or its packages can't be had; fails where a turn fails.
 */
const turns = join(import.meta.dirname, '../test/python/turns.py');

const scenario = `
voice: tone
hear: [good morning to you]
replies:
  - steps: [{ say: "You said: {input}" }]
`;

function run(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

const environment = mkdtempSync(join(tmpdir(), 'antiphon-python-'));
try {
  const python = join(environment, 'bin/python');
  const ready =
    run('python3', '-m', 'venv', environment) && run(python, '-m', 'pip', 'install', '--quiet', 'openai[realtime]');
  if (ready) await holdTurns(python);
  else console.log('python: skipped, since Python or its packages can’t be had here');
} finally {
  rmSync(environment, { recursive: true, force: true });
}

async function holdTurns(python: string): Promise<void> {
  const folder = folderWith({ 'scenario.yaml': scenario });
  const speechFile = join(folder, 'speech.pcm');
  writeFileSync(speechFile, speech('Good morning to you.', { beforeMs: 500, afterMs: 1000 }));
  const program = await serve(['--scenario', join(folder, 'scenario.yaml')]);
  if (!run(python, turns, program.url, speechFile)) process.exitCode = 1;
  await program.stop();
}
