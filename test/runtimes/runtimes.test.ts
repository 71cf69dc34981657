import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RunningServer } from 'antiphon/server';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveExamples, serverKey } from '../examples/examples-server.ts';
import { packageFolder } from '../setup/packages.ts';
import type { converse, Place } from './conversation.ts';
import { type Door, openDoor } from './door.ts';
import { type Peer, pingingPeer, refusingPeer } from './peers.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

const spoken = 'Good morning to you, and welcome to the house of many words.';

/** What must come of the conversation, wherever it is held. */
const wanted: Readonly<Record<keyof Awaited<ReturnType<typeof converse>>, unknown>> = {
  written: 'A song that two choirs sing in turn.',
  calls: ['get_weather {"city":"Lyon"}', 'next_train {"to":"Lyon"}'],
  answered: 'It is clear in Lyon. At 18:04.',
  // 60 ms of 16-bit samples at 24 kHz for each character.
  soundBytes: spoken.length * 60 * 48,
  transcript: spoken,
  missing: expect.stringMatching(/^RealtimeError: /),
  closed: 1000,
  wrongKey: 'refused invalid_api_key',
  nobody: 'unreachable',
  refused: 'unreachable',
  pinged: 'closed 4000',
};

/** A program of a package that brings one for each platform in a package of its own, under `scope`; only this one's is installed. */
function binary(name: string, version: string, scope: string, path: string): string {
  const packages = join(packageFolder(name, version), '..', scope);
  return join(packages, readdirSync(packages)[0] ?? '', path);
}

describe('antiphon/client', () => {
  let server: RunningServer;
  let door: Door;
  let refusing: Peer;
  let pinging: Peer;
  let folder = '';

  beforeAll(async () => {
    [server, refusing, pinging] = await Promise.all([serveExamples(), refusingPeer(401), pingingPeer(4000)]);
    folder = mkdtempSync(join(tmpdir(), 'antiphon-runtimes-'));
    // An app that has the package installed.
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules/antiphon'), 'dir');
    writeFileSync(join(folder, 'package.json'), '{ "type": "module", "dependencies": { "antiphon": "*" } }');
    copyFileSync(join(import.meta.dirname, 'conversation.ts'), join(folder, 'conversation.ts'));
  });
  beforeEach(async () => {
    door = await openDoor(server.url);
  });
  afterEach(() => door.close());
  afterAll(async () => {
    refusing.close();
    pinging.close();
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const place = (): Place => ({
    url: `${door.url}/v1/realtime?model=test`,
    key: serverKey,
    nowhere: 'ws://127.0.0.1:1/v1/realtime?model=test',
    refusing: refusing.url,
    pinging: pinging.url,
  });

  /** Writes the app's program, which tells what came of it and which entry of the package it got. */
  function program(): string {
    const file = join(folder, 'main.ts');
    writeFileSync(
      file,
      `import { converse } from './conversation.ts';
       const told = await converse(${JSON.stringify(place())});
       console.log(JSON.stringify({ entry: import.meta.resolve('antiphon/client').split('/').at(-1), ...told }));`,
    );
    return file;
  }

  function toldBy(stdout: string): unknown {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  }

  /** How the credentials of the first connection came. */
  function credentials(): readonly string[] {
    return (door.heads[0] ?? '').split('\r\n').filter((line) => /^(authorization|sec-websocket-protocol):/.test(line));
  }

  const asHeader = [`authorization: bearer ${serverKey}`];

  it('converses under Node', async () => {
    const { stdout } = await run(process.execPath, [program()], { cwd: folder });
    expect(toldBy(stdout)).toEqual({ entry: 'index-node.js', ...wanted });
    expect(credentials()).toEqual(asHeader);
  });

  it('converses under Node with the entry for browsers, which send the key as a subprotocol', async () => {
    const { stdout } = await run(process.execPath, ['--conditions=browser', program()], { cwd: folder });
    expect(toldBy(stdout)).toEqual({ entry: 'index.js', ...wanted });
    expect(credentials()).toEqual([`sec-websocket-protocol: realtime, openai-insecure-api-key.${serverKey}`]);
  });

  it('converses under Bun', async () => {
    const bun = binary('bun', '1.4.5', '@oven', 'bin/bun');
    const { stdout } = await run(bun, [program()], { cwd: folder });
    expect(toldBy(stdout)).toEqual({ entry: 'index-runtime.js', ...wanted });
    expect(credentials()).toEqual(asHeader);
  });

  it('converses under Deno', async () => {
    const deno = binary('deno', '2.9.6', '@deno', 'deno');
    const { stdout } = await run(deno, ['run', '--allow-net', program()], { cwd: folder });
    expect(toldBy(stdout)).toEqual({ entry: 'index-runtime.js', ...wanted });
    expect(credentials()).toEqual(asHeader);
  });

  it('converses in a Worker', async () => {
    writeFileSync(
      join(folder, 'worker.ts'),
      `import { converse } from './conversation.ts';
       export default { async test() { console.log(JSON.stringify(await converse(${JSON.stringify(place())}))); } };`,
    );
    // As the tools of Workers bundle.
    const { metafile } = await build({
      entryPoints: [join(folder, 'worker.ts')],
      outfile: join(folder, 'worker.mjs'),
      bundle: true,
      format: 'esm',
      conditions: ['workerd', 'worker', 'browser'],
      metafile: true,
    });
    const files = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
    expect(files.filter((file) => /\/client\/index|\/node\/|client\/browser|zod/.test(file))).toEqual([
      expect.stringMatching(/dist\/client\/index-runtime\.js$/),
    ]);
    writeFileSync(
      join(folder, 'config.capnp'),
      `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["private", "local"])),
  ],
);
const main :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.mjs")],
  compatibilityDate = "2026-01-01",
);
`,
    );
    const workerd = binary('workerd', '1.20261117.1', '@cloudflare', 'bin/workerd');
    const { stdout, stderr } = await run(workerd, ['test', '--verbose', join(folder, 'config.capnp')]);
    const told = (stdout + stderr).split('\n').flatMap((line) => /\{"written".*\}/.exec(line) ?? []);
    expect(told.map((json) => JSON.parse(json))).toEqual([wanted]);
    expect(credentials()).toEqual(asHeader);
  });

  it('is the same for every runtime, with devices or streams where the platform has them', async () => {
    const [runtime = [], node = [], browser = []] = await Promise.all(
      ['index-runtime.js', 'index-node.js', 'index.js'].map(async (entry) =>
        Object.keys(await import(join(root, 'dist/client', entry))).toSorted(),
      ),
    );
    expect(runtime).toEqual(expect.arrayContaining(['connect', 'startSession', 'runTools', 'fold', 'createPlayhead']));
    expect(node.filter((name) => !runtime.includes(name))).toEqual(['WavError', 'pcmSink', 'pcmSource']);
    expect(browser.filter((name) => !runtime.includes(name))).toEqual([
      'AudioDeviceError',
      'createMicrophone',
      'createSpeaker',
      'listAudioDevices',
      'webrtc',
    ]);
    expect(runtime.filter((name) => !node.includes(name) || !browser.includes(name))).toEqual([]);
  });
});
