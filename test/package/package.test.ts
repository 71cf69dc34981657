import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'antiphon-package-'));
const manifest: { exports: Record<string, unknown> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

function npm(...args: readonly string[]): string {
  return execFileSync('npm', [...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** What users get: the packed tarball, installed into an empty folder. */
beforeAll(() => {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
    }),
  );
  writeFileSync(join(folder, 'package.json'), '{ "name": "user", "private": true, "type": "module" }');
  npm('install', '--no-audit', '--no-fund', '--prefer-offline', join(folder, packed.filename));
});

function run(code: string): string {
  writeFileSync(join(folder, 'script.mjs'), code);
  return execFileSync(process.execPath, ['script.mjs'], { cwd: folder, encoding: 'utf8' });
}

describe('the installed package', () => {
  // A worklet runs only where sound is made.
  const entries = Object.keys(manifest.exports).filter((entry) => !/\*|\.json$|worklet\.js$/.test(entry));

  it.each(entries)('can be imported as antiphon %s', (entry) => {
    const name = entry.replace(/^\./, 'antiphon');
    const names: string[] = JSON.parse(
      run(`import * as all from '${name}'; console.log(JSON.stringify(Object.keys(all)));`),
    );
    expect(names.length).toBeGreaterThan(0);
    expect(names).not.toContain('default');
  });

  it('carries its schemas', () => {
    const code = `import schema from 'antiphon/schema/realtime-client-event.json' with { type: 'json' };
      console.log(JSON.stringify(Object.keys(schema)));`;
    expect(JSON.parse(run(code))).toContain('$schema');
  });

  it('carries no test, no source and no build record', () => {
    const files = execFileSync('find', ['node_modules/antiphon', '-type', 'f'], {
      cwd: folder,
      encoding: 'utf8',
    }).split('\n');
    expect(files.filter((file) => /\.test\.|tsbuildinfo|antiphon\/src\//.test(file))).toEqual([]);
  });

  it('carries the console, ready to be served', () => {
    const files = execFileSync('find', ['node_modules/antiphon/dist/console', '-type', 'f'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(files).toMatch(/console\/index\.html/);
    expect(files).toMatch(/worklet-[\w-]+\.js/);
  });

  it('builds, checks and serialises an event', () => {
    const code = `import { ClientEvent, parseClientEvent } from 'antiphon';
      console.log(JSON.stringify(parseClientEvent(JSON.stringify(ClientEvent.commitAudio()))));`;
    expect(JSON.parse(run(code))).toMatchObject({ ok: true, known: true });
  });

  it('serves with npx antiphon serve, and drains on SIGTERM', async () => {
    const child = spawn('npx', ['antiphon', 'serve', '--port', '0'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const url = await listening(child);
    const answer = await fetch(`${url}/healthz`);
    expect(answer.status).toBe(200);
    expect(await (await fetch(url)).text()).toContain('id="console"');
    const exited = new Promise((resolve) => child.once('exit', resolve));
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await exited;
  });
});

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (data: Buffer) => {
      text += data.toString();
      const match = /Listening on (\S+)/.exec(text);
      if (match?.[1] !== undefined) resolve(match[1]);
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
}
