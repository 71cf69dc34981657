import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { bytesToSamples, samplesToBytes } from '../../src/audio/pcm16.ts';
import { createResampler } from '../../src/audio/resample.ts';
import { readWav } from '../../src/audio/wav.ts';
import { readScenario, scenarioModel } from '../../src/engines/index.ts';
import { folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { startMcpServer } from '../mcp/mcp-server.ts';
import { pathWith, type RunningTalk, startTalk, type TalkOptions } from './talk-program.ts';
import { soundingMs, spokenWav } from './talk-sound.ts';
import { serve } from './test-server.ts';

const story = 'Once upon a time there was a frog who wished to see the sea, and so it set out one morning. '.repeat(3);
const model = scenarioModel(
  readScenario(
    `hear: ["tell me a story", "that is enough"]
replies:
  - when: { contains: story }
    steps: [{ say: "${story}" }]
  - steps: [{ say: "You said: {input}" }]
`,
    'scenario.yaml',
  ),
);

const opened: FileHandle[] = [];

afterEach(async () => {
  for (const handle of opened.splice(0)) await handle.close();
});

/** Somebody who speaks 24 kHz PCM. */
function spoken(words: string): Uint8Array {
  const wav = readWav(spokenWav(words));
  if (!wav.ok) throw new Error(wav.problem);
  const resampler = createResampler(wav.format.sampleRate, 24_000);
  return Buffer.concat([samplesToBytes(resampler.push(wav.samples)), samplesToBytes(resampler.flush())]);
}

const silence = (ms: number): Uint8Array => new Uint8Array(48 * ms);

/** A conversation whose microphone is a pipe of the test, and whose speaker is a file. */
async function talking(args: readonly string[] = [], options: TalkOptions = {}) {
  const folder = folderWith({});
  spawnSync('/usr/bin/mkfifo', [join(folder, 'mic')]);
  const microphone = await open(join(folder, 'mic'), 'r+');
  opened.push(microphone);
  const path = pathWith(folder, {
    arecord: `echo $$ > ${folder}/arecord.pid; echo "$*" > ${folder}/arecord.args; exec cat ${folder}/mic`,
    aplay: `echo $$ > ${folder}/aplay.pid; exec cat > ${folder}/played`,
  });
  const { ws } = await serve({ models: { '*': model } });
  const program = startTalk([ws, '--mic', '--speaker', ...args], { ...options, environment: { PATH: path } });
  const hear = async (bytes: Uint8Array): Promise<void> => void (await microphone.write(bytes));
  const file = (name: string): string => join(folder, name);
  return {
    program,
    file,
    hear,
    say: (words: string) => hear(Buffer.concat([spoken(words), silence(1200)])),
    played: () => (existsSync(file('played')) ? bytesToSamples(readFileSync(file('played'))) : new Int16Array(0)),
    isGone: (name: string) => !existsSync(`/proc/${readFileSync(file(`${name}.pid`), 'utf8').trim()}`),
  };
}

/** The events that `--json` printed. */
function events(program: RunningTalk) {
  return program
    .stdout()
    .split('\n')
    .slice(0, -1)
    .map((line): Readonly<Record<string, unknown>> => JSON.parse(line));
}

const eventOf = (program: RunningTalk, type: string) => events(program).find((event) => event['type'] === type);

describe('microphone and speaker', () => {
  it('record and play 24 kHz PCM: what is said is answered aloud and written down', async () => {
    const { program, say, played, file } = await talking(['--device', 'plughw:1']);
    await until('the recorder', () => existsSync(file('arecord.args')));
    expect(readFileSync(file('arecord.args'), 'utf8')).toBe('-q -t raw -f S16_LE -r 24000 -c 1 -D plughw:1\n');
    await say('Please tell me.');
    await until('the answer to be written', () => program.stdout().includes('you: tell me a story\n'));
    await until('the answer to sound', () => soundingMs(played()) > 1000);
    // It is not written down as said before it was.
    expect(program.stdout()).not.toContain('assistant');
  });

  it('stop the answer at once when somebody speaks, and tell the server what was heard', async () => {
    const { program, hear, say, played } = await talking(['--json']);
    await until('the session', () => eventOf(program, 'session.updated'));
    await say('Please tell me.');
    await until('the answer to sound', () => soundingMs(played()) > 1000);
    // The first half second only: the turn is still open when the sound is measured.
    await hear(spoken('That is enough of this story.').subarray(0, 48 * 500));
    const cut = await until('the truncation', () => eventOf(program, 'conversation.item.truncated'));
    const heardMs = Number(cut['audio_end_ms']);
    const length = played().length;
    await until('a second of what comes after the story', () => played().length > length + 24_000);
    expect(heardMs).toBeGreaterThan(700);
    expect(heardMs).toBeLessThan(60 * story.length - 5000);
    // Of the story no more came out than was heard, and the little that is given out ahead of time.
    const soundedMs = soundingMs(played());
    expect(soundedMs - heardMs).toBeGreaterThan(-60);
    expect(soundedMs - heardMs).toBeLessThan(300);
    await hear(silence(1200));
    await until('the next answer to sound', () => soundingMs(played()) > soundedMs + 1000);
  });

  it('hear nothing with --half-duplex while an answer plays', async () => {
    const { program, say, played } = await talking(['--json', '--half-duplex']);
    await until('the session', () => eventOf(program, 'session.updated'));
    await say('Please tell me.');
    await until('the answer to sound', () => soundingMs(played()) > 500);
    const before = events(program).length;
    await say('That is enough of this story.');
    await until('more of the answer to sound', () => soundingMs(played()) > 4000);
    expect(
      events(program)
        .slice(before)
        .map(({ type }) => type),
    ).not.toContain('input_audio_buffer.speech_started');
  });

  it('are let go by Ctrl-C, which ends the program with 0', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const { program, say, played, isGone } = await talking();
      await say('Please tell me.');
      await until('the answer to sound', () => soundingMs(played()) > 500);
      program.kill(signal);
      expect(await program.exited()).toBe(0);
      expect(program.stdout()).toContain('assistant: Once upon a time');
      await until('the recorder to be gone', () => isGone('arecord'));
      await until('the player to be gone', () => isGone('aplay'));
    }
  });
});

