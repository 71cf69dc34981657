import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { certificate, folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { connect } from './peer.ts';
import { type RunningProgram, type StartOptions, start } from './running-program.ts';

const running: RunningProgram[] = [];

afterEach(() => {
  for (const program of running.splice(0)) program.kill('SIGKILL');
});

/** Starts `antiphon serve`, killed after the test if it is still there. */
function serve(args: readonly string[] = [], options: StartOptions = {}): RunningProgram {
  const program = start(['serve', ...args], { folder: folderWith({}), ...options });
  running.push(program);
  return program;
}

/** A command line that must fail: its exit code and all it said. */
async function failing(args: readonly string[], options: StartOptions = {}) {
  const program = start(args, { folder: folderWith({}), ...options });
  running.push(program);
  const code = await program.exited();
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

const realtime = (url: string, model = 'echo'): string => `${url.replace('http', 'ws')}/v1/realtime?model=${model}`;

const greeting = [
  {
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
  },
  { type: 'response.create', response: { output_modalities: ['text'] } },
];

describe('antiphon serve', () => {
  it('prints one line on standard output and serves the echo under every name', async () => {
    const program = serve(['--port', '0']);
    const url = await program.url();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const peer = await connect(realtime(url, 'any-name-at-all'));
    for (const event of greeting) peer.send(event);
    const done = await peer.event('response.output_text.done');
    expect(done['text']).toBe('You said: Hi');
    program.kill('SIGTERM');
    expect(await program.exited()).toBe(0);
    expect(program.stdout()).toBe(`Listening on ${url}\n`);
  });

  it('logs JSON lines on standard error, without keys or what was said', async () => {
    const program = serve(['--port', '0', '--api-key', 'sk-secret', '--log-level', 'debug']);
    const url = await program.url();
    const peer = await connect(realtime(url), { headers: { authorization: 'Bearer sk-secret' } });
    for (const event of greeting) peer.send(event);
    await peer.event('response.done');
    const wrong = await connect(realtime(url), { headers: { authorization: 'Bearer sk-guess' } });
    await wrong.closed();
    program.kill('SIGTERM');
    await program.exited();
    const lines = program.stderr().trim().split('\n');
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), msg: expect.any(String) });
    expect(program.stderr()).not.toMatch(/sk-secret|sk-guess|You said/);
  });

  it('says what to do next on standard error, and nothing but the ready line on standard output', async () => {
    const program = serve(['--port', '0', '--api-key', 'one']);
    const url = await program.url();
    const step = await until('the next step', () => /"msg":"(open [^"]+)"/.exec(program.stderr())?.[1]);
    expect(step).toBe(
      `open ${url}/ to talk to it and see what happens, or in a terminal: ` +
        `npx antiphon talk ${url.replace('http', 'ws')}/v1/realtime --key KEY`,
    );
    expect(program.stdout()).toBe(`Listening on ${url}\n`);
  });

  it('asks for the keys it was given, as flags or in the environment', async () => {
    const flags = await serve(['--port', '0', '--api-key', 'one', '--api-key', 'two']).url();
    const variable = await serve(['--port', '0'], { environment: { ANTIPHON_API_KEYS: 'one,two' } }).url();
    for (const url of [flags, variable]) {
      const peer = await connect(realtime(url), { headers: { authorization: 'Bearer two' } });
      await peer.event('session.created');
      const other = await connect(realtime(url));
      expect(await other.closed()).toEqual({ code: 3000, reason: 'invalid_request_error' });
    }
  });

  it('serves https and wss', async () => {
    const { cert, key } = certificate();
    const url = await serve(['--port', '0', '--tls-cert', cert, '--tls-key', key]).url();
    expect(url).toMatch(/^https:/);
  });

  it('lets a flag win over the environment, and the environment over the file in its folder', async () => {
    const folder = folderWith({ 'antiphon.yaml': 'port: 1\nauth: { keys: [from-file] }\nlog: { level: warn }\n' });
    const environment = { ANTIPHON_PORT: '2', ANTIPHON_API_KEYS: 'from-environment' };
    const program = serve(['--port', '0'], { folder, environment });
    const url = await program.url();
    const status = async (key: string) =>
      (await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect(await status('from-environment')).toBe(200);
    expect(await status('from-file')).toBe(401);
    program.kill('SIGTERM');
    await program.exited();
    expect(program.stderr()).toBe('');
  });

  it('reads the file that --config or ANTIPHON_CONFIG names', async () => {
    const folder = folderWith({ 'a.yaml': 'port: 0\nauth: { keys: ["${KEY}"] }\n' });
    const environment = { KEY: 'from-variable' };
    for (const program of [
      serve(['--config', 'a.yaml'], { folder, environment }),
      serve([], { folder, environment: { ...environment, ANTIPHON_CONFIG: 'a.yaml' } }),
    ]) {
      const headers = { authorization: 'Bearer from-variable' };
      expect((await fetch(`${await program.url()}/v1/models`, { headers })).status).toBe(200);
    }
  });

  it('plays a scenario under every name, and the models of a file under theirs', async () => {
    const scenario = 'seed: 1\nreplies:\n  - steps: [{ say: "From the script" }]\n';
    const folder = folderWith({
      'scenario.yaml': scenario,
      'models.yaml': 'port: 0\nmodels: { script: { scenario: ./scenario.yaml } }\n',
    });
    const every = await serve(['--port', '0', '--scenario', 'scenario.yaml'], { folder }).url();
    const named = await serve(['--config', 'models.yaml'], { folder }).url();
    for (const url of [realtime(every, 'anything'), realtime(named, 'script')]) {
      const peer = await connect(url);
      for (const event of greeting) peer.send(event);
      expect((await peer.event('response.output_text.done'))['text']).toBe('From the script');
    }
    const other = await connect(realtime(named, 'other'));
    expect(await other.event('error')).toMatchObject({ error: { code: 'invalid_model' } });
  });

  it('says how to get a voice where espeak-ng is missing', async () => {
    const program = serve(['--port', '0'], { environment: { PATH: folderWith({}) } });
    await program.url();
    const hint = await until('the hint', () => /espeak-ng is not installed[^\n]*/.exec(program.stderr())?.[0]);
    expect(hint).toContain('apt-get install espeak-ng');
  });
});

