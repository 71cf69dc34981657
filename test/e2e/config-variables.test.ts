import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Document, isMap, isScalar, Scalar, stringify } from 'yaml';
import { checkConfig } from '../../src/cli/check-config.ts';
import { inspectConfig } from '../../src/cli/config/read.ts';
import { publishedSchemas } from '../../src/cli/published/schema-list.ts';
import { folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { eachNth } from '../setup/scale.ts';
import { programsOfTest } from './programs.ts';

/** A text that makes no sense anywhere, and one that is a number. */
const secrets = { SECRET: 'http://zq Xyzzy-Secret/"471108154"', NUMBER: '90210473' };
/** The numbers stand alone: the times of the log's lines have digits, too. */
const parts = /xyzzy|secret\/|(?<!\d)(?:471108154|90210473)(?!\d)/i;

/** A module that tells all that it was given, and parts of it as errors of the platform do. */
const chatty = `export default (given) => {
  const told = JSON.stringify(given);
  const texts = Object.values(given).filter((value) => typeof value === 'string');
  for (const text of texts) { try { JSON.parse(text); } catch (cause) { throw new Error(cause.message + told + text.toUpperCase()); } }
  if (/90210473/.test(told)) throw new Error(told);
  return { open() {}, answer() {}, speak() {}, transcribe() {} };
};`;

const reach = {
  base_url: 'http://127.0.0.1:1/v1',
  api_key: 'k',
  headers: { x: 'y' },
  timeout_ms: 1,
  idle_timeout_ms: 1,
  total_timeout_ms: 1,
  retries: 0,
  extra: { x: 1 },
};
const transcriber = { engine: 'openai', model: 'm', ...reach, path: '/t', language: 'en', prompt: 'p' };
const mcpServer = {
  server_label: 's',
  server_url: 'http://127.0.0.1:1/',
  authorization: 'a',
  headers: { x: 'y' },
  allowed_tools: ['t'],
};

/** Every key that the file may have. */
const whole = {
  host: '127.0.0.1',
  port: 0,
  auth: {
    keys: [
      'k',
      {
        key: 'l',
        name: 'n',
        models: ['a'],
        sessions: 1,
        limits: { requests_per_minute: 1, tokens_per_minute: 1, audio_seconds_per_minute: 1 },
        budget: { usd: 1, per: 'day' },
        session: { minutes: 1, tokens: 1, usd: 1 },
        on_exhausted: 'finish',
      },
    ],
    admin_keys: ['m'],
    allowed_origins: ['https://a.example'],
    allowed_hosts: ['a.example'],
  },
  prices: 'prices.yaml',
  tls: { cert: 'c.pem', key: 'k.pem' },
  limits: {
    sessions: 1,
    session_minutes: 1,
    frame_bytes: 1024,
    buffered_audio_seconds: 1,
    unsent_bytes: 1024,
    responses: 1,
    voices: 1,
    items: 1000,
    conversation_bytes: 1000000,
    total_bytes: 100000000,
    secrets: 1000,
    secret_bytes: 65536,
  },
  resume: { keep_s: 60, grace_s: 5, renew: false },
  drain: { seconds: 20 },
  state: { redis: 'redis://127.0.0.1:1', prefix: 'p', secret: 's', when_down: 'local' },
  node: { url: 'http://127.0.0.1:1' },
  webrtc: {
    udp_port: 0,
    public_ip: ['192.0.2.1'],
    ice_servers: [{ urls: ['stun:stun.example'], username: 'u', credential: 'c' }],
  },
  telephony: {
    public_url: 'https://a.example',
    twilio: {
      model: 'b',
      auth_token: 't',
      greeting: 'g',
      instructions: 'i',
      ahead_ms: 4000,
      caller: true,
      key: 'n',
      account_sid: 'a',
      refer_allow: ['tel:+49*'],
      api_url: 'https://a.example',
    },
    telnyx: {
      model: 'b',
      public_key: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
      greeting: 'g',
      instructions: 'i',
      ahead_ms: 4000,
      caller: true,
      key: 'n',
      account_sid: 'a',
      api_key: 'k',
      refer_allow: ['tel:+49*'],
      api_url: 'https://a.example',
    },
    sip: {
      listen: ['udp://127.0.0.1:0'],
      peers: ['10.0.0.0/8'],
      webhook: { url: 'https://a.example', secret: 'whsec_ZWxldmVu' },
      answer: { model: 'b', greeting: 'g', instructions: 'i', caller: true },
      answer_s: 20,
      public_ip: '192.0.2.1',
      rtp_ports: '20000-20999',
      refer_allow: ['sip:*@a.example'],
      key: 'n',
    },
  },
  record: { dir: 'd', sample: 1, when: 'always', keep_days: 1, max_mb: 1, redact: ['audio'] },
  log: { level: 'info', transcripts: false },
  compatibility: { beta_header: 'ignore', send_conversation_created: false },
  mcp: { allow: ['https://a.example/*'], connectors: { connector_gmail: 'https://a.example/' } },
  models: {
    a: {
      pipeline: {
        vad: { engine: 'silero', gate: true, onnxruntime: false },
        end_of_turn: { engine: 'silence' },
        transcriber: { ...transcriber, response_format: 'json', stream: false, logprobs: false, sample_rate: 16_000 },
        language_model: {
          engine: 'openai',
          model: 'm',
          ...reach,
          api: 'chat',
          hears: false,
          system_role: 'system',
          late_system_role: 'system',
          max_tokens_field: 'max_tokens',
          opens_in_thought: false,
        },
        synthesizer: {
          engine: 'openai',
          model: 'm',
          ...reach,
          voice: 'v',
          response_format: 'pcm',
          sample_rate: 24_000,
          stream_format: 'audio',
          instructions: 'i',
        },
        voices: { marin: 'v' },
        instructions: 'i',
        tools: [{ type: 'function', name: 'f', description: 'd', parameters: { type: 'object' } }],
        early_generation: false,
        clauses_ahead: 1,
        tool_rounds: 1,
        reasons: true,
        context_tokens: 1000,
        instruction_tokens: 1000,
        mcp_servers: [mcpServer],
      },
    },
    b: { speech_to_speech: { engine: './chatty.mjs', depth: '1', more: { x: '1' } } },
    c: { scenario: 's.yaml' },
    r: {
      relay: {
        model: 'm',
        upstreams: [
          {
            name: 'u',
            kind: 'azure-preview',
            url: 'https://a.example',
            api_key: 'k',
            headers: { x: 'y' },
            deployment: 'd',
            api_version: 'v',
            transcription_model: 't',
            weight: 1,
            priority: 1,
          },
        ],
        strategy: 'weighted',
        connect: { timeout_ms: 1, total_ms: 1, tries: 1 },
        health: { failures: 1, window_s: 1, out_s: 1 },
        keepalive: { ping_s: 1, dead_s: 1 },
        lock: ['tools'],
        session: { instructions: 'i' },
        pass_headers: ['x'],
      },
    },
    d: {
      pipeline: {
        transcriber: { engine: './chatty.mjs', words: '1' },
        language_model: { engine: './chatty.mjs', words: '1' },
        synthesizer: { engine: 'espeak', language: 'en' },
      },
    },
  },
};

interface Place {
  readonly name: string;
  readonly file: string;
}

/** The path of everything in a tree. */
function pathsIn(tree: object, above: readonly (string | number)[] = []): (string | number)[][] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const path = [...above, Array.isArray(tree) ? Number(key) : key];
    return [path, ...(typeof value === 'object' && value !== null ? pathsIn(value, path) : [])];
  });
}

