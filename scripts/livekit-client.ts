import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, pointed, pointedServers } from '../test/book/pointed-clients.ts';
import { serve } from '../test/clients/program.ts';
import { until } from '../test/clients/until.ts';
import { hangMs } from '../test/setup/hang.ts';

/**
 * LiveKit's OpenAI plugin against the built server. It is installed into a folder of its own, since it brings 100 MB of
 * native code that no other test needs. Says so, and passes, where it can't be installed; fails where a turn fails, or
 * where a take of the turns plays otherwise.
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
    await holdTurns().then(pointIt);
  else console.log('livekit: skipped, since its packages can’t be installed here');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Live, then with the server's part played from the takes of that, to which no event may be another. */
async function holdTurns(): Promise<void> {
  const takes = join(folder, 'takes');
  const file = join(folder, 'scenario.yaml');
  writeFileSync(file, scenario);
  const live = await sentBy(['--scenario', file, '--record', takes], (sessions) => areWhole(takes, sessions));
  const played = live && (await sentBy(['--replay', takes, '--speed', 'max']));
  if (live === null || played === null) {
    process.exitCode = 1;
    return;
  }
  const most = Math.max(live.length, played.length);
  const other = Array.from({ length: most }, (_, place) => place).find((place) => live[place] !== played[place]);
  const told = other === undefined ? 'the same when replayed' : `${live[other]} came again as ${played[other]}`;
  console.log(`livekit: ${told}`);
  if (other !== undefined) process.exitCode = 1;
}

/** What the client's sessions were sent by a server, an event a line; null where a turn failed. */
async function sentBy(
  args: readonly string[],
  isOver: (sessions: number) => boolean = () => true,
): Promise<readonly string[] | null> {
  const script = join(folder, 'turns.mjs');
  copyFileSync(turns, script);
  const sent = join(folder, 'sent.json');
  const program = await serve(args);
  const held = spawnSync(process.execPath, [script, program.url, sent], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: hangMs,
  });
  if (held.status !== 0) {
    await program.stop();
    return null;
  }
  const sessions: readonly object[][] = JSON.parse(withoutIds(readFileSync(sent, 'utf8')));
  // Else the takes of sessions that have not been closed yet tell of the end of the server.
  await until('the sessions to be over', () => isOver(sessions.length));
  await program.stop();
  return sessions.flat().map((event) => JSON.stringify(event));
}

/** Runs the program of the page about pointing clients here, until it prints its answer. */
async function pointIt(): Promise<void> {
  const servers = await pointedServers();
  const file = join(folder, 'livekit.mjs');
  writeFileSync(file, pointed('livekit.mjs', servers));
  console.log(`livekit.mjs: ${await answerOf(process.execPath, [file])}`);
  await servers.stop();
}

function areWhole(takes: string, sessions: number): boolean {
  const names = readdirSync(takes).filter((name) => existsSync(join(takes, name, 'take.jsonl')));
  const isWhole = (name: string): boolean =>
    readFileSync(join(takes, name, 'take.jsonl'), 'utf8').includes(',"closed":{"by"');
  return names.length === sessions && names.every(isWhole);
}

/** The server's ids and the client's are called by their order: the client makes up others each time. */
function withoutIds(text: string): string {
  const ids = new Map<string, string>();
  return text.replaceAll(/"(item|event|resp|sess|conv|call|response_create)_[\w-]{8,}"/g, (id, kind) => {
    const name = ids.get(id) ?? `"${kind} ${ids.size}"`;
    ids.set(id, name);
    return name;
  });
}
