import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report, Task } from './client-process.ts';
import { appendsOf, frameMs, type TurnSound } from './load-audio.ts';
import type { Neighbour } from './load-neighbours.ts';
import { type ServerProcess, startBare, startClients, startOurs } from './load-processes.ts';
import { type RecordedTurn, record } from './load-recording.ts';

const warmUpSeconds = 3;
const measuredSeconds = 8;
const askedEveryMs = 10;

const streamed: TurnSound = { speechFrames: 65, silenceFrames: 135 };
const deaf = JSON.stringify({
  type: 'session.update',
  session: { type: 'realtime', audio: { input: { turn_detection: null } } },
});
const question = JSON.stringify({ type: 'input_audio_buffer.clear' });

/** What others do while somebody waits for an answer. `bare`: the recording that the bare server plays to them. */
interface Scene {
  readonly name: string;
  readonly bare: string;
  readonly task: (url: string, answeredFrame: number) => Task;
}

const scenes: readonly Scene[] = [
  streaming(100, 'without detection', 'paced', deaf),
  streaming(100, 'energy', 'paced'),
  streaming(100, 'Silero', 'silero'),
  streaming(150, 'Silero', 'silero'),
  streaming(200, 'without detection', 'paced', deaf),
  streaming(200, 'energy', 'paced'),
  streaming(200, 'Silero', 'silero'),
  hurting('an append of 20 MB each 1.5 s', 'long append', deaf),
  hurting('the same under Silero', 'long append'),
  hurting('an item of 10 MB of text each 1.5 s', 'long text'),
  hurting('an item with a picture of 7 MB each 1.5 s', 'picture'),
  hurting('256 kB of short keys each 100 ms', 'many values'),
  hurting('a flood of odd frames', 'flood'),
];

function streaming(sessions: number, hearing: string, model: string, first?: string): Scene {
  return {
    name: `${sessions} sessions stream, ${hearing}`,
    bare: first === undefined ? 'paced' : 'silent',
    task: (url, answeredFrame) => ({
      do: 'stream',
      url: `${url}?model=${model}`,
      sessions,
      sound: streamed,
      answeredFrame,
      ...(first === undefined ? {} : { first }),
    }),
  };
}

function hurting(name: string, neighbour: Neighbour, first?: string): Scene {
  return {
    name,
    bare: 'silent',
    task: (url) => ({
      do: 'burden',
      url: `${url}?model=silero`,
      sessions: 1,
      neighbour,
      ...(first === undefined ? {} : { first }),
    }),
  };
}

/**
 * How long another user waits for an answer while many stream, or while one does what is heavy; the same for the bare
 * server. `--scene=TEXT` takes only the scenes whose names hold it; with `--lowered` V8's own threads give way to the
 * server.
 */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tails-'));
  const asked = process.argv.find((argument) => argument.startsWith('--scene='))?.slice('--scene='.length) ?? '';
  try {
    const recordings = join(folder, 'recordings.json');
    const paced = await recordPaced();
    writeFileSync(recordings, JSON.stringify(withQuestion(paced)));
    console.log(
      `${'a round trip of somebody else, ms'.padEnd(46)}    p50      p99      max   CPU, %  loop stood still`,
    );
    for (const scene of scenes.filter(({ name }) => name.includes(asked))) {
      const ours = await tailOf(await startOurs(), (url) => scene.task(url, paced.answeredFrame), 'paced');
      const asBare = (url: string): Task => ({
        ...scene.task(url, paced.answeredFrame),
        url: `${url}?model=${scene.bare}`,
      });
      const bare = await tailOf(await startBare(recordings), asBare, 'question');
      print(scene.name, ours);
      print('  bare', bare);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function recordPaced(): Promise<RecordedTurn> {
  const server = await startOurs();
  try {
    return await record(`${server.url}?model=paced`, appendsOf(streamed), { everyMs: frameMs });
  } finally {
    await server.stop();
  }
}

/** The recording for those who stream, one that never answers, and one that answers each frame with one. */
function withQuestion(paced: RecordedTurn): Readonly<Record<string, RecordedTurn>> {
  const answer = [
    { afterMs: 0, frames: [JSON.stringify({ type: 'input_audio_buffer.cleared', event_id: 'event_1' })] },
  ];
  return {
    paced,
    silent: { ...paced, answeredFrame: -1 },
    question: { ...paced, clientFrames: 1, answeredFrame: 0, answer },
  };
}

interface Tail {
  readonly delaysMs: readonly number[];
  readonly cpuShare: number;
  readonly stallMs: number;
}

async function tailOf(server: ServerProcess, task: (url: string) => Task, model: string): Promise<Tail> {
  const others = startClients({ givesWay: true });
  const somebody = startClients();
  try {
    await others.start(task(server.url));
    const url = `${server.url}?model=${model}`;
    await somebody.start({ do: 'ask', url, sessions: 1, frame: question, everyMs: askedEveryMs });
    await sleep(warmUpSeconds * 1000);
    await somebody.report();
    const start = await server.usage();
    await sleep(measuredSeconds * 1000);
    const { delaysMs }: Report = await somebody.report();
    const end = await server.usage();
    return { delaysMs, cpuShare: (end.cpuMs - start.cpuMs) / measuredSeconds / 1000, stallMs: end.stallMs };
  } finally {
    await Promise.all([others.stop(), somebody.stop()]);
    await server.stop();
  }
}

function print(name: string, { delaysMs, cpuShare, stallMs }: Tail): void {
  const at = (share: number): number =>
    delaysMs[Math.min(delaysMs.length - 1, Math.floor(delaysMs.length * share))] ?? Number.NaN;
  const figures = [at(0.5), at(0.99), at(1), cpuShare * 100, stallMs];
  console.log(`${name.padEnd(44)} ${figures.map((figure) => figure.toFixed(1).padStart(8)).join(' ')}`);
}
