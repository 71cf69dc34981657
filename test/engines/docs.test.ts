import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readScenario } from '../../src/engines/index.ts';
import {
  languageModelContract,
  modelContract,
  synthesizerContract,
  transcriberContract,
  vadContract,
} from '../../src/testing/index.ts';
import { makeTurn, never, pull, typed } from './turn.ts';

/** The code blocks of a page whose first line begins with "```LABEL"; the rest of that line is the block's name. */
function blocks(page: string, label: string): readonly { readonly name: string; readonly code: string }[] {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gmu)].flatMap(([, name = '', code = '']) =>
    name === label || name.startsWith(`${label} `) ? [{ name: name.slice(label.length + 1), code }] : [],
  );
}

describe('docs/scenario.md', () => {
  it('shows a scenario that can be read', () => {
    const [example] = blocks('scenario.md', 'yaml scenario');
    expect(Object.keys(readScenario(example?.code ?? '', 'scenario.yaml'))).toEqual([
      'seed',
      'voice',
      'hear',
      'translate',
      'pace',
      'replies',
    ]);
  });
});

describe.each(['engines.md', 'pipeline.md'])('docs/%s', (page) => {
  const source = join(import.meta.dirname, '../../src');
  const examples = blocks(page, 'ts example');
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(import.meta.dirname, '.example-'));
    for (const { name, code } of examples) {
      writeFileSync(join(folder, `${name}.ts`), code.replaceAll(/'antiphon\/(\w+)'/gu, `'${source}/$1/index.ts'`));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('shows examples that compile', () => {
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../../tsconfig.test.json',
        compilerOptions: { composite: false, incremental: false, tsBuildInfoFile: null, rootDir: '../../..' },
        references: [],
        include: ['*.ts'],
      }),
    );
    const tsc = join(import.meta.dirname, '../../node_modules/.bin/tsc');
    expect(() => execFileSync(tsc, ['-p', folder], { stdio: 'pipe', encoding: 'utf8' })).not.toThrow();
  });

  it.runIf(page === 'engines.md')('shows every kind of engine', () => {
    expect(examples.map(({ name }) => name)).toEqual([
      'language-model',
      'transcriber',
      'synthesizer',
      'vad',
      'end-of-turn',
      'speech-to-speech',
    ]);
  });

  it.runIf(page === 'engines.md')('shows engines that keep their contracts', async () => {
    const example = (name: string) => import(join(folder, `${name}.ts`));
    vi.stubGlobal('fetch', async () => new Response('good morning'));
    try {
      const tests = [
        ...transcriberContract((await example('transcriber')).recognizer),
        ...languageModelContract((await example('language-model')).clockmaker, { question: 'What time is it?' }),
        ...synthesizerContract((await example('synthesizer')).beeper),
        ...vadContract((await example('vad')).loudness),
        ...modelContract((await example('speech-to-speech')).shouting),
      ];
      const results = await Promise.allSettled(tests.map(({ run }) => run()));
      expect(tests.filter((_, index) => results[index]?.status === 'rejected').map(({ name }) => name)).toEqual([]);
      expect(tests.length).toBeGreaterThan(60);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it.runIf(page === 'engines.md')('shows an end of turn that waits for numbers', async () => {
    const { patient } = await import(join(folder, 'end-of-turn.ts'));
    expect([patient('high', 'Yes.'), patient('high', 'one, 2,'), patient('low', null)]).toEqual([300, 3000, 1000]);
  });

  it.runIf(page === 'engines.md')('shows a model that answers', async () => {
    const { shouting } = await import(join(folder, 'speech-to-speech.ts'));
    const turn = makeTurn({ modality: 'audio', items: [typed('hello')] });
    const pieces: readonly { readonly type: string }[] = await pull(shouting.open().respond(turn, never));
    expect(pieces[0]).toEqual({ type: 'text', text: 'HELLO!' });
    expect(pieces[1]?.type).toBe('sound');
    expect(pieces.at(-1)).toEqual({ type: 'message_end' });
  });

  it.runIf(page === 'pipeline.md')('shows a pipeline that answers', async () => {
    const { assistant } = await import(join(folder, 'assistant.ts'));
    const turn = makeTurn({ modality: 'audio', items: [typed('hello')] });
    const pieces: readonly { readonly type: string }[] = await pull(assistant.open().respond(turn, never));
    expect(pieces.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1])).toEqual([
      'text',
      'sound',
      'message_end',
      'end',
    ]);
  });
});
