import { describe, expect, it } from 'vitest';
import { inspectConfig, readConfig } from './read.ts';

const parts = `
      transcriber: { engine: openai, base_url: http://localhost:8000/v1, model: whisper }
      language_model: { engine: openai, base_url: http://localhost:11434/v1, model: "qwen3:8b" }
      synthesizer: espeak
`;
const pipeline = (text: string): string => `models:\n  a:\n    pipeline:${parts}${text}`;

function problems(text: string, environment: Record<string, string> = {}): readonly string[] {
  const inspected = inspectConfig(text, 'a.yaml', environment);
  return inspected.ok ? [] : inspected.problems;
}

/** A pipeline with one engine in place of the usual one, on line 5. */
function withEngine(part: string, entry: string): string {
  const lines = parts.split('\n').filter((line) => line !== '' && !line.includes(`${part}:`));
  return `models:\n  a:\n    pipeline:\n${lines.slice(0, 1).join('\n')}\n      ${part}: ${entry}\n${lines.slice(1).join('\n')}\n`;
}

describe('a pipeline', () => {
  it.each([
    ['nothing but its three engines', ''],
    ['a vad by name', '      vad: energy\n'],
    ['a vad with settings', '      vad: { engine: silero, gate: false, onnxruntime: false }\n'],
    ['a vad of the user', '      vad: { engine: ./vad.js, threshold: 3 }\n'],
    ['an end of turn', '      end_of_turn: { engine: ../turns/end.mjs }\n'],
    ['voices', '      voices: { marin: af_heart }\n'],
    ['instructions', '      instructions: Be brief.\n'],
    ['tools', '      tools: [{ name: hang_up, description: Ends the call., parameters: { type: object } }]\n'],
    [
      'MCP servers',
      '      mcp_servers: [{ server_label: files, server_url: "http://localhost:3000/mcp", allowed_tools: [read] }]\n',
    ],
    [
      'limits of its model',
      '      context_tokens: 8000\n      instruction_tokens: 2000\n      reasons: false\n      tool_rounds: 2\n      clauses_ahead: 1\n      early_generation: true\n',
    ],
  ])('may have %s', (_, text) => {
    expect(problems(pipeline(text))).toEqual([]);
  });

  it.each([
    ['transcriber', 'none'],
    ['transcriber', '{ engine: none }'],
    ['transcriber', '{ engine: ./words.ts, anything: [1, 2] }'],
    ['transcriber', '{ engine: openai, model: w, path: /inference, language: de, prompt: Antiphon, stream: true }'],
    ['transcriber', '{ engine: openai, model: w, response_format: verbose_json, logprobs: true, sample_rate: 16000 }'],
    ['language_model', '{ engine: ./mind.js }'],
    ['language_model', '{ engine: openai, model: m, api: responses, hears: true, extra: { temperature: 0.2 } }'],
    ['language_model', '{ engine: openai, model: m, system_role: developer, late_system_role: user }'],
    ['language_model', '{ engine: openai, model: m, max_tokens_field: max_tokens, opens_in_thought: true }'],
    [
      'language_model',
      '{ engine: openai, model: m, timeout_ms: 10, idle_timeout_ms: 10, total_timeout_ms: 10, retries: 0 }',
    ],
    ['language_model', '{ engine: openai, model: m, api_key: k, headers: { x-team: voice } }'],
    ['synthesizer', 'tone'],
    ['synthesizer', '{ engine: espeak, language: de }'],
    ['synthesizer', '{ engine: openai, model: kokoro, voice: af_heart, response_format: wav, sample_rate: 24000 }'],
    ['synthesizer', '{ engine: openai, model: t, stream_format: sse, instructions: Softly. }'],
    ['synthesizer', '{ engine: /opt/voice.cjs }'],
  ])('takes as its %s %s', (part, entry) => {
    expect(problems(withEngine(part, entry))).toEqual([]);
  });

  it.each([
    [
      'transcriber',
      '{ engine: opnai, model: w }',
      'engine must be one of openai, none, or a path such as ./my-engine.js, not "opnai"',
    ],
    ['transcriber', '{ model: w }', 'engine must be one of openai, none, or a path such as ./my-engine.js'],
    [
      'language_model',
      '{ engine: espeak }',
      'engine must be one of openai, or a path such as ./my-engine.js, not "espeak"',
    ],
    [
      'synthesizer',
      '{ engine: none }',
      'engine must be one of openai, espeak, tone, or a path such as ./my-engine.js, not "none"',
    ],
    [
      'vad',
      '{ engine: sillero }',
      'engine must be one of silero, energy, or a path such as ./my-engine.js, not "sillero"',
    ],
    ['language_model', '{ engine: openai }', 'model must be the name of a model'],
    [
      'language_model',
      '{ engine: openai, model: m, base_url: "localhost:8000" }',
      'base_url must be an http or https URL such as http://localhost:8000/v1, without a user name, not "localhost:8000"',
    ],
    [
      'language_model',
      '{ engine: openai, model: m, timeout_ms: 0 }',
      'timeout_ms must be a whole number from 1 to 3600000, not 0',
    ],
    [
      'language_model',
      '{ engine: openai, model: m, api: completions }',
      'api must be one of chat, responses, not "completions"',
    ],
    [
      'transcriber',
      '{ engine: openai, model: w, path: inference }',
      'path must be a path such as /inference, not "inference"',
    ],
    [
      'synthesizer',
      '{ engine: openai, model: t, response_format: mp3 }',
      'response_format must be one of pcm, wav, not "mp3"',
    ],
  ])('refuses as its %s %s', (part, entry, message) => {
    expect(problems(withEngine(part, entry))).toEqual([`a.yaml:5: models.a.pipeline.${part}.${message}`]);
  });

  it.each([
    ['vad', 'loud', 'must be silero or energy or an entry such as { engine: ./my-engine.js }, not "loud"'],
    ['transcriber', 'whisper', 'must be none or an entry such as { engine: openai, model: … }, not "whisper"'],
    ['language_model', 'qwen', 'must be an entry such as { engine: openai, model: … }, not "qwen"'],
  ])('refuses as its %s the word %s', (part, entry, message) => {
    expect(problems(withEngine(part, entry))).toEqual([`a.yaml:5: models.a.pipeline.${part} ${message}`]);
  });

  it('names an unknown key of an engine with its line and the keys that there are', () => {
    expect(problems(withEngine('synthesizer', '{ engine: espeak, volume: 3 }'))).toEqual([
      'a.yaml:5: unknown key "volume" in models.a.pipeline.synthesizer; it takes engine, language',
    ]);
  });

  it('misses an engine at the place of the pipeline', () => {
    expect(
      problems('models:\n  a:\n    pipeline: { language_model: { engine: ./m.js }, synthesizer: tone }\n'),
    ).toEqual([
      'a.yaml:3: models.a.pipeline.transcriber must be none or an entry such as { engine: openai, model: … }',
    ]);
  });

  it('does not call tools for turns that may never be taken', () => {
    const servers =
      '      mcp_servers: [{ server_label: a, server_url: "https://a/mcp" }]\n      early_generation: true\n';
    expect(problems(pipeline(servers))[0]).toContain(
      'a.yaml:8: models.a.pipeline.early_generation and mcp_servers exclude',
    );
  });

  it('shows no secret in a complaint', () => {
    for (const entry of [
      '{ engine: openai, model: m, api_key: 12345678 }',
      '{ engine: openai, model: m, headers: { authorization: 12345678 } }',
      '{ engine: openai, model: m, base_url: "http://me:12345678@localhost/v1" }',
    ]) {
      const [problem] = problems(withEngine('language_model', entry));
      expect(problem).toContain('models.a.pipeline.language_model.');
      expect(problem).not.toContain('12345678');
    }
  });
});

