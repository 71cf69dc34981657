import { once } from 'node:events';
import { join } from 'node:path';
import type { LoadReport } from '../src/load/report.ts';
import { frameMs, userSound } from '../src/load/sound.ts';
import { onCore, type ServerProcess } from './load-processes.ts';
import { type RecordedTurn, record } from './load-recording.ts';

const sessions = 150;
const turnEverySeconds = 6;
const measuredSeconds = 18;
/** More than any detection of the bench waits for. */
const silenceFrames = 25;

/** A turn of a user of `antiphon load`, as a server answers it; the bare one answers after as much silence. */
export async function recordUser(server: ServerProcess): Promise<RecordedTurn> {
  const { speech, silence } = userSound();
  const frames = [...speech, ...Array.from({ length: silenceFrames }, () => silence)];
  const turn = await record(`${server.url}?model=paced`, frames, { everyMs: frameMs });
  return { ...turn, hears: { silence, quietFrames: turn.answeredFrame - speech.length + 1 } };
}

/** What `antiphon load` says of a server whose users speak, each with the microphone open in between. */
export async function underUsers(server: ServerProcess, model: string): Promise<Readonly<Record<string, number>>> {
  const plan = ['--sessions', sessions, '--ramp', '50/s', '--turn-every', `${turnEverySeconds}s`];
  const main = join(import.meta.dirname, '../dist/cli/main.js');
  const asked = ['load', `${server.url}?model=${model}`, ...plan, '--for', `${measuredSeconds}s`];
  const child = onCore(1, [main, ...asked.map(String), '--pid', String(server.pid), '--json', '-']);
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (more: string) => (text += more));
  await once(child, 'close');
  const { latency_ms, server: cost, turns, turns_answered, generator, valid }: LoadReport = JSON.parse(text);
  if (!valid) console.log('  (the generator was not fit: take no notice of the delays)');
  return {
    'CPU of one core for each session, %': ((cost.cpu ?? Number.NaN) * 100) / sessions,
    'first audio after the end of speech, p50, ms': latency_ms.first_audio.p50 ?? Number.NaN,
    'first audio after the end of speech, p99, ms': latency_ms.first_audio.p99 ?? Number.NaN,
    'first audio after the end of speech, latest, ms': latency_ms.first_audio.max ?? Number.NaN,
    'turns answered, of those begun, %': (turns_answered / turns) * 100,
    'sends of the generator late by, p99, ms': generator.lag_p99_ms ?? Number.NaN,
  };
}

export const usersName = `${sessions} users of antiphon load, who speak every ${turnEverySeconds} s`;
