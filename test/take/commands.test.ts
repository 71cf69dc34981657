import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWav } from '../../src/audio/wav.ts';
import { readScenario, readTake } from '../../src/testing/index.ts';
import { until } from '../clients/until.ts';
import { connect, type Peer } from '../e2e/peer.ts';
import { programsOfTest } from '../e2e/programs.ts';
import { textTurn } from '../e2e/test-server.ts';
import { unfitLines } from '../schema/take-lines.ts';
import { emptyFolder } from '../setup/folder.ts';

const { run, ended } = programsOfTest();
const scenario = 'seed: 1\nreplies: [{ steps: [{ say: "You said: {input}" }] }]\n';

/** A take of one spoken turn, by the program itself. */
async function recorded(args: readonly string[] = []): Promise<{ readonly folder: string; readonly take: string }> {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'scenario.yaml'), scenario);
  const program = run(['serve', '--port', '0', '--scenario', 'scenario.yaml', '--record', 'takes', ...args], {
    folder,
  });
  const peer = await connect(`${(await program.url()).replace('http', 'ws')}/v1/realtime?model=m`);
  // So that the first line is the server's, however early this client could be.
  await peer.event('session.created');
  await turn(peer);
  peer.socket.close(1000);
  await peer.closed();
  program.kill('SIGTERM');
  expect(await program.exited()).toBe(0);
  const [name = ''] = readdirSync(join(folder, 'takes'));
  return { folder, take: join(folder, 'takes', name) };
}

async function turn(peer: Peer): Promise<void> {
  const [item] = textTurn;
  peer.send({ type: 'input_audio_buffer.append', audio: Buffer.alloc(9600, 1).toString('base64') });
  peer.send(item);
  peer.send({ type: 'response.create' });
  await peer.event('rate_limits.updated');
}

describe('antiphon take', () => {
  it('shows, checks and converts what was recorded', async () => {
    const { folder, take } = await recorded();
    const shown = await ended(['take', 'show', take]);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/user {7}Hello/);
    expect(shown.stdout).toMatch(/assistant {2}You said: Hello {2}\[0\.9 s, after \d+ ms\]/);
    expect(shown.stdout).toContain('no law is broken');
    expect(await ended(['take', 'check', take])).toMatchObject({ code: 0 });
    expect(unfitLines(join(take, 'take.jsonl'))).toEqual([]);
    const out = (form: string): string => join(folder, `out.${form}`);
    for (const form of ['scenario', 'inline', 'folder', 'har', 'wav', 'vtt']) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await ended(['take', 'convert', take, '--to', form, '--out', out(form)])).toMatchObject({ code: 0 });
    }
    expect(unfitLines(out('inline'))).toEqual([]);
    expect(() => readScenario(readFileSync(out('scenario'), 'utf8'), 'out')).not.toThrow();
    expect(readFileSync(out('vtt'), 'utf8')).toContain('<v Assistant>You said: Hello');
    expect(readWav(readFileSync(out('wav')))).toMatchObject({ ok: true, format: { channels: 2, sampleRate: 24_000 } });
    const texts = (path: string): string[] =>
      readTake(path).entries.map((entry) => (entry.is === 'frame' ? entry.text() : entry.is));
    expect(texts(out('folder'))).toEqual(texts(take));
    for (const file of ['take.jsonl', 'in.wav', 'out.wav']) {
      expect(readFileSync(join(out('folder'), file))).toEqual(readFileSync(join(take, file)));
    }
    const again = await ended(['take', 'convert', out('har'), '--to', 'folder', '--out', join(folder, 'again.take')]);
    expect(again).toMatchObject({ code: 0 });
    expect(texts(join(folder, 'again.take'))).toEqual(texts(take));
    const twice = await ended(['take', 'convert', take, '--to', 'vtt', '--out', out('vtt')]);
    expect(twice).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') });
  });

  it('exits with 1 where a law is broken, and says which', async () => {
    const { take } = await recorded();
    const lines = join(take, 'take.jsonl');
    writeFileSync(lines, readFileSync(lines, 'utf8').replace(/.*"response\.content_part\.done".*\n/, ''));
    const checked = await ended(['take', 'check', take]);
    expect(checked).toMatchObject({ code: 1, stdout: expect.stringContaining('law 3 (') });
    writeFileSync(lines, readFileSync(lines, 'utf8').replace('"output_index":0', '"output_index":"no"'));
    const wrong = await ended(['take', 'check', take]);
    expect(wrong).toMatchObject({ code: 1, stdout: expect.stringMatching(/^schema: line \d+: /) });
  });

  it('says in one line what is no take', async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, 'empty'));
    writeFileSync(join(folder, 'a.take.jsonl'), 'x');
    for (const [args, message] of [
      [['take', 'show', join(folder, 'none.take')], "Can't read the take"],
      [['take', 'check', join(folder, 'a.take.jsonl')], 'is no take'],
      [['serve', '--replay', join(folder, 'empty')], 'There is no take in'],
      [['serve', '--match', 'strict'], '--match needs --replay as well.'],
      [['serve', '--replay', 'x', '--speed', 'fast'], '--speed must be a number above 0, or max'],
      [['serve', '--replay', 'x', '--scenario', 'y'], 'exclude each other'],
      [['replay', join(folder, 'none.take'), 'ws://127.0.0.1:1'], "Can't read the take"],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop
      const { code, stderr } = await ended(args);
      expect([code, stderr.trim().split('\n').length]).toEqual([1, 1]);
      expect(stderr).toContain(message);
    }
  });
});

