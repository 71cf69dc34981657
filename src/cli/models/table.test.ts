import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type {
  OpenaiLanguageModelOptions,
  OpenaiSynthesizerOptions,
  OpenaiTranscriberOptions,
} from '../../engines/index.ts';
import type {
  OpenaiLanguageModelEntry,
  OpenaiSynthesizerEntry,
  OpenaiTranscriberEntry,
} from '../config/engine-entry.ts';
import { readConfig } from '../config/read.ts';
import type { Environment } from '../serve/settings.ts';
import { failuresIn } from './all-of.ts';
import { openaiOptions } from './openai-options.ts';
import { placeOutside } from './place.ts';
import { loadModels } from './table.ts';

const folder = mkdtempSync(join(tmpdir(), 'antiphon-test-'));

/** Writes a module and gives its name as the file has it. */
function module(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return `./${name}`;
}

function load(models: string, environment: Environment = {}) {
  const config = readConfig(`models:\n${models}`, 'a.yaml', environment);
  const entries = config.values.models ?? {};
  const options = { environment, endpoints: [] };
  return loadModels({ from: 'file', models: { folder, placeOf: config.placeOf, entries } }, options);
}

/** What loading complains of. */
async function complaints(models: string, environment: Environment = {}): Promise<readonly string[]> {
  const failure: unknown = await load(models, environment).then(
    () => [],
    (cause: unknown) => cause,
  );
  return Array.isArray(failure) ? [] : failuresIn(failure).map(({ message }) => message);
}

const pipeline = (engines: string): string =>
  `  a:\n    pipeline:\n      transcriber: none\n      language_model: ${engines}\n      synthesizer: tone\n`;

describe('a model that a module makes', () => {
  it('is what its default export returns, called with the rest of the entry', async () => {
    const engine = module('mine.mjs', 'export default (given) => ({ open: () => ({ given }) });');
    const { a } = await load(`  a: { speech_to_speech: { engine: ${engine}, depth: 3, words: [x] } }\n`);
    expect(a !== undefined && 'open' in a && a.open()).toEqual({ given: { depth: 3, words: ['x'] } });
  });

  it('may take its time, and may be CommonJS', async () => {
    const engine = module('slow.cjs', 'module.exports = async () => ({ open: () => 5 });');
    const { a } = await load(`  a: { speech_to_speech: { engine: ${engine} } }\n`);
    expect(a !== undefined && 'open' in a && a.open()).toBe(5);
  });

  it('is another for each entry', async () => {
    const engine = module('each.mjs', 'export default () => ({ open() { return this; } });');
    const { a, b } = await load(`  a: &one { speech_to_speech: { engine: ${engine} } }\n  b: *one\n`);
    expect(a).toBeDefined();
    expect(a).not.toBe(b);
  });

  it('is made anew from a file that has changed', async () => {
    const entry = '  a: { speech_to_speech: { engine: ./changing.mjs } }\n';
    const open = async () => {
      const { a } = await load(entry);
      return a !== undefined && 'open' in a && a.open();
    };
    module('changing.mjs', 'export default () => ({ open: () => 1 });');
    utimesSync(join(folder, 'changing.mjs'), 1, 1);
    expect(await open()).toBe(1);
    module('changing.mjs', 'export default () => ({ open: () => 2 });');
    utimesSync(join(folder, 'changing.mjs'), 2, 2);
    expect(await open()).toBe(2);
  });
});

