import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { folderWith } from '../clients/program.ts';
import { type ListingServer, listingServer } from './listing-server.ts';
import { programsOfTest } from './programs.ts';

const { ended } = programsOfTest();

const engine = 'export default () => ({ open() {} });\n';

describe('antiphon check-config', () => {
  it('finds nothing wrong with a good file, and says how many models it has', async () => {
    const folder = folderWith({
      'antiphon.yaml': 'models: { a: { speech_to_speech: echo }, b: { speech_to_speech: { engine: ./e.mjs } } }\n',
      'other.yaml': 'port: 0\nmodels: { a: { speech_to_speech: echo } }\n',
      'e.mjs': engine,
    });
    expect(await ended(['check-config'], { folder })).toEqual({
      code: 0,
      stdout: 'antiphon.yaml is fine: 2 models\n',
      stderr: '',
    });
    expect((await ended(['check-config', 'other.yaml'], { folder })).stdout).toBe('other.yaml is fine: 1 model\n');
    const environment = { ANTIPHON_CONFIG: 'other.yaml' };
    expect((await ended(['check-config'], { folder, environment })).stdout).toBe('other.yaml is fine: 1 model\n');
  });

  it('tells every mistake of the file in a line of its own', async () => {
    const folder = folderWith({
      'antiphon.yaml':
        'port: many\nauth: { keys: ["${UNSET}"] }\nmodels:\n  a: { speech_to_speech: { engine: eccho } }\n',
    });
    expect(await ended(['check-config'], { folder })).toEqual({
      code: 1,
      stdout: '',
      stderr: [
        'antiphon.yaml:1: port must be a whole number from 0 to 65535, not "many"',
        'antiphon.yaml:2: the environment variable UNSET is not set',
        'antiphon.yaml:4: models.a.speech_to_speech.engine must be one of echo, or a path such as ./my-engine.js, not "eccho"',
        '',
      ].join('\n'),
    });
  });

  it('tells everything that the file names and that is not there', async () => {
    const folder = folderWith({
      'antiphon.yaml': `tls: { cert: c.pem, key: k.pem }
models:
  a: { scenario: s.yaml }
  b: { scenario: bad.yaml }
  c:
    pipeline:
      vad: { engine: ./gone.mjs }
      transcriber: { engine: openai, model: m }
      language_model: { engine: ./e.mjs }
      synthesizer: tone
`,
      'bad.yaml': 'seed: 1\nreplys: []\n',
      'e.mjs': engine,
    });
    const { code, stderr } = await ended(['check-config'], { folder });
    expect(code).toBe(1);
    expect(
      stderr
        .trim()
        .split('\n')
        .map((line) => line.slice(0, 80)),
    ).toEqual([
      "antiphon.yaml:3: models.a.scenario: Can't read s.yaml: there is no such file.",
      expect.stringMatching(/^bad\.yaml:2: .*replys/),
      'antiphon.yaml:7: models.c.pipeline.vad.engine: there is no file ./gone.mjs',
      'antiphon.yaml:8: models.c.pipeline.transcriber: OpenAI needs a key: set OPENAI_A',
      'antiphon.yaml:9: models.c.pipeline.language_model.engine: ./e.mjs makes no langu',
      "Can't read c.pem: there is no such file.",
      "Can't read k.pem: there is no such file.",
    ]);
  });

  it('refuses what could not be served as a whole', async () => {
    const folder = folderWith({ 'antiphon.yaml': 'host: 0.0.0.0\n' });
    expect((await ended(['check-config'], { folder })).stderr).toMatch(
      /^Without API keys only a loopback host [^\n]+\n$/,
    );
    const environment = { ANTIPHON_API_KEYS: 'one' };
    expect((await ended(['check-config'], { folder, environment })).code).toBe(0);
  });

  it('needs a file', async () => {
    const { code, stderr } = await ended(['check-config']);
    expect(stderr).toBe("antiphon: Can't read antiphon.yaml: there is no such file.\n");
    expect(code).toBe(1);
  });
});

