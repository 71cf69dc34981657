import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { writtenByPeople } from '../../src/cli/published/schema-list.ts';
import { schemaFileContent } from '../../src/protocol/published/schema-files.ts';

/** What the program and what an editor think of a file that somebody wrote. */
function verdicts(name: string, yaml: string): { readonly program: boolean; readonly editor: boolean } {
  const file = writtenByPeople.find((each) => each.name === name);
  if (file === undefined) throw new Error(`Nothing is published as ${name}.json.`);
  const ajv = new Ajv2020({ strict: true, strictTypes: false });
  const document: unknown = parse(yaml);
  return {
    program: file.schema.safeParse(document).success,
    editor: ajv.validate(schemaFileContent(file, new Map()), document),
  };
}

const scenario = `
seed: 1
voice: tone
hear:
  - "what is the weather in paris"
  - { fail: { code: audio_unintelligible, message: "Too quiet." } }
  - { text: "hello there", segments: [{ speaker: A, text: hello, start: 0, end: 0.4 }], logprobs: true }
translate: [{ input: "bonjour", output: "good morning" }]
pace: { first_ms: 0, delta_ms: 0, unit: word }
replies:
  - when: { contains: "weather" }
    pace: { delta_ms: 20 }
    steps:
      - say: "Let me check."
      - call: { name: get_weather, arguments: { city: Paris } }
  - when: { tool: get_weather }
    steps: [{ say: "It is {output}." }, { wait_ms: 10 }]
  - when: { contains: "crash" }
    steps: [{ say: "Working" }, { fail: { code: server_error, message: "The model failed." } }]
  - when: { contains: "secret" }
    steps: [{ say: "I can" }, { incomplete: content_filter }]
  - steps: [{ say: "You said: {input}" }]
`;

const config = `
host: 127.0.0.1
port: 8080
auth: { keys: ["secret"], allowed_origins: ["https://app.example"] }
tls: { cert: ./cert.pem, key: ./key.pem }
limits: { sessions: 200, session_minutes: 60, frame_bytes: 21000000, buffered_audio_seconds: 600, unsent_bytes: 16000000, responses: 32, voices: 64 }
log: { level: info, transcripts: false }
compatibility: { beta_header: ignore, send_conversation_created: false }
models:
  test: { scenario: ./scenario.yaml }
`;

describe('editors and the program agree', () => {
  it.each([
    ['scenario', scenario],
    ['scenario', '{}'],
    ['config', config],
    ['config', '{}'],
  ])('on what a %s may say', (name, yaml) => {
    expect(verdicts(name, yaml)).toEqual({ program: true, editor: true });
  });

  it.each([
    ['scenario', 'an unknown key', `${scenario}\nvoices: tone`],
    ['scenario', 'an unknown key deep inside', scenario.replace('delta_ms: 20', 'delta: 20')],
    ['scenario', 'a step that is two', scenario.replace('{ wait_ms: 10 }', '{ wait_ms: 10, say: "" }')],
    ['scenario', 'a step that is none', scenario.replace('{ wait_ms: 10 }', '{}')],
    ['scenario', 'an unknown unit', scenario.replace('unit: word', 'unit: line')],
    ['scenario', 'a negative wait', scenario.replace('wait_ms: 10', 'wait_ms: -10')],
    ['config', 'an unknown key', `${config}\nmodel: {}`],
    ['config', 'an unknown key deep inside', config.replace('sessions: 200', 'session: 200')],
    ['config', 'a port out of range', config.replace('8080', '80800')],
    ['config', 'an unknown level', config.replace('level: info', 'level: loud')],
    ['config', 'half a certificate', config.replace(', key: ./key.pem', '')],
    [
      'config',
      'a kind of model that is not there yet',
      config.replace('{ scenario: ./scenario.yaml }', '{ pipeline: {} }'),
    ],
  ])('that a %s may not hold %s', (name, _, yaml) => {
    expect(verdicts(name, yaml)).toEqual({ program: false, editor: false });
  });
});
