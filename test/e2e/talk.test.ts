import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createResampler } from '../../src/audio/resample.ts';
import { tone } from '../../src/audio/tone.ts';
import { readWav, writeWav } from '../../src/audio/wav.ts';
import { readScenario, scenarioModel } from '../../src/engines/index.ts';
import { serverEvents } from '../../src/protocol/index.ts';
import { certificate, folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { startMcpServer } from '../mcp/mcp-server.ts';
import { start } from './running-program.ts';
import { startTalk, talked } from './talk-program.ts';
import { msOf, soundIn, soundingMs, spokenWav } from './talk-sound.ts';
import { echo, modelThat, serve } from './test-server.ts';

const script = scenarioModel(
  readScenario(
    `hear: ["hello there"]
replies:
  - when: { tool: get_time }
    steps: [{ say: "It is {output}." }]
  - when: { contains: time }
    steps: [{ call: { name: get_time, arguments: { time_zone: Europe/Paris } } }]
  - when: { contains: fail }
    steps: [{ fail: { code: server_error, message: "The model failed." } }]
  - when: { contains: break }
    steps: [{ say: "Half of" }, { incomplete: max_output_tokens }]
  - when: { contains: nothing }
    steps: [{ wait_ms: 0 }]
  - steps: [{ say: "You said: {input}" }]
`,
    'scenario.yaml',
  ),
);

const echoing = () => serve({ models: { '*': echo } });
const scripted = () => serve({ models: { '*': script } });

/** A folder with a file in which someone says something. */
function folderWithSpeech(): string {
  const folder = folderWith({});
  writeFileSync(join(folder, 'in.wav'), spokenWav('Hello there, how are you today?'));
  return folder;
}

describe('antiphon talk --text', () => {
  it('prints the words of the answer and nothing else', async () => {
    const { ws } = await scripted();
    expect(await talked([ws, '--text', 'hello'])).toMatchObject({ code: 0, stdout: 'You said: hello\n' });
  });

  it('keeps the lines of an answer, and lets it do nothing to the terminal', async () => {
    const { ws } = await scripted();
    const { stdout } = await talked([ws, '--text', 'a\nb\x1b[2Jc']);
    expect(stdout).toBe('You said: a\nb [2Jc\n');
  });

  it('shows calls of tools and waits for the answer that follows them', async () => {
    const { ws } = await scripted();
    const { code, stdout, stderr } = await talked([ws, '--text', 'what time is it', '--tools']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^It is \w+, \d+ \w+ \d{4} at .* CES?T\.\n$/);
    expect(stderr).toMatch(/tool: get_time\(\{"time_zone":"Europe\/Paris"\}\) = \w+/);
  });

  it('tells a model that calls what is not there, and says why an answer is not whole', async () => {
    const { ws } = await scripted();
    const unknown = await talked([ws, '--text', 'what time is it']);
    expect(unknown.stdout).toMatch(/^It is .*There is no tool called/);
    const half = await talked([ws, '--text', 'break']);
    expect(half).toMatchObject({ code: 0, stdout: 'Half of\n' });
    expect(half.stderr).toContain('The answer is not whole: max_output_tokens');
  });

  it('prints with --json the events of the server, one a line, and nothing else', async () => {
    const { ws } = await scripted();
    const { code, stdout } = await talked([ws, '--json', '--text', 'hello', '--out', join(folderWith({}), 'o.wav')]);
    expect(code).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const event of events) {
      const schema = Object.entries(serverEvents).find(([type]) => type === event.type)?.[1];
      expect({ type: event.type, problem: schema?.safeParse(event).error }).toEqual({ type: event.type });
      expect(schema).toBeDefined();
    }
    const types = events.map(({ type }) => type);
    expect(types[0]).toBe('session.created');
    expect(types).toContain('response.output_audio.delta');
    expect(types).toContain('response.done');
  });
});