describe('a signal', () => {
  const slowScenario = 'replies:\n  - steps: [{ say: "Wait" }, { wait_ms: 60000 }, { say: "too late" }]\n';

  /** A program whose only session has a response that takes a minute. */
  async function busy(): Promise<RunningProgram> {
    const folder = folderWith({ 'scenario.yaml': slowScenario });
    const program = serve(['--port', '0', '--scenario', 'scenario.yaml'], { folder });
    const peer = await connect(realtime(await program.url()));
    for (const event of greeting) peer.send(event);
    await peer.event('response.output_text.delta');
    return program;
  }

  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s closes idle sessions with 1001 and ends the program with 0',
    async (signal) => {
      const program = serve(['--port', '0']);
      const peer = await connect(realtime(await program.url()));
      await peer.event('session.created');
      program.kill(signal);
      expect((await peer.closed()).code).toBe(1001);
      expect(await program.exited()).toBe(0);
    },
  );

  it('ends even a program whose response would go on', async () => {
    const program = await busy();
    program.kill('SIGTERM');
    expect(await program.exited()).toBe(0);
  });

  it('that comes a second time ends it at once', async () => {
    const program = await busy();
    program.kill('SIGTERM');
    await until('the drain to begin', () => program.stderr().includes('draining'));
    program.kill('SIGTERM');
    expect(await program.exited()).toBe(143);
  });
});