describe('a program that fails', () => {
  it('to record ends the conversation in one line where nobody types', async () => {
    const { ws } = await serve({ models: { '*': model } });
    const folder = folderWith({});
    const path = pathWith(folder, {
      arecord: 'echo "arecord: main:831: audio open error: No such device" >&2; exit 1',
    });
    const program = startTalk([ws, '--mic'], { input: '', environment: { PATH: path } });
    expect(await program.exited()).toBe(1);
    expect(program.stderr()).toContain(
      'antiphon: The microphone is gone: arecord: arecord: main:831: audio open error: No such device.\n',
    );
  });

  it('to play is told, and the conversation goes on', async () => {
    const { ws } = await serve({ models: { '*': model } });
    const folder = folderWith({});
    const path = pathWith(folder, { aplay: 'echo "no device" >&2; exit 1' });
    const program = startTalk([ws, '--speaker'], { input: 'hello\n', environment: { PATH: path } });
    expect(await program.exited()).toBe(0);
    expect(program.stdout()).toContain('assistant: You said: hello\n');
    expect(program.stderr()).toContain('The speaker is gone: aplay: no device');
  });
});

describe('in a terminal', () => {
  it('what is typed is answered aloud, Escape interrupts, and Ctrl-C restores the terminal', async () => {
    const { program, played } = await talking([], { inTerminal: true });
    await until('the prompt', () => program.stdout().includes('> '));
    await until('the connection', () => program.stdout().includes('Connected to'));
    program.type('a sto\x7fory\r');
    await until('the answer to sound', () => soundingMs(played()) > 1500);
    expect(program.stdout()).toContain('mic ');
    expect(program.stdout()).toContain('▮');
    program.type('\x1b');
    await until('the interruption', () => /interrupted after \d+\.\d s/.test(program.stdout()));
    program.type('hello\r');
    await until('the next answer', () => program.stdout().includes('You said: hello'));
    program.type('\x03');
    expect(await program.exited()).toBe(0);
    // Erased to the end of the screen, with nothing drawn after it.
    expect(program.stdout().split('\x1b[J').at(-1)).not.toMatch(/> |mic/);
  });

  it('the user is asked before a tool of an MCP server is called', async () => {
    const mcp = await startMcpServer();
    try {
      const text = `replies:
  - when: { contains: use }
    steps: [{ call: { name: echo, arguments: { text: hello } } }, { say: "Done" }]
`;
      const models = { '*': scenarioModel(readScenario(text, 'scenario.yaml')) };
      const { ws } = await serve({ models, mcp: { allow: [`http://127.0.0.1:${mcp.port}/*`] } });
      const tool = { type: 'mcp', server_label: 'docs', server_url: mcp.url, require_approval: 'always' };
      const folder = folderWith({ 'session.json': JSON.stringify({ tools: [tool] }) });
      const args = [ws, '--no-mic', '--no-speaker', '--session', 'session.json'];
      const program = startTalk(args, { inTerminal: true, folder });
      await until('the tools', () => program.stdout().includes('docs: echo'));
      for (const [answer, note, calls] of [
        ['n', '(refused)', []],
        ['y', '(allowed)', ['echo']],
      ] as const) {
        const before = program.stdout().length;
        const told = () => program.stdout().slice(before);
        program.type('use it\r');
        await until('the question', () => told().includes('Allow docs.echo({"text":"hello"})? y/n'));
        program.type(`${answer}\r`);
        await until('the decision', () => told().includes(note));
        await until('the call', () => mcp.calls.length === calls.length);
      }
      await until('the answer', () => program.stdout().includes('Done'));
    } finally {
      await mcp.close();
    }
  });

  it('typing goes on without a microphone, and Ctrl-D ends it', async () => {
    const { ws } = await serve({ models: { '*': model } });
    const program = startTalk([ws], { inTerminal: true, environment: { PATH: folderWith({}) } });
    await until('the advice', () => /No program here records or plays sound: install/.test(program.stdout()));
    program.type('hello\r');
    await until('the answer', () => program.stdout().includes('You said: hello'));
    program.type('\x04');
    expect(await program.exited()).toBe(0);
  });
});