describe('antiphon talk --wav', () => {
  it('says the file and writes the answer', async () => {
    const { ws } = await scripted();
    const folder = folderWithSpeech();
    const { code, stdout, stderr } = await talked([ws, '--wav', 'in.wav', '--out', 'out.wav'], { folder });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'You said: hello there\n' });
    expect(stderr).toContain('you: hello there');
    const sound = soundIn(join(folder, 'out.wav'));
    expect(msOf(sound)).toBe(60 * 'You said: hello there'.length);
    expect(sound).toEqual(tone({ sampleRate: 24_000, ms: msOf(sound) }));
  });

  it('gets from the echo every sample that it said', async () => {
    const { ws } = await echoing();
    const folder = folderWithSpeech();
    expect(await talked([ws, '--wav', 'in.wav', '--out', 'out.wav'], { folder })).toMatchObject({ code: 0 });
    const wav = readWav(readFileSync(join(folder, 'in.wav')));
    if (!wav.ok) throw new Error(wav.problem);
    const resampler = createResampler(wav.format.sampleRate, 24_000);
    const said = [...resampler.push(wav.samples), ...resampler.flush()];
    const back = soundIn(join(folder, 'out.wav'));
    expect(back.length).toBe(said.length);
    expect([...back]).toEqual(said);
  });

  it('takes files of other rates and several channels', async () => {
    const { ws } = await echoing();
    for (const [sampleRate, channels] of [
      [8000, 1],
      [44_100, 2],
      [96_000, 1],
    ] as const) {
      const folder = folderWith({});
      const samples = tone({ sampleRate, ms: 500 });
      const interleaved = Int16Array.from(
        { length: samples.length * channels },
        (_, i) => samples[Math.floor(i / channels)] ?? 0,
      );
      writeFileSync(join(folder, 'in.wav'), writeWav(interleaved, { sampleRate, channels }));
      expect(await talked([ws, '--wav', 'in.wav', '--out', 'out.wav'], { folder })).toMatchObject({ code: 0 });
      const back = soundIn(join(folder, 'out.wav'));
      expect(msOf(back)).toBe(500);
      expect(soundingMs(back)).toBeGreaterThan(490);
    }
  });

  it('says it with --paced as a microphone would: the server hears the turn, and the recording has the silence', async () => {
    const { ws } = await scripted();
    const folder = folderWithSpeech();
    const args = [ws, '--wav', 'in.wav', '--paced', '--out', 'out.wav'];
    const { code, stdout } = await talked(args, { folder });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'You said: hello there\n' });
    const sound = soundIn(join(folder, 'out.wav'));
    const answerMs = 60 * 'You said: hello there'.length;
    expect(Math.abs(soundingMs(sound) - answerMs)).toBeLessThan(20);
    expect(msOf(sound)).toBeGreaterThan(1500 + answerMs);
    const first = sound.findIndex((sample) => sample !== 0);
    expect(first / 24).toBeGreaterThan(1500);
  });

  it('fails with --paced where the server hears nobody', async () => {
    const { ws } = await scripted();
    const folder = folderWith({});
    writeFileSync(join(folder, 'in.wav'), writeWav(new Int16Array(2400), { sampleRate: 24_000 }));
    const { code, stderr } = await talked([ws, '--wav', 'in.wav', '--paced'], { folder });
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'antiphon: The server heard no speech in the file.\n' });
  });
});

describe('antiphon talk with piped lines', () => {
  it('says one line after the other and ends after the last answer', async () => {
    const { ws } = await scripted();
    const { code, stdout } = await talked([ws, '--tools'], { input: 'one\n\nwhat time is it\ntwo' });
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split(/[ (]/).slice(0, 4).join(' '))).toEqual([
      'you: one',
      'assistant: You said: one',
      'you: what time is',
      'tool: get_time {"time_zone":"Europe/Paris"}) =',
      expect.stringMatching(/^assistant: It is /),
      'you: two',
      'assistant: You said: two',
    ]);
  });

  it('goes on after an answer that failed', async () => {
    const { ws } = await scripted();
    const { code, stdout, stderr } = await talked([ws], { input: 'fail\nhello\n' });
    expect(code).toBe(0);
    expect(stdout).toContain('assistant: You said: hello');
    expect(stderr).toContain('The answer failed: The model failed.');
  });
});

