import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report, Task } from './client-process.ts';
import { run as costByLength } from './length.ts';
import { appendsOf, frameMs, type TurnSound } from './load-audio.ts';
import { pinned, type ServerProcess, startBare, startClients, startOurs } from './load-processes.ts';
import { type RecordedTurn, record } from './load-recording.ts';
import { run as tails } from './load-tails.ts';
import { recordUser, underUsers, usersName } from './load-users.ts';

const idleSessions = 400;
const streamingSessions = 200;
const talkingSessions = 20;
const warmUpSeconds = 6;
const turnSeconds = 6;

/** A turn of four seconds, a third of it speech; and one that is said and answered as fast as it goes. */
const streamed: TurnSound = { speechFrames: 65, silenceFrames: 135 };
const said: TurnSound = { speechFrames: 50, silenceFrames: 25 };
const quiet: TurnSound = { speechFrames: 0, silenceFrames: 200 };
const typed = [
  {
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'What is the answer?' }] },
  },
  { type: 'response.create', response: { output_modalities: ['text'] } },
].map((event) => JSON.stringify(event));

/** After this sessions keep no more sound than before: they hold as much as they may. */
const filledSeconds = 120;

/** How long memory is watched under streaming: `--minutes=N`, by default half a minute. */
function watchedSeconds(): number {
  const given = process.argv.find((argument) => argument.startsWith('--minutes='));
  return given === undefined ? 30 : Number(given.slice('--minutes='.length)) * 60;
}