describe('a mistake ends in one line and exit code 1:', () => {
  const files = {
    'bad.yaml': 'port: 0\nlimits:\n  foo: 1\n',
    'unset.yaml': 'auth:\n  keys: ["${NOT_SET}"]\n',
    'relay.yaml': 'models:\n  a: { relay: { upstreams: [{ kind: azure }] } }\n',
    'engine.yaml': 'models:\n  a:\n    speech_to_speech:\n      engine: ./engine.mjs\n',
    'engine.mjs': 'export default () => ({ speak() {} });\n',
    'turn.yaml': 'webrtc: { ice_servers: [{ urls: "turn:turn.example" }] }\n',
    'lost.yaml': 'models:\n  a: { scenario: nowhere.yaml }\n',
    'scenario.yaml': 'seed: 1\nreplys: []\n',
    'no.pem': 'nothing\n',
  };

  it.each([
    [['--prt', '1'], "unknown option '--prt' (Did you mean --port?)."],
    [['--port', 'many'], '--port must be a whole number from 0 to 65535, not "many".'],
    [['--port'], "option '--port <port>' argument missing."],
    [['--beta-header', 'maybe'], "argument 'maybe' is invalid. Allowed choices are ignore, strict, translate."],
    [['--log-level', 'loud'], '--log-level must be one of trace, debug'],
    [['--tls-key', 'no.pem'], '--tls-key needs --tls-cert as well.'],
    [['--tls-cert', 'gone.pem', '--tls-key', 'no.pem'], "Can't read gone.pem: there is no such file."],
    [['--tls-cert', 'no.pem', '--tls-key', 'no.pem'], "The TLS certificate and key can't be used: "],
    [['--host', '0.0.0.0'], 'Without API keys only a loopback host can be served, not 0.0.0.0.'],
    [['--udp-port', '5000', '--config', 'turn.yaml'], 'With ICE servers each call takes a UDP port of its own'],
    [['--public-ip', 'here'], '--public-ip must be an address such as'],
    [['--config', 'gone.yaml'], "Can't read gone.yaml: there is no such file."],
    [['--config', 'bad.yaml'], 'bad.yaml:3: unknown key "foo" in limits'],
    [['--config', 'unset.yaml'], 'unset.yaml:2: the environment variable NOT_SET is not set'],
    [['--config', 'relay.yaml'], 'The relay a has an upstream without a URL: give azure its url.'],
    [['--relay', 'upstream'], '--relay must be a URL such as wss://host/v1/realtime, without a user name.'],
    [['--relay-key', 'sk'], '--relay-key needs --relay as well.'],
    [['--relay', 'wss://a', '--preset', 'local'], '--preset and --relay exclude each other.'],
    [
      ['--config', 'engine.yaml'],
      'engine.yaml:4: models.a.speech_to_speech.engine: ./engine.mjs makes no speech-to-speech engine; its default export must return an object with the method open',
    ],
    [['--scenario', 'scenario.yaml', '--preset', 'local'], '--scenario and --preset exclude each other.'],
    [['--preset', 'openai'], '--preset openai needs OPENAI_API_KEY to be set.'],
    [['--config', 'lost.yaml'], "lost.yaml:2: models.a.scenario: Can't read nowhere.yaml: there is no such file."],
    [['--scenario', 'gone.yaml'], "Can't read gone.yaml: there is no such file."],
    [['--scenario', 'scenario.yaml'], 'scenario.yaml:2:'],
  ])('serve %j', async (args, message) => {
    const { code, stdout, stderr } = await failing(['serve', ...args], { folder: folderWith(files) });
    expect(stderr).toMatch(/^antiphon: [^\n]+\n$/);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
    expect(stdout).toBe('');
  });

  it('a port that is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, stderr } = await failing(['serve', '--port', String(port)]);
    other.close();
    expect(stderr).toMatch(new RegExp(`^antiphon: Port ${port} on 127\\.0\\.0\\.1 is in use\\.[^\\n]+\\n$`));
    expect(code).toBe(1);
  });

  it('an unknown command', async () => {
    const { code, stderr } = await failing(['dance']);
    expect(stderr).toMatch(/^antiphon: unknown command 'dance'[^\n]*\n$/);
    expect(code).toBe(1);
  });
});

describe('the program', () => {
  it('tells its version', async () => {
    for (const args of [['version'], ['--version']]) {
      const program = start(args);
      expect(await program.exited()).toBe(0);
      expect(program.stdout()).toMatch(/^\d+\.\d+\.\d+\n$/);
    }
  });

  it('under a Node that is too old says so in one line', async () => {
    const pretend = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.11.1" } })';
    const node = [process.execPath, '--import', `data:text/javascript,${encodeURIComponent(pretend)}`] as const;
    const { code, stdout, stderr } = await failing(['serve', '--port', '0'], { node });
    expect(stderr).toBe('antiphon: needs Node 22.12 or newer, and this is Node 20.11.1. Install a newer Node.\n');
    expect(code).toBe(1);
    expect(stdout).toBe('');
  });

  const system = '/usr/bin/node';
  const found = spawnSync(system, ['--version']).stdout?.toString() ?? '';
  it.runIf(/^v(1\d|20|21)\./.test(found))('does so under the older Node of this machine', async () => {
    const { code, stderr } = await failing(['serve'], { node: [system] });
    expect(stderr).toMatch(/^antiphon: needs Node 22\.12 or newer, and this is Node \d+\.\d+\.\d+\.[^\n]+\n$/);
    expect(code).toBe(1);
  });
});
