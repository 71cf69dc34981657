import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../clients/until.ts';
import { type RunningProgram, start } from '../e2e/running-program.ts';
import { healthWhen } from '../load/health.ts';
import { repeats } from '../setup/scale.ts';
import { overWebSocket } from './faulty-upstream.ts';

const sessionsAtOnce = 20;
/** Frames of sound that each session sends, and is sent as many. */
const framesEach = 10;
/** How often sessions come, after those that only warm up. */
const waves = repeats(200);
/** How far from where it was memory may come to rest: an eighth of the sessions would show, and a twentieth of the frames. */
const slackBytes = 3_000_000;
/** Connections over which the metrics themselves are read come and go. */
const slackFiles = 8;

const sound = 'A'.repeat(6_400);
const append = JSON.stringify({ type: 'input_audio_buffer.append', audio: sound });
const response = { object: 'realtime.response', id: 'resp_1', status: 'completed', output: [] };

let program: RunningProgram | undefined;
afterAll(() => program?.kill('SIGKILL'));

/** An upstream that answers each sound with a sound, all of them of one response. */
function answers(socket: WebSocket): void {
  const say = (event: object): void => socket.send(JSON.stringify({ event_id: 'event_1', ...event }));
  let heard = 0;
  socket.on('message', () => {
    heard += 1;
    if (heard === 1) say({ type: 'response.created', response: { ...response, status: 'in_progress' } });
    say({ type: 'response.output_audio.delta', response_id: 'resp_1', item_id: 'item_1', delta: sound });
    if (heard === framesEach) say({ type: 'response.done', response });
  });
  say({ type: 'session.created', session: { type: 'realtime', id: 'sess_upstream', model: 'm' } });
}

async function oneSession(url: string): Promise<number> {
  const socket = new WebSocket(url);
  let [deltas, isDone] = [0, false];
  socket.on('message', (data) => {
    const text = String(data);
    if (text.includes('"response.output_audio.delta"')) deltas += 1;
    if (text.includes('"response.done"')) isDone = true;
  });
  await once(socket, 'message');
  for (let count = 0; count < framesEach; count++) socket.send(append);
  await until('the end of the response', () => isDone);
  socket.close();
  await once(socket, 'close');
  return deltas;
}

async function wave(url: string): Promise<void> {
  const deltas = await Promise.all(Array.from({ length: sessionsAtOnce }, () => oneSession(url)));
  expect(deltas).toEqual(deltas.map(() => framesEach));
}

it('sessions that come, talk through a relay and go leave its memory and its handles as they were', async () => {
  const upstream = await overWebSocket(answers);
  const collecting = join(import.meta.dirname, '../load/collecting.ts');
  program = start(['serve', '--port', '0', '--relay', upstream.url, '--log-level', 'silent'], {
    node: [process.execPath, '--expose-gc', '--import', collecting],
  });
  const address = await program.url();
  const url = `${address.replace('http', 'ws')}/v1/realtime?model=m`;
  // What is made once is made now.
  for (let count = 0; count < 2; count++) await wave(url);
  const before = await healthWhen(address, ({ sessions }) => sessions === 0);
  for (let count = 0; count < waves; count++) await wave(url);
  const after = await healthWhen(
    address,
    ({ sessions, liveBytes, openFiles }) =>
      sessions === 0 && liveBytes < before.liveBytes + slackBytes && openFiles <= before.openFiles + slackFiles,
  );
  expect(after.sessionsEver - before.sessionsEver).toBe(waves * sessionsAtOnce);
});