describe('a model', () => {
  it.each([['echo'], ['{ engine: echo }'], ['{ engine: ./mine.js, voice: low }']])(
    'may be one engine that hears and speaks: %s',
    (entry) => {
      expect(problems(`models: { a: { speech_to_speech: ${entry} } }\n`)).toEqual([]);
    },
  );

  it('is of one kind', () => {
    expect(problems('models:\n  a:\n    scenario: s.yaml\n    speech_to_speech: echo\n')).toEqual([
      'a.yaml:2: models.a must be of one kind, but is scenario and speech_to_speech',
    ]);
  });
});

describe('what is no entry of a model', () => {
  const anyKind =
    'write { speech_to_speech: echo }, { scenario: ./scenario.yaml }, { relay: wss://host/v1/realtime } or { pipeline: … }';
  it.each([
    ['models: { a: echo }', 'models.a must say what the model is: write { speech_to_speech: echo }, not "echo"'],
    [
      'models: { a: ./talk.yaml }',
      'models.a must say what the model is: write { scenario: ./scenario.yaml }, not "./talk.yaml"',
    ],
    [
      'models: { a: ./mind.js }',
      'models.a must say what the model is: write { speech_to_speech: { engine: ./my-engine.js } }, not "./mind.js"',
    ],
    [
      'models: { a: ollama }',
      'models.a must say what the model is: write { pipeline: { transcriber: …, language_model: …, synthesizer: … } }, not "ollama"',
    ],
    ['models: { a: }', `models.a must say what the model is: ${anyKind}`],
    ['models: { a: [echo] }', `models.a must say what the model is: ${anyKind}`],
    ['models: { a: 5 }', `models.a must say what the model is: ${anyKind}, not 5`],
    [
      'models: { a: { pipeline: echo } }',
      'models.a.pipeline must hold its engines: write { transcriber: …, language_model: …, synthesizer: … }, not "echo"',
    ],
    [
      'models: echo',
      'models must hold one entry for each model: write { NAME: { speech_to_speech: echo } }, not "echo"',
    ],
    ['models: [echo]', 'models must hold one entry for each model: write { NAME: { speech_to_speech: echo } }'],
    ['models:', 'models must hold one entry for each model: write { NAME: { speech_to_speech: echo } }'],
  ])('is told with what to write: %s', (text, problem) => {
    expect(problems(text)).toEqual([`a.yaml:1: ${problem}`]);
  });
});