type Path = readonly (string | number)[];

function withValue(path: Path, text: string, type: Scalar.Type): string {
  const document = new Document(whole, { aliasDuplicateObjects: false });
  const scalar = new Scalar(text);
  scalar.type = type;
  document.setIn(path, scalar);
  return document.toString({ lineWidth: 0 });
}

function withName(path: Path, name: string): string {
  const document = new Document(whole, { aliasDuplicateObjects: false });
  const parent = document.getIn(path.slice(0, -1), true) ?? document.contents;
  const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1)) : undefined;
  if (isScalar(pair?.key)) pair.key.value = name;
  return document.toString({ lineWidth: 0 });
}

/** The whole file with a variable in each of its places: as a value, in quotes, within a longer text, as the name of a key. */
function placesOf(): Place[] {
  return pathsIn(whole).flatMap((path) => {
    const name = path.join('.');
    return [
      { name: `${name}, plain`, file: withValue(path, '${SECRET}', 'PLAIN') },
      { name: `${name}, in quotes`, file: withValue(path, '${NUMBER}', 'QUOTE_DOUBLE') },
      { name: `${name}, a number`, file: withValue(path, '${NUMBER}', 'PLAIN') },
      { name: `${name}, within a text`, file: withValue(path, './a/${SECRET}.js', 'QUOTE_DOUBLE') },
      ...(typeof path.at(-1) === 'string' ? [{ name: `${name}, as a key`, file: withName(path, '${SECRET}') }] : []),
    ];
  });
}

