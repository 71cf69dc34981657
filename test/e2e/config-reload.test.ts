import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { echoModel } from '../../src/engines/index.ts';
import { listen } from '../../src/server/index.ts';
import { folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { connect } from './peer.ts';
import { answerOf, programsOfTest, talkTo } from './programs.ts';
import type { RunningProgram } from './running-program.ts';

const { run } = programsOfTest();

/** An engine that answers with the words of its entry, and a mark that is its own. */
const parrot = (mark: string): string => `export default ({ words }) => ({
  open: () => ({
    transcribesFirst: true,
    vad: () => ({ windowSamples: 240, probability: () => 0, reset() {} }),
    *respond() { yield { type: 'text', text: words + '${mark}' }; },
    *transcribe() {},
    close() {},
  }),
});`;

const file = (words: string, more = ''): string =>
  `port: 0\n${more}models: { parrot: { speech_to_speech: { engine: ./parrot.mjs, words: ${words} } } }\n`;

interface Served {
  readonly program: RunningProgram;
  readonly url: string;
  write(name: string, text: string): void;
  remove(name: string): void;
  /** Sends SIGHUP and waits for what comes of it: a line of the log. */
  reload(): Promise<string>;
}

async function serve(text: string): Promise<Served> {
  const folder = folderWith({ 'antiphon.yaml': text, 'parrot.mjs': parrot('.') });
  const program = run(['serve', '--no-console'], { folder });
  const url = await program.url();
  const linesNow = (): string[] => program.stderr().match(/^.*configuration (?:not )?reloaded.*$/gm) ?? [];
  return {
    program,
    url,
    write: (name, content) => writeFileSync(join(folder, name), content),
    remove: (name) => rmSync(join(folder, name)),
    async reload() {
      const before = linesNow().length;
      program.kill('SIGHUP');
      return until('the reload', () => linesNow()[before]);
    },
  };
}

describe('SIGHUP', () => {
  it('gives new sessions the new models, and leaves running ones theirs', async () => {
    const { url, write, reload } = await serve(file('one'));
    const before = await talkTo(url, 'parrot');
    expect(await answerOf(before, 'well')).toBe('one.');
    write('antiphon.yaml', file('two').replace('{ parrot:', '{ echo: { speech_to_speech: echo }, parrot:'));
    expect(JSON.parse(await reload())).toMatchObject({ level: 30, models: ['echo', 'parrot'] });
    expect(await answerOf(before, 'well')).toBe('one.');
    expect(await answerOf(await talkTo(url, 'parrot'), 'well')).toBe('two.');
    expect(await answerOf(await talkTo(url, 'echo'), 'well')).toBe('You said: well');
    const { data } = (await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(['echo', 'parrot']);
    expect(await (await fetch(url)).text()).toContain('parrot');
  });

  it('loads an engine anew whose file has changed', async () => {
    const { url, write, reload } = await serve(file('one'));
    expect(await answerOf(await talkTo(url, 'parrot'), 'well')).toBe('one.');
    write('parrot.mjs', parrot('!'));
    await reload();
    expect(await answerOf(await talkTo(url, 'parrot'), 'well')).toBe('one!');
  });

  it('keeps what it has where the file is wrong, and says in one line what is', async () => {
    const { url, write, reload, program } = await serve(file('one'));
    for (const [text, why] of [
      ['models: {}\n', 'antiphon.yaml:1: models must hold at least one model'],
      [file('two', 'limits: { sesions: 1 }\n'), 'antiphon.yaml:2: unknown key \\"sesions\\" in limits'],
      [file('two', 'auth: { keys: ["${UNSET}"] }\n'), 'antiphon.yaml:2: the environment variable UNSET is not set'],
      [file('two').replace('parrot.mjs', 'gone.mjs'), 'there is no file ./gone.mjs'],
      [file('two', 'auth: { keys: [""] }\n'), 'must be an API key'],
      ['port: [\n', 'antiphon.yaml:2: '],
    ] as const) {
      write('antiphon.yaml', text);
      const line = await reload();
      expect(line).toContain(why);
      expect(JSON.parse(line)).toMatchObject({
        level: 50,
        msg: expect.stringMatching(/^configuration not reloaded: /),
      });
    }
    expect(await answerOf(await talkTo(url, 'parrot'), 'well')).toBe('one.');
    expect(program.stdout()).toBe(`Listening on ${url}\n`);
  });

  it('changes keys, limits, origins and MCP rules for whoever comes next', async () => {
    const { url, write, reload } = await serve(file('one'));
    const before = await talkTo(url, 'parrot');
    await before.event('session.created');
    write(
      'antiphon.yaml',
      file(
        'two',
        'auth: { keys: [sk-new], allowed_origins: ["https://app.example"] }\nlimits: { sessions: 1, frame_bytes: 1024 }\n',
      ),
    );
    await reload();
    const headers = { authorization: 'Bearer sk-new', origin: 'https://app.example' };
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
    expect((await fetch(`${url}/v1/models`, { headers })).status).toBe(200);
    const address = `${url.replace('http', 'ws')}/v1/realtime?model=parrot`;
    const refused = await connect(address, { headers });
    expect(await refused.event('error')).toMatchObject({ error: { code: 'session_limit_reached' } });
    before.socket.close();
    await before.closed();
    const after = await connect(address, { headers });
    await after.event('session.created');
    after.send({ type: 'x'.repeat(2000) });
    expect((await after.closed()).code).toBe(1009);
  });

  it.each([
    ['was emptied', ''],
    ['holds comments only', '# to be written\n'],
    ['has lost its auth', file('two')],
    ['has an empty list of keys', file('two', 'auth: { keys: [] }\n')],
    ['was written to its half', 'port: 0\nauth: { keys: [sk-old] }\n'],
    ['ends in the midst of its keys', 'port: 0\nauth: { keys: [sk-o'],
    ['is gone', null],
  ])('never opens a server with keys, nor takes its models away: where the file %s', async (_, text) => {
    const { url, write, reload, remove } = await serve(file('one', 'auth: { keys: [sk-old] }\n'));
    if (text === null) remove('antiphon.yaml');
    else write('antiphon.yaml', text);
    const line = await reload();
    expect(JSON.parse(line)).toMatchObject({
      level: 50,
      msg: expect.stringMatching(/^configuration not reloaded: [^\n]+$/),
    });
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
    const headers = { authorization: 'Bearer sk-old' };
    expect(await (await fetch(`${url}/v1/models`, { headers })).json()).toMatchObject({ data: [{ id: 'parrot' }] });
    write('antiphon.yaml', file('two', 'auth: { keys: [sk-new] }\n'));
    expect(JSON.parse(await reload())).toMatchObject({ level: 30, models: ['parrot'] });
  });

  it('keeps client secrets good', async () => {
    const { url, write, reload } = await serve(file('one', 'auth: { keys: [sk-old] }\n'));
    const minted = await fetch(`${url}/v1/realtime/client_secrets`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-old', 'content-type': 'application/json' },
      body: JSON.stringify({ session: { type: 'realtime', model: 'parrot' } }),
    });
    const { value } = (await minted.json()) as { value: string };
    write('antiphon.yaml', file('two', 'auth: { keys: [sk-new] }\n'));
    await reload();
    const peer = await connect(`${url.replace('http', 'ws')}/v1/realtime`, {
      headers: { authorization: `Bearer ${value}` },
    });
    expect(await answerOf(peer, 'well')).toBe('two.');
  });

  it('that is sent many times at once ends with what the file says last', async () => {
    const { program, url, write } = await serve(file('one'));
    for (let i = 0; i < 20; i++) program.kill('SIGHUP');
    write('antiphon.yaml', file('last').replace('parrot:', 'final:'));
    program.kill('SIGHUP');
    await until('the last of them', () => program.stderr().includes('"models":["final"]'));
    expect(await answerOf(await talkTo(url, 'final'), 'well')).toBe('last.');
  });
});

describe('SIGHUP because the terminal is gone', () => {
  it('stops the server', async () => {
    const main = join(import.meta.dirname, '../../dist/cli/main.js');
    const terminal = spawn('script', ['-qec', `${process.execPath} ${main} serve --port 0`, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let shown = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
    const url = await until('the server', () => /Listening on (\S+)/.exec(shown)?.[1]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    terminal.kill('SIGKILL');
    let isGone = false;
    const ask = async (): Promise<void> => {
      isGone = await fetch(`${url}/healthz`).then(
        () => false,
        () => true,
      );
    };
    await until('the server to be gone', () => {
      void ask();
      return isGone;
    });
  });
});

describe('the server of a program of your own', () => {
  it('reloads what it is given, and changes nothing where that makes no sense', async () => {
    const server = await listen({ port: 0, models: { one: echoModel() }, auth: { keys: ['sk-one'] } });
    const modelsFor = async (key: string): Promise<unknown> => {
      const response = await fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
      return response.ok ? await response.json() : response.status;
    };
    try {
      expect(() => server.reload({ models: {}, auth: { keys: [' '] } })).toThrow('An API key is empty.');
      expect(() => server.reload({ models: {}, mcp: { allow: ['nowhere'] } })).toThrow('is no pattern of MCP servers');
      expect(await modelsFor('sk-one')).toMatchObject({ data: [{ id: 'one' }] });
      server.reload({ models: { two: echoModel() } });
      expect(await modelsFor('any: keys are left out, and so there are none')).toMatchObject({ data: [{ id: 'two' }] });
    } finally {
      await server.close();
    }
  });
});
