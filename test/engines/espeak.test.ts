import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rmsLevel } from '../../src/audio/node/index.ts';
import {
  echoModel,
  espeakHint,
  espeakInstalled,
  espeakVoice,
  findEspeak,
  readScenario,
  type Sound,
  type SpeakOptions,
  scenarioModel,
} from '../../src/engines/index.ts';
import { isRunning } from './is-running.ts';
import { makeTurn, never, pull, typed } from './turn.ts';

const folder = mkdtempSync(join(tmpdir(), 'espeak-'));
const defaults: SpeakOptions = { signal: never, voice: 'marin', speed: 1 };

/** A shell script in place of espeak-ng. */
function impostor(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

async function speak(text: string, options: Partial<SpeakOptions> = {}, program?: string): Promise<Sound[]> {
  const voice = espeakVoice(program === undefined ? {} : { program });
  const pieces: Sound[] = [];
  for await (const piece of voice.speak(text, { ...defaults, ...options })) pieces.push(piece);
  return pieces;
}

function secondsOf(pieces: readonly Sound[]): number {
  return pieces.reduce((sum, { samples, sampleRate }) => sum + samples.length / sampleRate, 0);
}

function samplesOf(pieces: readonly Sound[]): number[] {
  return pieces.flatMap(({ samples }) => Array.from(samples));
}

/** The process id that an impostor has written. */
function pidIn(file: string): number {
  return Number(readFileSync(join(folder, file), 'utf8'));
}

/** Whether the process has ended and been reaped, once it has. */
async function hasGone(pid: number): Promise<boolean> {
  while (isRunning(pid)) await new Promise((resolve) => setImmediate(resolve));
  return true;
}

beforeAll(() => {
  if (findEspeak() === null) throw new Error(`this test needs espeak-ng: ${espeakHint}`);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('findEspeak', () => {
  it('finds the first program of that name on PATH, and no folder or file that is not one', () => {
    const program = impostor('espeak-ng', 'exit 0');
    const plain = mkdtempSync(join(folder, 'plain-'));
    writeFileSync(join(plain, 'espeak-ng'), '');
    expect(findEspeak(['', '/nowhere', plain, folder].join(delimiter))).toBe(program);
    expect(findEspeak(plain)).toBeNull();
    expect(findEspeak('')).toBeNull();
  });

  it('finds the one that is installed', () => {
    expect(existsSync(findEspeak() ?? '')).toBe(true);
    expect(espeakInstalled()).toBe(true);
  });
});

describe('espeakVoice', () => {
  it('speaks: sound of 22.05 kHz in pieces of at most 100 ms', async () => {
    const pieces = await speak('Hello, how are you today?');
    expect(secondsOf(pieces)).toBeGreaterThan(0.8);
    expect(secondsOf(pieces)).toBeLessThan(4);
    expect(rmsLevel(Int16Array.from(samplesOf(pieces)))).toBeGreaterThan(-40);
    for (const { samples, sampleRate } of pieces) {
      expect(sampleRate).toBe(22_050);
      expect(samples.length).toBeGreaterThan(0);
      expect(samples.length).toBeLessThanOrEqual(2205);
    }
  });

  it('says the same text alike, and another voice otherwise', async () => {
    const [first, again, other] = await Promise.all([speak('hello'), speak('hello'), speak('hello', { voice: 'ash' })]);
    expect(samplesOf(again)).toEqual(samplesOf(first));
    expect(samplesOf(other)).not.toEqual(samplesOf(first));
  });

  it('gives a voice that it does not know a sound all the same', async () => {
    expect(secondsOf(await speak('hello', { voice: '; rm -rf /' }))).toBeGreaterThan(0.2);
  });

  it('speaks faster and slower', async () => {
    const text = 'one two three four five six seven';
    const [fast, normal, slow] = await Promise.all(
      [1.5, 1, 0.5].map(async (speed) => secondsOf(await speak(text, { speed }))),
    );
    expect(fast).toBeLessThan(0.85 * (normal ?? 0));
    expect(slow).toBeGreaterThan(1.3 * (normal ?? 0));
  });

  it('has no sound for text without words', async () => {
    expect(await speak('')).toEqual([]);
    expect(await speak(' \n ')).toEqual([]);
  });

  it('takes text for text, whatever it looks like', async () => {
    const seconds = secondsOf(await speak('--version -w /dev/null $(exit 1) <break time="20s"/> [[ou]] \u0000 é 你好'));
    expect(seconds).toBeGreaterThan(1);
  });

  it('speaks a text longer than a pipe holds', async () => {
    const seconds = secondsOf(await speak('one two three four. '.repeat(500)));
    expect(seconds).toBeGreaterThan(300);
  });

  it('kills the program at an abort and ends without an error', async () => {
    const program = impostor(
      'endless',
      `echo $$ > ${folder}/endless.pid; espeak-ng --stdout hello; exec cat /dev/zero`,
    );
    const controller = new AbortController();
    let count = 0;
    for await (const _ of espeakVoice({ program }).speak('hello', { ...defaults, signal: controller.signal })) {
      if (++count === 20) controller.abort();
    }
    expect(await hasGone(pidIn('endless.pid'))).toBe(true);
  });

  it('kills a program that says nothing at an abort', async () => {
    const program = impostor('mute', `echo $$ > ${folder}/mute.pid; exec sleep 600`);
    const controller = new AbortController();
    const spoken = speak('hello', { signal: controller.signal }, program);
    while (!existsSync(join(folder, 'mute.pid')) || pidIn('mute.pid') === 0)
      await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    expect(await spoken).toEqual([]);
    expect(await hasGone(pidIn('mute.pid'))).toBe(true);
  });

  it('kills the program when its reader stops', async () => {
    const program = impostor('left', `echo $$ > ${folder}/left.pid; espeak-ng --stdout hello; exec cat /dev/zero`);
    for await (const _ of espeakVoice({ program }).speak('hello', defaults)) break;
    expect(await hasGone(pidIn('left.pid'))).toBe(true);
  });

  it('kills a program that writes something else', async () => {
    const program = impostor('liar', `echo $$ > ${folder}/liar.pid; echo this is no sound; exec sleep 600`);
    await expect(speak('hello', {}, program)).rejects.toThrow('wrote no WAV file (not_wav)');
    expect(await hasGone(pidIn('liar.pid'))).toBe(true);
  });

  it('starts nothing once the signal has aborted', async () => {
    const program = impostor('late', `touch ${folder}/late.ran`);
    expect(await speak('hello', { signal: AbortSignal.abort() }, program)).toEqual([]);
    expect(existsSync(join(folder, 'late.ran'))).toBe(false);
  });

  it.each([
    ['exit 3', 'ended with code 3: it gave no reason'],
    ['echo "no such voice" >&2; exit 1', 'ended with code 1: no such voice'],
    ['kill -9 $$', 'was killed by SIGKILL'],
    ['espeak-ng --stdout hello | head -c 5000; exit 2', 'ended with code 2'],
    ['echo this is no sound', 'wrote no WAV file (not_wav)'],
    ['exec <&-; sleep 0.05; exit 4', 'ended with code 4'],
  ])('throws where the program does %j', async (script, problem) => {
    const program = impostor('broken', script);
    await expect(speak('hello '.repeat(50_000), {}, program)).rejects.toThrow(problem);
  });

  it('throws where the program cannot be run', async () => {
    const failure = await speak('hello', {}, join(folder, 'nothing')).catch((cause: unknown) => cause);
    expect(failure).toMatchObject({ name: 'EngineError', code: 'engine_unavailable' });
    expect(String(failure)).toContain('The voice cannot be run (ENOENT)');
  });

  it('says how to install the program where it is missing', () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    try {
      expect(espeakInstalled()).toBe(false);
      expect(() => espeakVoice()).toThrow('espeak-ng is not installed: apt-get install espeak-ng');
      expect(() => scenarioModel(readScenario('voice: espeak', 's.yaml'))).toThrow('apt-get install espeak-ng');
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe('the built-in models with espeak-ng', () => {
  it('scenario: gives every word its text, then its share of the sound', async () => {
    const model = scenarioModel(
      readScenario('{ voice: espeak, replies: [{ steps: [{ say: "good morning" }] }] }', 's'),
    );
    const pieces = await pull(model.open().respond(makeTurn({ modality: 'audio' }), never));
    expect(pieces.map(({ type }) => type)).toEqual(['text', 'sound', 'text', 'sound', 'message_end', 'end']);
  });

  it('echo: speaks typed text', async () => {
    const turn = makeTurn({ modality: 'audio', items: [typed('good morning')] });
    const pieces = await pull(echoModel().open().respond(turn, never));
    expect(pieces.filter(({ type }) => type === 'text').length).toBe(4);
    const sounds = pieces.flatMap((piece) => (piece.type === 'sound' ? [piece] : []));
    expect(sounds[0]?.sampleRate).toBe(22_050);
    expect(secondsOf(sounds)).toBeGreaterThan(0.6);
  });
});