describe('antiphon serve --replay', () => {
  it('plays the takes of a folder in turn, or the one that is asked for, and tells who leaves it', async () => {
    const { folder, take } = await recorded();
    const program = run(['serve', '--port', '0', '--replay', take, '--speed', 'max', '--match', 'strict'], { folder });
    const url = `${(await program.url()).replace('http', 'ws')}/v1/realtime?model=m`;
    const peer = await connect(url);
    await turn(peer);
    expect(peer.events.map(({ type }) => type).at(-1)).toBe('rate_limits.updated');
    peer.socket.close(1000);
    const other = await connect(url);
    other.send({ type: 'response.create' });
    expect(await other.closed()).toEqual({ code: 4000, reason: 'invalid_request_error.take_mismatch' });
    expect(other.events.at(-1)).toMatchObject({
      type: 'error',
      error: {
        code: 'take_mismatch',
        param: 'type',
        message: expect.stringMatching(
          /expected input_audio_buffer\.append, got response\.create \(line 3 of .*\.take\)/,
        ),
      },
    });
    const none = await connect(`${url}&take=none`);
    expect(await none.closed()).toMatchObject({ code: 4000 });
    const rows = await until('the sessions to end', async () => {
      const { data }: { readonly data: readonly unknown[] } = await (
        await fetch(`${await program.url()}/admin/sessions`)
      ).json();
      return data.length === 0 ? data : undefined;
    });
    expect(rows).toEqual([]);
  });
});

describe('antiphon record and replay', () => {
  it('record any endpoint, and tell whether another comes to the same', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'scenario.yaml'), scenario);
    writeFileSync(join(folder, 'other.yaml'), scenario.replace('You said', 'I would rather not repeat'));
    const origin = run(['serve', '--port', '0', '--scenario', 'scenario.yaml'], { folder });
    const endpoint = `${(await origin.url()).replace('http', 'ws')}/v1/realtime`;
    const recorder = run(['record', endpoint, '--out', 'takes', '--port', '0'], { folder });
    const peer = await connect(`${(await recorder.url()).replace('http', 'ws')}/v1/realtime?model=m`);
    await turn(peer);
    peer.socket.close(1000);
    await peer.closed();
    recorder.kill('SIGTERM');
    expect(await recorder.exited()).toBe(0);
    const [name = ''] = readdirSync(join(folder, 'takes'));
    const take = join(folder, 'takes', name);
    expect(existsSync(join(take, 'in.wav'))).toBe(true);
    const same = await ended(['replay', take, endpoint, '--compare', '--speed', 'max']);
    expect(same).toMatchObject({ code: 0, stdout: `${name}: the same\n` });
    const other = run(['serve', '--port', '0', '--scenario', 'other.yaml'], { folder });
    const different = await ended(['replay', take, await other.url(), '--compare', '--speed', 'max']);
    expect(different).toMatchObject({
      code: 1,
      stdout:
        'item 2: recorded assistant message “You said: Hello”, now assistant message “I would rather not repeat: Hello”\n',
    });
    expect(await ended(['replay', take, 'ws://127.0.0.1:9'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Can't open a session"),
    });
  });
});