describe('antiphon check-config, of what is no mistake', () => {
  it('tells of a scenario that calls a tool for ever, and finds the file fine', async () => {
    const folder = folderWith({
      'antiphon.yaml': 'models: { a: { scenario: ./loop.yaml } }\n',
      'loop.yaml': 'replies: [{ steps: [{ call: { name: f } }] }]\n',
    });
    expect(await ended(['check-config'], { folder })).toEqual({
      code: 0,
      stdout: 'antiphon.yaml is fine: 1 model\n',
      stderr: expect.stringMatching(/^\.\/loop\.yaml: replies\[0\] calls f, [^\n]+\n$/),
    });
  });
});

describe('antiphon check-config --probe', () => {
  let server: ListingServer;
  beforeAll(async () => {
    server = await listingServer('qwen3:8b', 'llama:latest');
  });
  afterAll(() => server.close());

  const file = (model: string, url = server.url): string => `models:
  a:
    pipeline:
      transcriber: none
      language_model: { engine: openai, base_url: "${url}", model: "${model}", api_key: sk-mine }
      synthesizer: tone
`;

  it('asks the endpoints, with the key of the file', async () => {
    for (const model of ['qwen3:8b', 'llama']) {
      const folder = folderWith({ 'antiphon.yaml': file(model) });
      expect((await ended(['check-config', '--probe'], { folder })).stdout).toBe('antiphon.yaml is fine: 1 model\n');
    }
    expect(server.authorizations).toEqual(['Bearer sk-mine', 'Bearer sk-mine']);
  });

  it('tells of a model that is not there, and of an endpoint that is down', async () => {
    const wrong = folderWith({ 'antiphon.yaml': file('qwen9') });
    expect(await ended(['check-config', '--probe'], { folder: wrong })).toMatchObject({
      code: 1,
      stderr: `antiphon.yaml:5: models.a.pipeline.language_model: ${server.url} has no model qwen9; it has qwen3:8b, llama:latest\n`,
    });
    const gone = await listingServer();
    await gone.close();
    const down = folderWith({ 'antiphon.yaml': file('m', gone.url) });
    expect(await ended(['check-config', '--probe'], { folder: down })).toMatchObject({
      code: 1,
      stderr: `antiphon.yaml:5: models.a.pipeline.language_model: ${gone.url}/models does not answer (ECONNREFUSED)\n`,
    });
  });
});

describe('the published schema of the file', () => {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../dist/schema/config.json'), 'utf8'));
  const agrees = new Ajv2020({ strict: true, strictTypes: false }).compile(schema);
  const pipeline = `models:
  a:
    pipeline:
      vad: { engine: ./vad.js, depth: 3 }
      end_of_turn: silence
      transcriber: { engine: openai, base_url: http://localhost:8000/v1, model: w, response_format: verbose_json }
      language_model: { engine: openai, model: m, api: responses, extra: { temperature: 0.2 } }
      synthesizer: { engine: espeak, language: de }
      voices: { marin: f4 }
      instructions: Be brief.
      tools: [{ type: function, name: f, parameters: { type: object } }]
      mcp_servers: [{ server_label: files, server_url: "https://mcp.example/mcp" }]
      context_tokens: 8000
  b: { speech_to_speech: echo }
  c: { speech_to_speech: { engine: ./mine.js, words: [1] } }
  d: { scenario: s.yaml }
`;

  it('takes what the program takes', () => {
    agrees(parse(pipeline));
    expect(agrees.errors).toBeNull();
  });

  it.each([
    ['an unknown engine', 'engine: espeak,', 'engine: espeek,'],
    ['an unknown key of an engine', 'language: de', 'languages: de'],
    ['an unknown key of a pipeline', 'instructions:', 'instruction:'],
    ['a missing engine', /      transcriber:.*\n/, ''],
    ['a model of two kinds', 'd: { scenario: s.yaml', 'd: { scenario: s.yaml, speech_to_speech: echo'],
    ['a bad URL', 'http://localhost:8000/v1', 'localhost:8000'],
    ['a number out of range', 'context_tokens: 8000', 'context_tokens: 0'],
    ['a relay to no URL', 'd: { scenario: s.yaml }', 'd: { relay: x }'],
  ])('refuses what the program refuses: %s', async (_, good, bad) => {
    const text = pipeline.replace(good, bad);
    expect(text).not.toBe(pipeline);
    expect(agrees(parse(text))).toBe(false);
    const { code } = await ended(['check-config'], { folder: folderWith({ 'antiphon.yaml': text }) });
    expect(code).toBe(1);
  });
});
