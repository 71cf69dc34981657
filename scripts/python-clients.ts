import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, pointed, pointedServers } from '../test/book/pointed-clients.ts';
import { certificate, folderWith, type Program, serve } from '../test/clients/program.ts';
import { speech } from '../test/clients/speech.ts';
import { setup as installDebianPackages } from '../test/setup/debian.ts';

/**
 * The Python packages that people talk to the Realtime API with, against the built server, in a virtual environment made
 * for them. Where there is no Python it says so and passes; a package that can't be installed fails, and so does a turn.
 */
const folder = join(import.meta.dirname, '../test/python');

/** Each with whether it goes over TLS, as it would to the service; the plain server is what people try first. */
const clients = [
  { turns: 'openai_turns.py', tls: true },
  { turns: 'openai_turns.py', tls: false },
  { turns: 'agents_turns.py', tls: true },
  { turns: 'livekit_turns.py', tls: true },
  { turns: 'pipecat_turns.py', tls: true },
] as const;

const story = `Once upon a time ${'and then '.repeat(300)}they slept.`;
const scenario = `
voice: tone
hear: [good morning to you]
replies:
  - when: { tool: get_weather }
    steps: [{ say: "It is {output}." }]
  - when: { contains: weather }
    steps: [{ call: { name: get_weather, arguments: { city: Paris } } }]
  - when: { contains: story }
    pace: { delta_ms: 100 }
    steps: [{ say: "${story}" }]
  - steps: [{ say: "You said: {input}" }]
`;

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): boolean {
  return (
    spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } }).status === 0
  );
}

/** The Python of a new virtual environment, with the packages of the requirements. */
function pythonWithPackages(environment: string): string {
  const python = join(environment, 'bin/python');
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement'];
  const isReady =
    run('python3', ['-m', 'venv', environment]) && run(python, [...install, join(folder, 'requirements.txt')]);
  if (!isReady)
    throw new Error('The Python packages could not be installed. Run: sudo apt-get install -y python3-venv');
  return python;
}

/** Whether every client holds its turns. */
function holdTurns(python: string, plain: Program, secure: Program, trusted: string): boolean {
  const speechFile = join(folderWith({}), 'speech.pcm');
  writeFileSync(speechFile, speech('Good morning to you.', { beforeMs: 500, afterMs: 1500 }));
  const env = { SSL_CERT_FILE: trusted, PYTHONDONTWRITEBYTECODE: '1', LOGURU_AUTOINIT: 'False' };
  return clients
    .map(({ turns, tls }) => run(python, [join(folder, turns), tls ? secure.url : plain.url, speechFile], env))
    .every(Boolean);
}

/** Runs the programs of the page about pointing clients here, each until it prints its answer. */
async function pointAll(python: string): Promise<void> {
  const servers = await pointedServers();
  for (const name of ['openai_client.py', 'agents_client.py', 'livekit_client.py', 'pipecat_client.py']) {
    const file = join(folderWith({ [name]: pointed(name, servers) }), name);
    // One after the other, so that what they say is told apart.
    // oxlint-disable-next-line no-await-in-loop
    console.log(`${name}: ${await answerOf(python, [file], { PYTHONDONTWRITEBYTECODE: '1' })}`);
  }
  await servers.stop();
}

async function main(): Promise<void> {
  if (spawnSync('python3', ['--version']).error !== undefined) {
    console.log('Skipped, since there is no python3 here: openai, openai-agents, livekit-agents, pipecat');
    return;
  }
  installDebianPackages();
  const environment = mkdtempSync(join(tmpdir(), 'antiphon-python-'));
  process.env['TMPDIR'] = environment; // certificates and files of servers go where all is deleted in the end
  const { cert, key } = certificate();
  const script = ['--scenario', join(folderWith({ 'scenario.yaml': scenario }), 'scenario.yaml')];
  try {
    const python = pythonWithPackages(environment);
    const programs = [await serve(script), await serve([...script, '--tls-cert', cert, '--tls-key', key])] as const;
    if (!holdTurns(python, ...programs, cert)) process.exitCode = 1;
    // What the page on testing an app shows.
    const antiphon = {
      ANTIPHON: `${process.execPath} ${join(folder, '../../dist/cli/main.js')}`,
      PYTHONDONTWRITEBYTECODE: '1',
    };
    if (!run(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', join(folder, 'test_greeting.py')], antiphon))
      process.exitCode = 1;
    await Promise.all(programs.map((program) => program.stop()));
    await pointAll(python);
  } finally {
    rmSync(environment, { recursive: true, force: true });
  }
}

await main();