describe('an engine that can not be had is told of in one line with its place:', () => {
  const good = 'export default () => ({ answer() {} });';
  const wrong = `must return an object with the method answer`;
  it.each([
    ['no file', null, 'there is no file ./engine.mjs'],
    ['no default export', 'export const answer = 1;', './engine.mjs has no default export that is a function'],
    ['no function', 'export default { answer() {} };', './engine.mjs has no default export that is a function'],
    [
      'another kind',
      'export default () => ({ speak() {} });',
      `./engine.mjs makes no language model; its default export ${wrong}`,
    ],
    ['nothing', 'export default () => {};', `./engine.mjs makes no language model; its default export ${wrong}`],
    ['a mistake in it', 'export default () => { throw new Error("no\\nluck"); };', './engine.mjs failed: no luck'],
    ['no code', 'export default (', "./engine.mjs can't be loaded: "],
  ])('%s', async (name, text, message) => {
    const file = `${name.replaceAll(' ', '-')}.mjs`;
    const engine = text === null ? './gone.mjs' : module(file, text);
    const [complaint, ...others] = await complaints(pipeline(`{ engine: ${engine} }`));
    expect(others).toEqual([]);
    expect(complaint?.replace(engine, './engine.mjs').replace(engine, './engine.mjs')).toContain(message);
    expect(complaint).toMatch(/^a\.yaml:5: models\.a\.pipeline\.language_model(\.engine)?: [^\n]+$/);
  });

  it.each([
    ['vad', 'voice activity detector', 'a function of the sample rate'],
    ['end_of_turn', 'end of turn', 'a function of the eagerness and the words'],
  ])('%s must be made as a function', async (part, kind, needs) => {
    const engine = module('object.mjs', 'export default () => ({});');
    const [complaint] = await complaints(
      `${pipeline(`{ engine: ${module('good.mjs', good)} }`)}      ${part}: { engine: ${engine} }\n`,
    );
    expect(complaint).toContain(`./object.mjs makes no ${kind}; its default export must return ${needs}`);
  });

  it('every one of them', async () => {
    const both = `  a: { speech_to_speech: { engine: ./gone.mjs } }\n  b: { scenario: gone.yaml }\n`;
    expect(await complaints(both)).toEqual([
      'a.yaml:2: models.a.speech_to_speech.engine: there is no file ./gone.mjs',
      "a.yaml:3: models.b.scenario: Can't read gone.yaml: there is no such file.",
    ]);
  });
});

describe('a key of OpenAI', () => {
  const environment = { OPENAI_API_KEY: 'sk-environment' };
  const keyOf = (entry: { base_url?: string; api_key?: string }) =>
    openaiOptions({ engine: 'openai', model: 'm', ...entry }, environment, placeOutside('here')).apiKey;

  it('is taken from the environment for OpenAI, and for nobody else', () => {
    expect(keyOf({})).toBe('sk-environment');
    expect(keyOf({ base_url: 'https://api.openai.com/v1' })).toBe('sk-environment');
    expect(keyOf({ base_url: 'https://api.openai.com.evil.example/v1' })).toBeUndefined();
    expect(keyOf({ base_url: 'http://api.openai.com/v1' })).toBeUndefined();
    expect(keyOf({ base_url: 'http://localhost:8000/v1' })).toBeUndefined();
  });

  it('in the file wins', () => {
    expect(keyOf({ api_key: 'sk-file' })).toBe('sk-file');
    expect(keyOf({ base_url: 'http://localhost:8000/v1', api_key: 'sk-file' })).toBe('sk-file');
  });

  it('is missed where OpenAI is asked and there is none', async () => {
    expect(await complaints(pipeline('{ engine: openai, model: m }'))).toEqual([
      'a.yaml:5: models.a.pipeline.language_model: OpenAI needs a key: set OPENAI_API_KEY, or give api_key or another base_url',
    ]);
    expect(await complaints(pipeline('{ engine: openai, model: m }'), environment)).toEqual([]);
  });
});

describe('an entry of the file', () => {
  it('reaches the engine in the spelling of code', () => {
    const entry = {
      engine: 'openai',
      model: 'm',
      base_url: 'http://a/v1',
      total_timeout_ms: 5,
      late_system_role: 'user',
    };
    expect(openaiOptions(entry, {}, placeOutside('here'))).toEqual({
      model: 'm',
      baseUrl: 'http://a/v1',
      totalTimeoutMs: 5,
      lateSystemRole: 'user',
    });
  });

  it('has no key that its engine does not know', () => {
    type Spelled<Entry> = keyof ReturnType<typeof openaiOptions<Entry & object>>;
    expectTypeOf<Exclude<Spelled<OpenaiTranscriberEntry>, keyof OpenaiTranscriberOptions>>().toBeNever();
    expectTypeOf<Exclude<Spelled<OpenaiLanguageModelEntry>, keyof OpenaiLanguageModelOptions>>().toBeNever();
    expectTypeOf<Exclude<Spelled<OpenaiSynthesizerEntry>, keyof OpenaiSynthesizerOptions>>().toBeNever();
  });
});
