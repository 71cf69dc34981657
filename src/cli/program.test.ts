import { describe, expect, it } from 'vitest';
import { program } from './program.ts';

/** Runs a command line; gives what its action was called with, and all that was told. */
async function commandLine(...args: string[]): Promise<{ called: readonly unknown[] | null; told: string }> {
  let called: readonly unknown[] | null = null;
  let told = '';
  const note =
    (name: string, count: number) =>
    async (...given: unknown[]): Promise<void> => {
      called = [name, ...given.slice(0, count).map((value) => (value === undefined ? value : plain(value)))];
    };
  const root = program({
    serve: note('serve', 1),
    record: note('record', 2),
    takes: {
      replay: note('replay', 3),
      show: note('show', 1),
      check: note('check', 1),
      convert: note('convert', 2),
    },
    checkConfig: note('check-config', 2),
    check: note('check', 2),
    load: note('load', 2),
    init: note('init', 1),
    talk: note('talk', 2),
  });
  for (const command of [root, ...root.commands]) {
    command.configureOutput({
      writeErr: (text) => {
        told += text;
      },
      writeOut: (text) => {
        told += text;
      },
    });
  }
  await root.parseAsync(args, { from: 'user' }).catch(() => {});
  return { called, told };
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('the command line', () => {
  it('knows every flag of serve', async () => {
    const args =
      '--host h --port 1 --config c --scenario s --preset local --endpoint http://a/v1 --record r --replay t --match strict --speed 2 --api-key a --api-key b --tls-cert x --tls-key y --beta-header strict --state s --node-url n --udp-port 2 --public-ip i --public-ip j --no-console --deflate --log-level warn';
    const { called } = await commandLine('serve', ...args.split(' '));
    expect(called?.[1]).toEqual({
      host: 'h',
      port: '1',
      config: 'c',
      scenario: 's',
      preset: 'local',
      endpoint: ['http://a/v1'],
      record: 'r',
      replay: 't',
      match: 'strict',
      speed: '2',
      apiKey: ['a', 'b'],
      tlsCert: 'x',
      tlsKey: 'y',
      betaHeader: 'strict',
      state: 's',
      nodeUrl: 'n',
      udpPort: '2',
      publicIp: ['i', 'j'],
      console: false,
      deflate: true,
      logLevel: 'warn',
    });
  });

  it('sets nothing that was not given, but the console, which is there unless it is refused', async () => {
    expect((await commandLine('serve')).called).toEqual(['serve', { console: true }]);
    expect((await commandLine('check-config')).called).toEqual(['check-config', undefined, {}]);
    expect((await commandLine('init')).called).toEqual(['init', {}]);
  });

  it('knows what is done with takes', async () => {
    const endpoint = '--key k --model m --header A:b --header C:d --query e=f --ca g';
    const reached = { key: 'k', model: 'm', header: ['A:b', 'C:d'], query: ['e=f'], ca: 'g' };
    const replay = `replay t ws://a ${endpoint} --compare --speed max --timeout 3`;
    expect((await commandLine(...replay.split(' '))).called).toEqual([
      'replay',
      't',
      'ws://a',
      { ...reached, compare: true, speed: 'max', timeout: '3' },
    ]);
    expect((await commandLine('record', 'ws://a', '--out', 'o', '--port', '1', '--key', 'k')).called).toEqual([
      'record',
      'ws://a',
      { out: 'o', port: '1', key: 'k' },
    ]);
    expect((await commandLine('take', 'show', 't')).called).toEqual(['show', 't']);
    expect((await commandLine('take', 'check', 't')).called).toEqual(['check', 't']);
    expect((await commandLine('take', 'convert', 't', '--to', 'wav', '--out', 'o')).called).toEqual([
      'convert',
      't',
      { to: 'wav', out: 'o' },
    ]);
    expect((await commandLine('take', 'convert', 't')).called).toBeNull();
    expect((await commandLine('record', 'ws://a')).called).toBeNull();
  });

  it('knows what check-config and init take', async () => {
    expect((await commandLine('check-config', 'a.yaml', '--probe')).called).toEqual([
      'check-config',
      'a.yaml',
      { probe: true },
    ]);
    const args = '--file a.yaml --endpoint http://a/v1 --endpoint http://b/v1 --yes';
    expect((await commandLine('init', ...args.split(' '))).called).toEqual([
      'init',
      { file: 'a.yaml', endpoint: ['http://a/v1', 'http://b/v1'], yes: true },
    ]);
  });

  it('knows every flag of check', async () => {
    const args =
      '--key k --model m --header a:b --query a=b --query c=d --ca f --profile core --level should --only x --list --expect e --timeout 1 --tries 2 --concurrency 3 --yes --json j --junit u --tap --md d --takes t';
    expect((await commandLine('check', 'ws://h', ...args.split(' '))).called).toEqual([
      'check',
      'ws://h',
      {
        key: 'k',
        model: 'm',
        header: ['a:b'],
        query: ['a=b', 'c=d'],
        ca: 'f',
        profile: 'core',
        level: 'should',
        only: ['x'],
        list: true,
        expect: 'e',
        timeout: '1',
        tries: '2',
        concurrency: '3',
        yes: true,
        json: 'j',
        junit: 'u',
        tap: true,
        md: 'd',
        takes: 't',
      },
    ]);
  });

  it.each([
    [['serve', '--prt', '1'], "antiphon: unknown option '--prt' (Did you mean --port?). See antiphon --help.\n"],
    [
      ['serve', '--beta-header', 'maybe'],
      "antiphon: option '--beta-header <mode>' argument 'maybe' is invalid. Allowed choices are ignore, strict, translate. See antiphon --help.\n",
    ],
    [
      ['serve', '--preset', 'mine'],
      "antiphon: option '--preset <name>' argument 'mine' is invalid. Allowed choices are openai, ollama, lmstudio, llamacpp, localai, vllm, local. See antiphon --help.\n",
    ],
    [['serve', '--port'], "antiphon: option '--port <port>' argument missing. See antiphon --help.\n"],
    [
      ['serve', 'now'],
      "antiphon: too many arguments for 'serve'. Expected 0 arguments but got 1: now. See antiphon --help.\n",
    ],
    [['server'], "antiphon: unknown command 'server' (Did you mean serve?). See antiphon --help.\n"],
  ])('answers %j with one line', async (args, line) => {
    const { called, told } = await commandLine(...args);
    expect(told).toBe(line);
    expect(called).toBeNull();
  });

  it('explains itself', async () => {
    const { told } = await commandLine('serve', '--help');
    for (const name of ['--host', '--scenario', 'ANTIPHON_API_KEYS', '--deflate']) expect(told).toContain(name);
  });
});