describe('tools of MCP servers', () => {
  it('are called, and calls that need it are approved with --approve and refused without', async () => {
    const mcp = await startMcpServer();
    try {
      const text = `replies:
  - when: { tool: echo }
    steps: [{ say: "It gave {output}." }]
  - when: { contains: use }
    steps: [{ call: { name: echo, arguments: { text: hello } } }, { say: "Done" }]
  - steps: [{ say: "Not done" }]
`;
      const models = { '*': scenarioModel(readScenario(text, 'scenario.yaml')) };
      const { ws } = await serve({ models, mcp: { allow: [`http://127.0.0.1:${mcp.port}/*`] } });
      const tool = { type: 'mcp', server_label: 'docs', server_url: mcp.url, require_approval: 'always' };
      const folder = folderWith({
        'always.json': JSON.stringify({ tools: [tool] }),
        'never.json': JSON.stringify({ tools: [{ ...tool, require_approval: 'never' }] }),
      });
      const allowed = await talked([ws, '--text', 'use it', '--session', 'never.json'], { folder });
      expect(allowed).toMatchObject({ code: 0, stdout: 'Done\n' });
      expect(allowed.stderr).toMatch(/tool: docs: echo, .*\n(.*\n)*tool: docs\.echo\(\{"text":"hello"\}\) = \S+/);
      expect(mcp.calls).toEqual(['echo']);
      const approved = await talked([ws, '--text', 'use it', '--session', 'always.json', '--approve'], { folder });
      expect(approved.code).toBe(0);
      expect(approved.stderr).toContain('(allowed)');
      expect(mcp.calls).toEqual(['echo', 'echo']);
      const refused = await talked([ws, '--text', 'use it', '--session', 'always.json'], { folder });
      expect(refused.stderr).toContain('(refused)');
      expect(mcp.calls).toEqual(['echo', 'echo']);
    } finally {
      await mcp.close();
    }
  });
});

