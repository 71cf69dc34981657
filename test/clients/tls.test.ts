import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { programsOfTest } from '../e2e/programs.ts';
import { folderWith } from './program.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/tls.md'), 'utf8');

/** The code block of the page with this label. */
function block(label: string): string {
  const [, code] = new RegExp(`^\`\`\`${label}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page) ?? [];
  if (code === undefined) throw new Error(`The page has no block ${label}.`);
  return code;
}

const { run } = programsOfTest();
let folder = '';

/** Made by the page's own command. */
beforeAll(() => {
  folder = folderWith({ 'hello.mjs': block('js hello.mjs') });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const made = spawnSync('sh', ['-ec', block('sh openssl')], { cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
});

/** The server, started by the page's command but for the port and where the program is. */
async function serve(): Promise<{ readonly url: string; readonly port: string }> {
  const [command = ''] = block('sh serve').split(' #');
  expect(command).toMatch(/^npx antiphon serve /);
  const url = await run([...command.replace('npx antiphon ', '').split(' '), '--port', '0'], { folder }).url();
  expect(url).toMatch(/^https:/);
  return { url, port: new URL(url).port };
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
}

function program(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { NODE_EXTRA_CA_CERTS: _, SSL_CERT_FILE: __, ...own } = process.env;
  return promisify(execFile)(file, args, { cwd: folder, env: { ...own, ...env } });
}

describe('docs/tls.md', () => {
  it('makes a key that nobody else may read', () => {
    expect(statSync(join(folder, 'key.pem')).mode & 0o077).toBe(0);
  });

  it('has curl reach the server', async () => {
    const { port } = await serve();
    const { stdout } = await program('sh', ['-ec', block('sh curl').replace('8080', port)]);
    expect(JSON.parse(stdout)).toMatchObject({ object: 'list', data: [{ id: 'echo' }] });
  });

  it('has the openai package for JavaScript hold a turn, which it does not without the trust', async () => {
    const { port } = await serve();
    writeFileSync(join(folder, 'here.mjs'), block('js hello.mjs').replaceAll('8080', port));
    const trusting = await program(process.execPath, ['here.mjs'], { NODE_EXTRA_CA_CERTS: 'cert.pem' });
    expect(trusting.stdout).toBe('You said: Good morning\n');
    await expect(program(process.execPath, ['here.mjs'])).rejects.toThrow(/self-signed certificate/);
  });

  it.runIf(spawnSync('python3', ['--version']).status === 0)(
    'is trusted by Python by each name of the server, as strict as the newest is',
    async () => {
      const { port } = await serve();
      const code = `
import ssl, sys, urllib.request
context = ssl.create_default_context()
context.verify_flags |= ssl.VERIFY_X509_STRICT | getattr(ssl, "VERIFY_X509_PARTIAL_CHAIN", 0)
for host in ("localhost", "127.0.0.1"):
    with urllib.request.urlopen(f"https://{host}:${port}/readyz", context=context) as answer:
        print(answer.status)
`;
      const { stdout } = await program('python3', ['-c', code], { SSL_CERT_FILE: 'cert.pem', no_proxy: '*' });
      expect(stdout).toBe('200\n200\n');
      await expect(program('python3', ['-c', code], { no_proxy: '*' })).rejects.toThrow(/CERTIFICATE_VERIFY_FAILED/);
    },
  );

  it('tells what refusals look like', async () => {
    const { port } = await serve();
    await expect(program('curl', ['-sS', `http://localhost:${port}/`])).rejects.toThrow('Empty reply from server');
    const plain = new URL(await run(['serve', '--port', '0']).url());
    await expect(program('curl', ['-sS', `https://localhost:${plain.port}/`])).rejects.toThrow('wrong version number');
    for (const words of ['Empty reply from server', 'wrong version number', 'self-signed certificate'])
      expect(page).toContain(words);
  });
});