const files = {
  'chatty.mjs': chatty,
  's.yaml': 'seed: 1\nreplies: [{ steps: [{ say: hi }] }]\n',
  'c.pem': 'no certificate',
  'k.pem': 'no key',
  'prices.yaml': 'a: { input: { text: 1 } }\n',
};
const places = placesOf();
/** What a reload says is written as what check-config does, which is asked for each place. */
const reloaded = eachNth(places, 2);
/** Without the certificate, which no server could be served with, and the webhook, which excludes the answer. */
const served = (file: string): string => file.replace(/^tls:\n(?: {2}.*\n)*|^ {4}webhook:\n(?: {6}.*\n)*/gm, '');

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('a variable in any place of the file', () => {
  it('is any place that there is', () => {
    const names = new Set(pathsIn(whole).map((path) => path.at(-1)));
    const schema = JSON.stringify(publishedSchemas().get('config.json'));
    const properties = [...schema.matchAll(/"properties":(\{)/g)].flatMap(({ index }) =>
      keysAt(schema, index + '"properties":'.length),
    );
    // The other kinds of what is there: an engine is one of several, a model is of one kind.
    const missing = new Set(properties.filter((name) => !names.has(name)));
    expect([...missing]).toEqual([]);
  });

  it('never has its value printed by check-config', async () => {
    const folder = folderWith(files);
    for (const [name, value] of Object.entries(secrets)) vi.stubEnv(name, value);
    const printed: string[] = [];
    const write = (text: string | Uint8Array): boolean => printed.push(String(text)) > 0;
    vi.spyOn(process.stderr, 'write').mockImplementation(write);
    vi.spyOn(process.stdout, 'write').mockImplementation(write);
    for (const { name, file } of places) {
      const path = join(folder, 'antiphon.yaml');
      writeFileSync(path, file);
      const before = printed.length;
      await checkConfig(path, {});
      process.exitCode = 0;
      expect(`${name}: ${printed.slice(before).join('')}`).not.toMatch(parts);
    }
    expect(printed.join('').match(/\$\{(?:SECRET|NUMBER)\}/g)?.length).toBeGreaterThan(places.length / 2);
  });
});

function keysAt(json: string, start: number): string[] {
  let depth = 0;
  for (let end = start; end < json.length; end++) {
    // The words of the schema hold no braces but in pairs.
    if (json[end] === '{') depth++;
    if (json[end] === '}' && --depth === 0) return Object.keys(JSON.parse(json.slice(start, end + 1)));
  }
  return [];
}

describe('a variable in any place of the file of a program', () => {
  const { run } = programsOfTest();
  let folder = '';
  beforeEach(() => {
    folder = folderWith({ ...files, 'antiphon.yaml': served(stringify(whole)) });
  });

  it('never has its value printed by a reload', async () => {
    const program = run(['serve'], { folder, environment: secrets });
    await program.url();
    let count = 0;
    for (const { name, file } of reloaded) {
      writeFileSync(join(folder, 'antiphon.yaml'), served(file));
      program.kill('SIGHUP');
      count++;
      const before = program.stderr().length;
      await until(
        `the reload with ${name}`,
        () => (program.stderr().match(/configuration (?:not )?reloaded/g)?.length ?? 0) >= count,
      );
      count = program.stderr().match(/configuration (?:not )?reloaded/g)?.length ?? 0;
      expect(`${name}: ${program.stderr().slice(before)}`).not.toMatch(parts);
    }
  });

  it('never has its value printed by serve', async () => {
    // What the schema refuses is told in the words that check-config has; here is what is found out later, or too late.
    const later =
      /^(?:host|prices|tls\.|models\.b\.speech_to_speech\.(?:engine|depth)|models\.c\.scenario|mcp\.).*(?:plain|within a text)$/;
    const subtle = places.filter(({ name, file }) => later.test(name) && inspectConfig(file, 'a.yaml', secrets).ok);
    expect(subtle.length).toBeGreaterThan(8);
    for (const { name, file } of subtle) {
      writeFileSync(join(folder, 'antiphon.yaml'), name.startsWith('tls') ? file : served(file));
      const program = run(['serve'], { folder, environment: secrets });
      expect(await program.exited()).toBe(1);
      expect(program.stderr()).toMatch(/^antiphon: [^\n]*\$\{SECRET\}[^\n]*\n$/);
      expect(`${name}: ${program.stderr()}`).not.toMatch(parts);
    }
  });
});