describe('the session of antiphon talk', () => {
  it('has the voice, instructions and settings that were asked for', async () => {
    const { ws } = await scripted();
    const folder = folderWith({
      'session.json': JSON.stringify({ max_output_tokens: 77, audio: { output: { speed: 1.5 } } }),
    });
    const flags = ['--session', 'session.json', '--voice', 'cedar', '--instructions', 'Be brief.'];
    const { stdout } = await talked([ws, '--json', '--text', 'x', ...flags], { folder });
    const updated = stdout
      .split('\n')
      .filter((line) => line.includes('"session.updated"'))
      .map((line) => JSON.parse(line));
    expect(updated[0].session).toMatchObject({
      max_output_tokens: 77,
      instructions: 'Be brief.',
      output_modalities: ['text'],
      audio: { input: { turn_detection: null }, output: { voice: 'cedar', speed: 1.5 } },
    });
  });

  it('opens with the key that belongs to the endpoint, and never with another', async () => {
    const { ws } = await serve({ models: { '*': script }, auth: { keys: ['right'] } });
    const args = [ws, '--text', 'hello'];
    const flag = await talked([...args, '--key', 'right']);
    expect(flag.code).toBe(0);
    const variable = await talked(args, { environment: { ANTIPHON_KEY: 'right' } });
    expect(variable.code).toBe(0);
    const openai = await talked(args, { environment: { OPENAI_API_KEY: 'right', AZURE_OPENAI_API_KEY: 'right' } });
    expect(openai.code).toBe(1);
    expect(openai.stderr).toMatch(/^antiphon: ws:\S+ refused: [^\n]+\n$/);
  });

  it('trusts the certificate that NODE_EXTRA_CA_CERTS names, at an https address', async () => {
    const { cert, key } = certificate();
    const tls = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
    const { url } = await serve({ models: { '*': script }, tls });
    expect(url).toMatch(/^https:/);
    const trusting = await talked([url, '--text', 'hello'], { environment: { NODE_EXTRA_CA_CERTS: cert } });
    expect(trusting).toMatchObject({ code: 0, stdout: 'You said: hello\n' });
    const wary = await talked([url, '--text', 'hello']);
    expect(wary.code).toBe(1);
    expect(wary.stderr).toMatch(/^antiphon: Can't reach https:\S+: its certificate is not trusted\.[^\n]+\n$/);
  });
});

describe('a failure of antiphon talk ends in one line and exit code 1:', () => {
  const files = {
    'no.wav': 'nothing',
    'cut.wav': 'RIFF\0\0\0\0WAVE',
    'list.json': '[]',
    'bad.json': '{',
    'other.json': '{"type":"transcription"}',
  };

  it.each([
    [['nowhere', '--text', 'x'], '"nowhere" is no address'],
    [['--text', 'x', '--wav', 'no.wav'], 'Give --wav or --text, not both.'],
    [['--out', 'o.wav'], '--out needs --wav or --text.'],
    [['--paced'], '--paced needs --wav.'],
    [['--timeout', 'soon'], '--timeout must be a number of seconds'],
    [['--provider', 'azure'], '--provider azure needs the resource'],
    [['--provider', 'aws'], 'Allowed choices are openai, azure.'],
    [['--wav', 'gone.wav'], "Can't read gone.wav: there is no such file"],
    [['--wav', 'no.wav'], "Can't read no.wav: it is no WAV file."],
    [['--wav', 'cut.wav'], "Can't read cut.wav: it ends before its sound begins."],
    [['--text', 'x', '--out', 'gone/o.wav'], "Can't write gone/o.wav: there is no such file or folder."],
    [['--text', 'x', '--session', 'gone.json'], "Can't read gone.json: there is no such file."],
    [['--text', 'x', '--session', 'bad.json'], 'bad.json is no JSON.'],
    [['--text', 'x', '--session', 'list.json'], 'list.json holds no settings'],
    [['--text', 'x', '--session', 'other.json'], 'other.json is for another type of session than realtime.'],
    [
      ['ws://127.0.0.1:9', '--text', 'x'],
      "Can't reach ws://127.0.0.1:9: nothing listens there. To start a server: antiphon serve.",
    ],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await talked(args, { folder: folderWith(files) });
    expect(stderr).toMatch(/^antiphon: [^\n]+\n$/);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  it('no programs that record or play', async () => {
    const { ws } = await scripted();
    const environment = { PATH: folderWith({}) };
    for (const [flag, what] of [
      ['--mic', 'records'],
      ['--speaker', 'plays sound'],
    ] as const) {
      const { code, stderr } = await talked([ws, flag], { environment });
      expect(stderr).toMatch(new RegExp(`^antiphon: No program here ${what}: install [^\\n]+\\n$`));
      expect(code).toBe(1);
    }
  });

  it('a model that is not served', async () => {
    const { ws } = await serve();
    const { code, stderr } = await talked([ws, '--text', 'x', '--model', 'other']);
    expect(stderr).toMatch(/^antiphon: ws:\S+ refused: [^\n]*other[^\n]*\n$/);
    expect(code).toBe(1);
  });

  it('an answer that fails, is empty, or has no sound to write', async () => {
    const { ws } = await scripted();
    const failed = await talked([ws, '--text', 'fail']);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('antiphon: The answer failed: The model failed.\n');
    const empty = await talked([ws, '--text', 'nothing']);
    expect(empty.code).toBe(1);
    expect(empty.stderr).toContain('antiphon: The answer is empty.\n');
    const folder = folderWith({ 'session.json': '{"output_modalities":["text"]}' });
    const mute = await talked([ws, '--text', 'x', '--session', 'session.json', '--out', 'o.wav'], { folder });
    expect(mute.code).toBe(1);
    expect(mute.stderr).toContain('antiphon: The answer has no sound, so o.wav was not written.\n');
  });

  it('a setting that the server refuses', async () => {
    const { ws } = await scripted();
    const folder = folderWith({ 'session.json': '{"max_output_tokens":"many"}' });
    const { code, stderr } = await talked([ws, '--text', 'x', '--session', 'session.json'], { folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/antiphon: ws:\S+ refused: [^\n]*max_output_tokens[^\n]*\n$/);
  });

  it('an answer that does not come in time', async () => {
    const { ws } = await serve({ models: { '*': modelThat(never) } });
    const { code, stderr } = await talked([ws, '--text', 'x', '--timeout', '0.5']);
    expect(stderr).toContain('antiphon: No answer came in 0.5 s.\n');
    expect(code).toBe(1);
  });

  it('a server that goes away', async () => {
    const folder = folderWith({ 'scenario.yaml': 'replies: [{ steps: [{ wait_ms: 600000 }, { say: late }] }]' });
    const server = start(['serve', '--port', '0', '--scenario', 'scenario.yaml'], { folder });
    try {
      const program = startTalk([await server.url(), '--text', 'x', '--json'], { input: '' });
      await until('the response', () => program.stdout().includes('"response.created"'));
      server.kill('SIGKILL');
      expect(await program.exited()).toBe(1);
      expect(program.stderr()).toMatch(/^antiphon: [^\n]*(connection|lost)[^\n]*\n$/i);
    } finally {
      server.kill('SIGKILL');
    }
  });

  it('an answer that the server gives up', async () => {
    const server = await serve({ models: { '*': modelThat(never) } });
    const program = startTalk([server.ws, '--text', 'x', '--json'], { input: '' });
    await until('the response', () => program.stdout().includes('"response.created"'));
    await server.close();
    expect(await program.exited()).toBe(1);
    expect(program.stderr()).toMatch(/antiphon: [^\n]+\n$/);
  });
});

/** A response that goes on until it is stopped. */
function never(_turn: unknown, signal: AbortSignal): AsyncIterable<never> {
  const stopped = new Promise<IteratorReturnResult<undefined>>((resolve) => {
    signal.addEventListener('abort', () => resolve({ done: true, value: undefined }));
  });
  return { [Symbol.asyncIterator]: () => ({ next: () => stopped }) };
}
