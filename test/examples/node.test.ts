import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningServer } from 'antiphon/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createResampler, readWav, writeWav } from '../../src/audio/index.ts';
import { envelope, likeness } from '../browser/likeness.ts';
import { record } from '../engines/espeak-recording.ts';
import { serveExamples, serverKey } from './examples-server.ts';
import { type Outcome, runExample } from './run-example.ts';

const rate = 22_050;
const question = record({ voice: 'en', wordsPerMinute: 150, text: 'Is there anybody out there today' }, rate);

describe('the examples for Node', () => {
  let server: RunningServer;
  let folder = '';

  beforeAll(async () => {
    server = await serveExamples();
    folder = mkdtempSync(join(tmpdir(), 'antiphon-examples-'));
    writeFileSync(join(folder, 'question.wav'), writeWav(question, { sampleRate: rate }));
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  function run(
    file: string,
    { args = [] as readonly string[], model = 'test', key = serverKey } = {},
  ): Promise<Outcome> {
    const environment = { REALTIME_URL: `${server.url}/v1/realtime?model=${model}`, REALTIME_KEY: key };
    return runExample(file, { args, environment });
  }

  it('hold a typed conversation', async () => {
    const { code, stdout, stderr } = await run('node-text.ts');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      'you:   What is an antiphon?',
      'model: A song that two choirs sing in turn.',
      'you:   And who sings it?',
      'model: First one half of the choir, then the other.',
    ]);
    expect(stdout).toMatch(/\n[1-9]\d* tokens\n$/);
  });

  it('answer a recorded question with a recording', async () => {
    const [asked, answered] = [join(folder, 'question.wav'), join(folder, 'answer.wav')];
    const { code, stdout, stderr } = await run('node-voice-file.ts', { args: [asked, answered], model: 'echo' });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^heard the question as item_\S+\n/);
    const answer = readWav(readFileSync(answered));
    if (!answer.ok) throw new Error(answer.problem);
    expect(answer.format.sampleRate).toBe(24_000);
    // The echo gives the question back, in the session's rate.
    const resampler = createResampler(rate, 24_000);
    const wanted = Int16Array.from([...resampler.push(question), ...resampler.flush()]);
    expect(Math.abs(answer.samples.length - wanted.length)).toBeLessThan(2_400);
    expect(likeness(envelope(wanted, 24_000), envelope(answer.samples, 24_000))).toBeGreaterThan(0.95);
  });

  it('run two tools at once and say what came of both', async () => {
    const { code, stdout, stderr } = await run('tools.ts');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toBe(
      'the model calls get_weather\nthe model calls next_train\n' +
        'It is clear in Lyon. The next train to Lyon leaves at 18:04.\n',
    );
  });

  it.each(['node-text.ts', 'node-voice-file.ts', 'tools.ts'])(
    'end with an error when the conversation goes wrong: %s',
    async (file) => {
      const args = file === 'node-voice-file.ts' ? [join(folder, 'question.wav'), join(folder, 'none.wav')] : [];
      const refused = await run(file, { args, key: 'sk-wrong' });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('ClientError');
      const silent = await run(file, { args, model: 'silent' });
      expect(silent.code).toBe(1);
      expect(silent.stderr).toContain('AssertionError');
    },
  );
});
