import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { usualEndpoints } from '../../src/cli/endpoints/known.ts';
import { folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { type Terminal, terminalsOfTest } from './at-terminal.ts';
import { type ListingServer, listingServer } from './listing-server.ts';
import { answerOf, programsOfTest, talkTo } from './programs.ts';

const { run, ended } = programsOfTest();
const runAtTerminal = terminalsOfTest();

let server: ListingServer;
beforeAll(async () => {
  server = await listingServer('qwen3:8b', 'whisper-1', 'kokoro');
});
afterAll(() => server.close());

const textOf = (folder: string, name = 'antiphon.yaml'): string => readFileSync(join(folder, name), 'utf8');

const found = () => ({
  vad: 'silero',
  transcriber: { engine: 'openai', base_url: server.url, model: 'whisper-1' },
  language_model: { engine: 'openai', base_url: server.url, model: 'qwen3:8b' },
  synthesizer: { engine: 'openai', base_url: server.url, model: 'kokoro', voice: 'af_heart' },
});

describe('antiphon init --yes', () => {
  it('writes what it finds; the file is fine and can be served', async () => {
    const folder = folderWith({});
    expect(await ended(['init', '--yes', '--endpoint', server.url], { folder })).toEqual({
      code: 0,
      stdout: 'antiphon.yaml is written. Serve it: antiphon serve --config antiphon.yaml\n',
      stderr: '',
    });
    expect(readdirSync(folder)).toEqual(['antiphon.yaml']);
    expect(parse(textOf(folder))).toEqual({ models: { '*': { pipeline: found() } } });
    expect((await ended(['check-config', '--probe'], { folder })).stdout).toBe('antiphon.yaml is fine: 1 model\n');
    const url = await run(['serve', '--port', '0'], { folder }).url();
    expect(await answerOf(await talkTo(url, 'any'), 'well')).toBe('You asked: well');
  });

  it('says what the file lacks, as check-config and serve then do', async () => {
    const reader = await listingServer('qwen3:8b');
    const folder = folderWith({});
    // No espeak-ng on this PATH.
    const environment = { PATH: folderWith({}) };
    const made = await ended(['init', '--yes', '--endpoint', reader.url], { folder, environment });
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^antiphon\.yaml is written\.[^\n]*\n$/) });
    const [deaf = '', mute = '', ...others] = made.stderr.trimEnd().split('\n');
    expect(deaf).toMatch(/^antiphon\.yaml: the model understands nothing that is spoken: .*"\[inaudible\]".*Speaches/);
    expect(mute).toMatch(/^antiphon\.yaml: the model answers in tones instead of speech\. .*install espeak-ng/);
    expect(others).toEqual([]);
    const line = 'models.*.pipeline.transcriber: the model understands nothing that is spoken';
    const checked = await ended(['check-config'], { folder });
    expect(checked).toMatchObject({ code: 0, stdout: 'antiphon.yaml is fine: 1 model\n' });
    expect(checked.stderr).toMatch(/^antiphon\.yaml:\d+: [^\n]+\n$/);
    expect(checked.stderr).toContain(line);
    const program = run(['serve', '--port', '0'], { folder });
    await program.url();
    await until('the log to say so', () => program.stderr().includes(line));
    await reader.close();
  });

  it('lists all that it asked where it finds no language model', async () => {
    const deaf = await listingServer('whisper-1');
    const { code, stdout, stderr } = await ended(['init', '--yes', '--endpoint', deaf.url], {
      environment: { OLLAMA_HOST: '127.0.0.1:9' },
    });
    await deaf.close();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^antiphon: found no language model at [^\n]+\n$/);
    const ports = usualEndpoints.map(({ name, baseUrl }) => (name === 'Ollama' ? 'http://127.0.0.1:9/v1' : baseUrl));
    for (const place of [deaf.url, ...ports, 'OPENAI_API_KEY is not set', 'espeak-ng is '])
      expect(stderr).toContain(place);
  });

  it('tells editors where the schema of the file is', async () => {
    const folder = folderWith({});
    await ended(['init', '--yes', '--endpoint', server.url], { folder });
    const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(textOf(folder)) ?? [];
    expect(JSON.parse(readFileSync(schema, 'utf8'))).toMatchObject({ title: 'Antiphon configuration' });
  });

  it('leaves a file alone that is there', async () => {
    const folder = folderWith({ 'antiphon.yaml': '# mine\n' });
    const { code, stderr } = await ended(['init', '--yes', '--endpoint', server.url], { folder });
    expect(stderr).toMatch(/^antiphon: antiphon\.yaml is there already\.[^\n]+\n$/);
    expect(code).toBe(1);
    expect(textOf(folder)).toBe('# mine\n');
    expect((await ended(['init', '--yes', '--endpoint', server.url, '--file', 'b.yaml'], { folder })).code).toBe(0);
    expect(readdirSync(folder).toSorted()).toEqual(['antiphon.yaml', 'b.yaml']);
  });

  it('writes no key into the file', async () => {
    const folder = folderWith({});
    await ended(['init', '--yes'], { folder, environment: { OPENAI_API_KEY: 'sk-secret' } });
    expect(textOf(folder)).not.toContain('sk-secret');
  });

  it('says in one line why it can write nothing', async () => {
    const nowhere = await ended(['init', '--yes', '--file', 'no/such/folder.yaml', '--endpoint', server.url]);
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringMatching(/^antiphon: can't write [^\n]+\n$/) });
    const silent = await ended(['init']);
    expect(silent.stderr).toBe(
      'antiphon: init asks questions, and there is no terminal to ask them at. With --yes it asks none.\n',
    );
    expect(silent.code).toBe(1);
  });
});

