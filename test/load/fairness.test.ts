import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { espeakHint, findEspeak } from '../../src/engines/index.ts';
import { until } from '../clients/until.ts';
import { connect, type Peer } from '../e2e/peer.ts';
import { type RunningProgram, start } from '../e2e/running-program.ts';
import { typed } from '../promises/memory-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairness-'));

/** Answers in a word, but where the user asks for something that never ends. */
const engine = `
const sound = { type: 'sound', samples: new Int16Array(2400), sampleRate: 24000 };
const endless = {
  *sounds() { for (;;) yield sound; },
  async *promises() { for (;;) yield sound; },
  *nothing() { for (;;) yield { type: 'text', text: '' }; },
  *huge() { for (;;) yield { ...sound, samples: new Int16Array(24000 * 1800) }; },
};
export default () => ({
  open: () => ({
    transcribesFirst: false,
    vad: () => ({ windowSamples: 512, probability: () => 0, reset() {} }),
    respond: ({ items }) => endless[items.at(-1).words]?.() ?? [{ type: 'text', text: 'Yes.' }],
    transcribe: () => [],
    close() {},
  }),
});
`;

let program: RunningProgram;
let realtime: string;

beforeAll(() => {
  writeFileSync(join(folder, 'engine.js'), engine);
  writeFileSync(
    join(folder, 'antiphon.yaml'),
    'limits: { voices: 2 }\nmodels:\n  mine: { speech_to_speech: { engine: ./engine.js } }\n  echo: { speech_to_speech: echo }\n',
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

async function serve(environment: Readonly<Record<string, string>> = {}): Promise<void> {
  program = start(['serve', '--port', '0', '--log-level', 'error'], { folder, environment });
  realtime = `${(await program.url()).replace('http', 'ws')}/v1/realtime?model=`;
}

/** A neighbour that asks for an answer and reads as fast as it comes, without looking into it. */
async function neighbour(model: string, words: string, modality: string) {
  const socket = new WebSocket(`${realtime}${model}`);
  const seen = { frames: 0, isDone: false };
  socket.on('message', (data: Buffer) => {
    seen.frames++;
    seen.isDone ||= data.subarray(0, 40).includes('"response.done"');
  });
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify(typed(words)));
  socket.send(JSON.stringify({ type: 'response.create', response: { output_modalities: [modality] } }));
  return { seen, socket };
}

/** Text turns, one after the other. */
async function turns(peer: Peer, count: number): Promise<void> {
  const done = () => peer.events.filter(({ type }) => type === 'response.done');
  for (let turn = 0; turn < count; turn++) {
    const before = done().length;
    peer.send({ type: 'response.create', response: { output_modalities: ['text'] } });
    // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
    await until('an answer', () => done().length > before);
  }
}

describe('a neighbour whose answer never lets go', () => {
  it.each([
    ['sound without end, at once', 'mine', 'sounds', 'audio'],
    ['promises of sound without end', 'mine', 'promises', 'audio'],
    ['nothing, again and again', 'mine', 'nothing', 'text'],
    ['half an hour of sound in each piece', 'mine', 'huge', 'audio'],
    ['the echo of 108 kB', 'echo', 'four five '.repeat(10_800), 'audio'],
  ])('with %s keeps nobody from twenty turns, nor the server from ending', async (_, model, words, modality) => {
    await serve();
    const honest = await connect(`${realtime}mine`);
    const { seen, socket } = await neighbour(model, words, modality);
    await until('the neighbour to be answered', () => seen.frames > 2);
    await turns(honest, 20);
    expect(seen.isDone).toBe(false);
    expect(honest.events.filter(({ type }) => type === 'error')).toEqual([]);
    program.kill('SIGTERM');
    expect(await program.exited()).toBe(0);
    socket.terminate();
  });
});

/** The most responses that a client has seen under way at the same time. */
function mostUnderWay({ events }: Peer): number {
  let underWay = 0;
  const counts = events.map(({ type }) => {
    if (type === 'response.created') underWay += 1;
    if (type === 'response.done') underWay -= 1;
    return underWay;
  });
  return Math.max(...counts);
}

describe('a session that wants 400 answers aloud at once', () => {
  it('has 32 of them, two voices speak at a time, and another session need not wait for them all', async () => {
    const espeak = findEspeak();
    if (espeak === null) throw new Error(`this test needs espeak-ng: ${espeakHint}`);
    const journal = join(folder, 'voices');
    const speaker = join(folder, 'espeak-ng');
    writeFileSync(journal, '');
    writeFileSync(speaker, `#!/bin/sh\necho begins >> ${journal}\n${espeak} "$@"\necho ends >> ${journal}\n`);
    chmodSync(speaker, 0o755);
    await serve({ PATH: [folder, process.env['PATH']].join(delimiter) });
    const [crowd, honest] = [await connect(`${realtime}echo`), await connect(`${realtime}echo`)];
    const of = (peer: Peer, type: string) => peer.events.filter((event) => event.type === type);
    crowd.send(typed('one two three four five six seven'));
    honest.send(typed('hello'));
    for (let count = 0; count < 400; count++) {
      crowd.send({ type: 'response.create', event_id: `n${count}`, response: { conversation: 'none' } });
    }
    const begun = () => of(crowd, 'response.created').length;
    const done = () => of(crowd, 'response.done').length;
    await until('the crowd to be told', () => begun() + of(crowd, 'error').length === 400);
    expect(mostUnderWay(crowd)).toBe(32);
    expect(of(crowd, 'error')[0]).toMatchObject({
      error: { code: 'response_limit_reached', event_id: expect.stringMatching(/^n\d+$/) },
    });
    honest.send({ type: 'response.create' });
    expect(await honest.event('response.done')).toMatchObject({ response: { status: 'completed' } });
    expect(done()).toBeLessThan(begun());
    await until('the crowd to be answered', () => done() === begun());
    let speaking = 0;
    const counts = readFileSync(journal, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (speaking += line === 'begins' ? 1 : -1));
    expect(Math.max(...counts)).toBe(2);
    program.kill('SIGTERM');
    expect(await program.exited()).toBe(0);
  });
});