/** The server under load, against a bare `ws` server that parses the same frames and sends the same ones. */
export async function run(): Promise<void> {
  console.log(pinned ? 'each server on one core of its own' : 'servers not pinned to a core: taskset is missing');
  const folder = mkdtempSync(join(tmpdir(), 'load-'));
  try {
    const recordings = join(folder, 'recordings.json');
    const recorded = await recordTurns();
    writeFileSync(recordings, JSON.stringify(recorded));
    const bare = () => startBare(recordings);
    await compare('memory of an idle session', startOurs, bare, idleMemory);
    await compare(usersName, startOurs, bare, (server, isOurs) => underUsers(server, isOurs ? 'paced' : 'user'));
    await compare('spoken turns', startOurs, bare, (server) => turnRate(server, 'instant', appendsOf(said)));
    await compare('typed turns', startOurs, bare, (server, isOurs) =>
      turnRate(server, isOurs ? 'instant' : 'typed', typed),
    );
    await tails();
    await slope('memory while sessions stream silence', quiet);
    await slope('memory while sessions talk', streamed);
    console.log('\ncost by length of the conversation');
    await costByLength();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function recordTurns(): Promise<Readonly<Record<'paced' | 'user' | 'instant' | 'typed', RecordedTurn>>> {
  const server = await startOurs();
  try {
    return {
      paced: await record(`${server.url}?model=paced`, appendsOf(streamed), { everyMs: frameMs }),
      user: await recordUser(server),
      instant: await record(`${server.url}?model=instant`, appendsOf(said), { everyMs: null }),
      typed: await record(`${server.url}?model=instant`, typed, { everyMs: null }),
    };
  } finally {
    await server.stop();
  }
}

type Measure = (server: ServerProcess, isOurs: boolean) => Promise<Readonly<Record<string, number>>>;

/** Takes the same figures of both servers, and prints them side by side. */
async function compare(
  what: string,
  ours: () => Promise<ServerProcess>,
  bare: () => Promise<ServerProcess>,
  measure: Measure,
): Promise<void> {
  const own = await measured(ours, measure, true);
  const other = await measured(bare, measure, false);
  console.log(what);
  for (const [name, value] of Object.entries(own)) {
    const against = other[name] ?? Number.NaN;
    const ratio = `${(value / against).toFixed(2)} ×`;
    console.log(`  ${name.padEnd(52)} ${shown(value)}   bare ${shown(against)}   ${ratio.padStart(9)}`);
  }
}

async function measured(
  start: () => Promise<ServerProcess>,
  measure: Measure,
  isOurs: boolean,
): Promise<Readonly<Record<string, number>>> {
  const server = await start();
  try {
    return await measure(server, isOurs);
  } finally {
    await server.stop();
  }
}

/** What a session takes that has been opened and says nothing. */
async function idleMemory(server: ServerProcess): Promise<Readonly<Record<string, number>>> {
  const url = `${server.url}?model=paced`;
  await withClients({ do: 'wait', url, sessions: 50 }, () => sleep(500)); // what is made once is made now
  const before = await server.usage({ collect: true });
  return withClients({ do: 'wait', url, sessions: idleSessions }, async () => {
    const after = await server.usage({ collect: true });
    return {
      'live bytes, kB': (after.liveBytes - before.liveBytes) / idleSessions / 1000,
      'resident, kB': (after.residentBytes - before.residentBytes) / idleSessions / 1000,
    };
  });
}

/** Turns for each second of CPU, as fast as they go. */
async function turnRate(
  server: ServerProcess,
  model: string,
  frames: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const url = `${server.url}?model=${model}`;
  return withClients({ do: 'turns', url, sessions: talkingSessions, frames }, async (report) => {
    await sleep(2000);
    await report();
    const start = await server.usage();
    await sleep(turnSeconds * 1000);
    const { turns } = await report();
    const end = await server.usage();
    return { 'turns for each second of CPU': turns / ((end.cpuMs - start.cpuMs) / 1000) };
  });
}

/** How live memory grows while sessions stream. */
async function slope(what: string, sound: TurnSound): Promise<void> {
  const seconds = watchedSeconds();
  const server = await startOurs();
  const url = `${server.url}?model=paced`;
  const samples: { readonly minutes: number; readonly bytes: number; readonly resident: number }[] = [];
  await withClients({ do: 'stream', url, sessions: streamingSessions, sound, answeredFrame: null }, async () => {
    await sleep(warmUpSeconds * 1000);
    const start = performance.now();
    while (performance.now() - start < seconds * 1000) {
      const { liveBytes, residentBytes } = await server.usage({ collect: true });
      samples.push({ minutes: (performance.now() - start) / 60_000, bytes: liveBytes, resident: residentBytes });
      await sleep(Math.max(3000, (seconds * 1000) / 20));
    }
  });
  await server.stop();
  const settled = seconds > 2 * filledSeconds ? samples.filter(({ minutes }) => minutes * 60 > filledSeconds) : samples;
  const growth = trend(settled.map(({ minutes, bytes }) => [minutes, bytes])) / streamingSessions / 1000;
  const [first] = settled;
  const last = settled.at(-1);
  const from = settled === samples ? '' : ` without the first ${filledSeconds / 60}, in which sessions fill`;
  console.log(`${what}, ${(seconds / 60).toFixed(1)} minutes${from}`);
  console.log(`  ${'growth for each session and minute, kB'.padEnd(52)} ${shown(growth)}`);
  console.log(
    `  ${'live MB, first and last'.padEnd(52)} ${shown((first?.bytes ?? 0) / 1e6)} ${shown((last?.bytes ?? 0) / 1e6)}`,
  );
  console.log(
    `  ${'resident MB, first and last'.padEnd(52)} ${shown((first?.resident ?? 0) / 1e6)} ${shown((last?.resident ?? 0) / 1e6)}`,
  );
}

async function withClients<T>(task: Task, work: (report: () => Promise<Report>) => Promise<T>): Promise<T> {
  const clients = startClients();
  try {
    await clients.start(task);
    return await work(() => clients.report());
  } finally {
    await clients.stop();
  }
}

/** The slope of the line that fits the points best. */
function trend(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  const across = points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0);
  return across / points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
}

function shown(value: number): string {
  return (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2)).padStart(9);
}