/** `antiphon init` at a terminal of its own. */
function atTerminal(folder: string): Terminal {
  return runAtTerminal(['init', '--endpoint', server.url], { folder });
}

const down = '\u001b[B';
const enter = '\r';
const interrupt = '\u0003';

describe('antiphon init at a terminal', () => {
  it('asks a few questions and writes the answers', async () => {
    const folder = folderWith({});
    const terminal = atTerminal(folder);
    await terminal.answer('Which language model?', enter);
    await terminal.answer('What puts speech into words?', `${down}${enter}`);
    await terminal.answer('What speaks the answers?', enter);
    await terminal.answer('Instructions for every session?', `Be brief.${enter}`);
    await terminal.answer('What do clients call the model?', `\u007fbaker${enter}`);
    const { code, shown } = await terminal.ended();
    expect(code).toBe(0);
    expect(shown).toContain('The model understands nothing that is spoken');
    expect(parse(textOf(folder))).toEqual({
      models: { baker: { pipeline: { ...found(), transcriber: 'none', instructions: 'Be brief.' } } },
    });
    expect((await ended(['check-config'], { folder })).code).toBe(0);
  });

  it('overwrites no file without being told to', async () => {
    const folder = folderWith({ 'antiphon.yaml': '# mine\n' });
    const terminal = atTerminal(folder);
    await terminal.answer('antiphon.yaml is there already. Overwrite it?', enter);
    const { shown } = await terminal.ended();
    expect(shown).toContain('Nothing was written.');
    expect(textOf(folder)).toBe('# mine\n');
  });

  it('overwrites it where it is told to', async () => {
    const folder = folderWith({ 'antiphon.yaml': '# mine\n' });
    const terminal = atTerminal(folder);
    await terminal.answer('Overwrite it?', 'y');
    await terminal.answer('Which language model?', enter);
    await terminal.answer('What puts speech into words?', enter);
    await terminal.answer('What speaks the answers?', enter);
    await terminal.answer('Instructions for every session?', enter);
    await terminal.answer('What do clients call the model?', enter);
    expect((await terminal.ended()).code).toBe(0);
    expect(parse(textOf(folder))).toEqual({ models: { '*': { pipeline: found() } } });
  });

  it.each(['Which language model?', 'What speaks the answers?', 'What do clients call the model?'])(
    'leaves nothing behind where Ctrl-C is pressed at "%s"',
    async (last) => {
      const folder = folderWith({});
      const terminal = atTerminal(folder);
      for (const question of [
        'Which language model?',
        'What puts speech into words?',
        'What speaks the answers?',
        'Instructions for every session?',
        'What do clients call the model?',
      ]) {
        await terminal.answer(question, question === last ? interrupt : enter);
        if (question === last) break;
      }
      const { code, shown } = await terminal.ended();
      expect(code).toBe(130);
      expect(shown).toContain('Nothing was written.');
      expect(existsSync(join(folder, 'antiphon.yaml'))).toBe(false);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it.each([
    ['Ctrl-D', '\u0004'],
    ['the end of input', null],
  ])('leaves nothing behind where the answer is %s', async (_name, keys) => {
    const folder = folderWith({});
    const terminal = atTerminal(folder);
    await terminal.answer('Which language model?', keys);
    const { code, shown } = await terminal.ended();
    expect(code).toBe(130);
    expect(shown).toContain('Nothing was written.');
    expect(readdirSync(folder)).toEqual([]);
  });
});