describe('all that is wrong', () => {
  it('is told at once, in the order of the file', () => {
    const text = 'port: many\nlimits: { foo: 1, bar: 2 }\nmodels:\n  a: { relay: x }\n  b: {}\n';
    expect(problems(text).map((line) => line.slice(0, 40))).toEqual([
      'a.yaml:1: port must be a whole number fr',
      'a.yaml:2: unknown key "foo" in limits; i',
      'a.yaml:2: unknown key "bar" in limits; i',
      'a.yaml:4: models.a.relay must be a URL s',
      'a.yaml:5: models.b must say what the mod',
    ]);
  });

  it('names each variable that is not set, and nothing that follows from it', () => {
    const text = 'port: ${PORT}\nhost: "${HOST}"\nlog: { level: loud }\n';
    expect(problems(text)).toEqual([
      'a.yaml:1: the environment variable PORT is not set',
      'a.yaml:2: the environment variable HOST is not set',
      'a.yaml:3: log.level must be one of trace, debug, info, warn, error, fatal, silent, not "loud"',
    ]);
  });
});

describe('the place of a key', () => {
  const { placeOf } = readConfig(pipeline('      vad:\n        engine: ./vad.js\n'), 'a.yaml', {});

  it('is its line, or that of the nearest key above', () => {
    expect(placeOf(['models', 'a', 'pipeline', 'vad', 'engine'])).toBe('a.yaml:8');
    expect(placeOf(['models', 'a', 'pipeline', 'end_of_turn'])).toBe('a.yaml:3');
  });
});
