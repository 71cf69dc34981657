import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readConfig } from './read.ts';
import { configSchema } from './schema.ts';

const read = (text: string, environment: Record<string, string> = {}) =>
  readConfig(text, 'antiphon.yaml', environment).values;

/** The message of the error that reading ends in. */
function complaint(text: string, environment: Record<string, string> = {}): string {
  try {
    read(text, environment);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'no complaint';
}

const whole = `
host: 0.0.0.0
port: 9000
auth: { keys: ["\${ANTIPHON_KEY}", other], allowed_origins: ["https://app.example"], allowed_hosts: [voice.example, "::1"] }
tls: { cert: ./cert.pem, key: ./key.pem }
limits: { sessions: 5, session_minutes: 30, frame_bytes: 1000000, buffered_audio_seconds: 60, unsent_bytes: 2000000 }
log: { level: debug, transcripts: true }
compatibility: { beta_header: strict, send_conversation_created: true }
models:
  test: { scenario: ./scenario.yaml }
  "*": { scenario: ./any.yaml }
`;

describe('a configuration file', () => {
  it('may hold all that the server can be told', () => {
    expect(read(whole, { ANTIPHON_KEY: 'sk-1' })).toEqual({
      host: '0.0.0.0',
      port: 9000,
      auth: {
        keys: ['sk-1', 'other'],
        allowed_origins: ['https://app.example'],
        allowed_hosts: ['voice.example', '::1'],
      },
      tls: { cert: './cert.pem', key: './key.pem' },
      limits: {
        sessions: 5,
        session_minutes: 30,
        frame_bytes: 1000000,
        buffered_audio_seconds: 60,
        unsent_bytes: 2000000,
      },
      log: { level: 'debug', transcripts: true },
      compatibility: { beta_header: 'strict', send_conversation_created: true },
      models: { test: { scenario: './scenario.yaml' }, '*': { scenario: './any.yaml' } },
    });
  });

  it('may be empty, or hold comments only', () => {
    expect(read('')).toEqual({});
    expect(read('# nothing\n')).toEqual({});
  });

  it('may be JSON', () => {
    expect(read('{"port": 1, "limits": {"sessions": 2}}')).toEqual({ port: 1, limits: { sessions: 2 } });
  });
});

describe('a mistake in the file is told in one line with its place:', () => {
  it.each([
    [
      'port: 1\nhots: x\n',
      'antiphon.yaml:2: unknown key "hots"; it takes host, port, auth, prices, tls, limits, resume, drain, state, node, webrtc, telephony, record, log, compatibility, mcp, models',
    ],
    [
      'limits:\n  sessions: 1\n  foo: 2\n',
      'antiphon.yaml:3: unknown key "foo" in limits; it takes sessions, session_minutes, frame_bytes, buffered_audio_seconds, unsent_bytes, responses, voices, items, conversation_bytes, total_bytes, secrets, secret_bytes',
    ],
    ['port: many\n', 'antiphon.yaml:1: port must be a whole number from 0 to 65535, not "many"'],
    ['port: 70000\n', 'antiphon.yaml:1: port must be a whole number from 0 to 65535, not 70000'],
    [
      'limits:\n  sessions: 1.5\n',
      'antiphon.yaml:2: limits.sessions must be a whole number from 1 to 1000000, not 1.5',
    ],
    ['host: ""\n', 'antiphon.yaml:1: host must be a host name or address, not ""'],
    ['\nauth:\n  keys: sk-secret\n', 'antiphon.yaml:3: auth.keys must be a list of API keys'],
    [
      'auth:\n  keys:\n    - one\n    - 12345\n',
      'antiphon.yaml:4: auth.keys.1 must be an API key, or hold one: write { key: …, limits: … }',
    ],
    [
      'auth:\n  allowed_origins: ["https://a.example/path"]\n',
      'antiphon.yaml:2: auth.allowed_origins.0 must be an origin such as "https://app.example", without a path, not "https://a.example/path"',
    ],
    [
      'auth:\n  allowed_hosts: ["http://a.example"]\n',
      'antiphon.yaml:2: auth.allowed_hosts.0 must be a host name or address such as "voice.example", without a scheme or port, not "http://a.example"',
    ],
    ['tls: { cert: a.pem }\n', 'antiphon.yaml:1: tls.key must be the path of a PEM file'],
    [
      'log: { level: loud }\n',
      'antiphon.yaml:1: log.level must be one of trace, debug, info, warn, error, fatal, silent, not "loud"',
    ],
    ['log:\n  transcripts: 1\n', 'antiphon.yaml:2: log.transcripts must be true or false, not 1'],
    [
      'compatibility: { beta_header: maybe }\n',
      'antiphon.yaml:1: compatibility.beta_header must be one of ignore, strict, translate, not "maybe"',
    ],
    [
      'compatibility: { send_conversation_created: 1 }\n',
      'antiphon.yaml:1: compatibility.send_conversation_created must be true or false, not 1',
    ],
    ['models: {}\n', 'antiphon.yaml:1: models must hold at least one model'],
    ['models:\n  a: {}\n', 'antiphon.yaml:2: models.a must say what the model is, e.g. { scenario: ./scenario.yaml }'],
    [
      'models:\n  a: { relay: x }\n',
      'antiphon.yaml:2: models.a.relay must be a URL such as wss://host/v1/realtime, without a user name, not "x"',
    ],
    [
      'models:\n  a: { relay: { upstreams: [] } }\n',
      'antiphon.yaml:2: models.a.relay.upstreams must name at least one upstream',
    ],
    [
      'models:\n  a: { relay: { upstreams: [{ kind: opnai }] } }\n',
      'antiphon.yaml:2: models.a.relay.upstreams.0.kind must be one of openai, azure, azure-preview, xai, antiphon, generic, not "opnai"',
    ],
    [
      'models:\n  a: { scenery: x }\n',
      'antiphon.yaml:2: unknown key "scenery" in models.a; it takes scenario, pipeline, speech_to_speech, relay',
    ],
    [
      'mcp:\n  allow: ["mcp.example"]\n',
      'antiphon.yaml:2: mcp.allow.0 must be a pattern such as "https://mcp.example/*", not "mcp.example"',
    ],
    [
      'mcp: { allow: "https://a/*" }\n',
      'antiphon.yaml:1: mcp.allow must be a list of patterns such as "https://mcp.example/*", not "https://a/*"',
    ],
    ['mcp: { deny: [] }\n', 'antiphon.yaml:1: unknown key "deny" in mcp; it takes allow, connectors'],
    [
      'mcp:\n  connectors:\n    connector_gmail: gmail\n',
      'antiphon.yaml:3: mcp.connectors.connector_gmail must be an http or https URL, without a user name, not "gmail"',
    ],
    [
      'webrtc:\n  public_ip: [here]\n',
      'antiphon.yaml:2: webrtc.public_ip.0 must be an address such as 203.0.113.7 or 2001:db8::7, not "here"',
    ],
    [
      'webrtc: { ice_servers: [{ urls: "http://a" }] }\n',
      'antiphon.yaml:1: webrtc.ice_servers.0.urls must be the URL of a STUN or TURN server such as "turn:turn.example:3478", not "http://a"',
    ],
    [
      'webrtc: { port: 1 }\n',
      'antiphon.yaml:1: unknown key "port" in webrtc; it takes udp_port, public_ip, ice_servers',
    ],
    ['- a\n- b\n', 'antiphon.yaml:1: the file must hold keys and values'],
    ['limits: 5\n', 'antiphon.yaml:1: limits must hold keys and values, not 5'],
  ])('%j', (text, message) => {
    expect(complaint(text)).toBe(message);
  });

  it('a file that is no YAML', () => {
    expect(complaint('port: 1\nhost: "open\n')).toMatch(/^antiphon\.yaml:\d: [^\n]+$/);
    expect(complaint('port: 1\nport: 2\n')).toMatch(/^antiphon\.yaml:2: [^\n]*unique[^\n]*$/);
    expect(complaint('a: [1, 2\n')).toMatch(/^antiphon\.yaml:\d: [^\n]+$/);
  });

  it.each([
    [
      'a bomb of aliases',
      `a: &a [${'x, '.repeat(99)}]\nb: &b [${'*a, '.repeat(99)}]\nc: &c [${'*b, '.repeat(99)}]\n`,
      'antiphon.yaml:2: the aliases multiply what they stand for beyond measure; write it out, or leave some out',
    ],
    [
      'an alias of nothing',
      'port: 1\nhost: *gone\n',
      'antiphon.yaml:2: the alias *gone stands for nothing: no anchor &gone comes before it',
    ],
    [
      'an alias of what it stands in',
      'models: &all\n  a: { speech_to_speech: { engine: ./x.js, more: *all } }\n',
      'antiphon.yaml:2: the alias *all stands within what it stands for',
    ],
    ['lists without end', `host: ${'['.repeat(10_000)}`, 'antiphon.yaml:1: it is nested too deeply'],
    ['a tag of another program', 'port: 1\nhost: !env HOST\n', 'antiphon.yaml:2: Unresolved tag: !env'],
    ['two documents', 'port: 1\n---\nport: 2\n', 'antiphon.yaml:2: a second document begins here; one is enough'],
  ])('and one that is YAML, but makes no sense: %s', (_, text, message) => {
    expect(complaint(text)).toBe(message);
  });

  it('and never shows a key', () => {
    expect(complaint('auth: { keys: sk-secret }\n')).not.toContain('sk-secret');
    expect(complaint('auth: { keys: [{ sk-secret: 1 }] }\n')).not.toContain('sk-secret');
  });
});

describe('${NAME} in the file', () => {
  it('stands for an environment variable, also inside a longer text', () => {
    expect(read('host: "${SUB}.example"\n', { SUB: 'voice' })).toEqual({ host: 'voice.example' });
  });

  it('may be a number where the value is not quoted', () => {
    expect(read('port: ${PORT}\n', { PORT: '9001' })).toEqual({ port: 9001 });
    expect(read('compatibility:\n  send_conversation_created: ${FLAG}\n', { FLAG: 'true' })).toEqual({
      compatibility: { send_conversation_created: true },
    });
  });

  it('stays text in quotes, so that a key of digits is a key', () => {
    expect(read('auth: { keys: ["${KEY}"] }\n', { KEY: '12345' })).toEqual({ auth: { keys: ['12345'] } });
  });

  it('can not bring structure into the file', () => {
    expect(read('host: ${HOST}\n', { HOST: 'a\nport: 1' })).toEqual({ host: 'a\nport: 1' });
  });

  it('is an error where the variable is not set, with its name and line', () => {
    expect(complaint('port: 1\nauth:\n  keys: ["${ANTIPHON_KEY}"]\n')).toBe(
      'antiphon.yaml:3: the environment variable ANTIPHON_KEY is not set',
    );
  });

  it('is an error where it is no name', () => {
    expect(complaint('host: "${A:-b}"\n')).toBe(
      'antiphon.yaml:1: "${A:-b}" is not a reference such as ${NAME}; write $${ for a plain ${',
    );
    expect(complaint('host: "${OPEN"\n')).toContain('"${OPEN" is not a reference');
  });

  it('can be written plainly with a second dollar sign', () => {
    expect(read('host: "$${HOME}"\n')).toEqual({ host: '${HOME}' });
  });

  it('leaves lone dollar signs alone', () => {
    expect(read('auth: { keys: ["pa$$word$"] }\n')).toEqual({ auth: { keys: ['pa$$word$'] } });
  });
});

describe('the schema of the file', () => {
  it('can be published as JSON Schema, with the meaning of each key and no unknown keys', () => {
    const schema = z.toJSONSchema(configSchema);
    expect(schema).toMatchObject({
      additionalProperties: false,
      properties: {
        limits: { additionalProperties: false, properties: { sessions: { type: 'integer', minimum: 1 } } },
        port: { description: expect.stringContaining('Default 8080') },
      },
    });
    expect(schema.required).toBeUndefined();
  });
});
