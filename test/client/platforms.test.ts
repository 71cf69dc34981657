import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listening, listen } from '../../src/server/index.ts';
import { echo } from '../e2e/test-server.ts';
import { packageFolder } from '../setup/packages.ts';

const root = join(import.meta.dirname, '../..');
const key = 'sk-platform';

/** One conversation; gives what a test wants to know of it. The key says by which way it came. */
const conversation = (url: string, extra: string) => `
  import { connect } from 'antiphon/client';
  export async function converse() {
    const session = await connect({ url: '${url}', model: 'echo', key: async () => '${key}', ${extra} });
    await session.update({ output_modalities: ['text'] });
    await session.createItem({ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hello' }] });
    const handle = session.respond();
    let text = '';
    for await (const piece of handle.text) text += piece;
    session.appendAudio(new Int16Array(24000));
    await session.commitInput();
    const refused = await session.retrieveItem('none').catch((error) => error.code);
    const { status } = await handle.done;
    session.close(1000, 'done');
    const { code } = await session.closed;
    return JSON.stringify({ text, refused, status, code });
  }
`;
const result = '{"text":"You said: hello","refused":"item_retrieve_invalid_item_id","status":"completed","code":1000}';
const run = promisify(execFile);
/** What each of them calls this machine's processor. */
const arch =
  process.arch === 'arm64'
    ? { bun: 'aarch64', deno: 'arm64', workerd: 'arm64' }
    : { bun: 'x64', deno: 'x64', workerd: '64' };

describe('the client', () => {
  let folder = '';
  let server: Listening;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'antiphon-platforms-'));
    server = await listen({ port: 0, models: { echo }, auth: { keys: [key] } });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  /** Writes a program as one file, with the entry that a platform's condition picks. */
  async function bundled(condition: string, ending: string, extra = ''): Promise<string> {
    const outfile = join(folder, `${condition}.mjs`);
    await build({
      stdin: { contents: conversation(server.url, extra) + ending, resolveDir: root, loader: 'ts' },
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      conditions: [condition],
      external: ['node:*'],
      outfile,
    });
    return outfile;
  }

  const printing = '\nconsole.log(await converse());';

  it('runs under Bun, with headers', async () => {
    const bun = join(packageFolder('bun', '1.4.5'), `../@oven/bun-linux-${arch.bun}/bin/bun`);
    const { stdout } = await run(bun, [await bundled('bun', printing)]);
    expect(stdout.trim()).toBe(result);
  });

  it('runs under Deno, with headers', async () => {
    const deno = join(packageFolder('deno', '2.9.6'), `../@deno/linux-${arch.deno}-glibc/deno`);
    const { stdout } = await run(deno, ['run', '--allow-net', '--no-config', await bundled('deno', printing)]);
    expect(stdout.trim()).toBe(result);
  });

  it('runs in a Worker, with headers', async () => {
    const workerd = join(
      packageFolder('workerd', '1.20261117.1'),
      `../@cloudflare/workerd-linux-${arch.workerd}/bin/workerd`,
    );
    const ending = `\nexport default { async test() { console.log(await converse()); } };`;
    await bundled('workerd', ending);
    const config = join(folder, 'config.capnp');
    writeFileSync(
      config,
      `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["local", "private", "public"])),
  ],
);
const main :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "workerd.mjs")],
  compatibilityDate = "2026-01-01",
);
`,
    );
    const { stdout, stderr } = await run(workerd, ['test', config, '--verbose']);
    expect(stdout + stderr).toContain(result);
  });

  it('runs under Node with what browsers have, its key as a subprotocol', async () => {
    const { stdout } = await run(process.execPath, [await bundled('browser', printing)]);
    expect(stdout.trim()).toBe(result);
  });
});
