import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

const main = join(import.meta.dirname, '../../dist/cli/main.js');

/** The built program, running. */
export interface Program {
  /** `http://127.0.0.1:PORT`, or https. */
  readonly url: string;
  /** The same address for WebSockets. */
  readonly socketUrl: string;
  readonly stderr: () => string;
  /** Sends SIGTERM and resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts `antiphon serve` on a free port and waits for its one line. A key of the tester's own serves no models here. */
export async function serve(args: readonly string[]): Promise<Program> {
  const { OPENAI_API_KEY: _key, ...env } = process.env;
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const url = await firstLine(child, () => stderr);
  return {
    url,
    socketUrl: url.replace(/^http/, 'ws'),
    stderr: () => stderr,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) return resolve(child.exitCode);
        child.once('exit', (code) => resolve(code));
        child.kill('SIGTERM');
      }),
  };
}

/**
 * Starts the program with a scenario, over TLS since the openai package speaks no other, and lets every client of this
 * process trust its certificate. Where the tests run with `ANTIPHON_TEST_RELAYED`, clients talk to it through a relay.
 */
export async function serveScenario(scenario: string, args: readonly string[] = []): Promise<Program> {
  const { cert, key } = certificate();
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(cert, 'utf8')]);
  const file = join(folderWith({ 'scenario.yaml': scenario }), 'scenario.yaml');
  const facing = ['--tls-cert', cert, '--tls-key', key, ...args];
  if (process.env['ANTIPHON_TEST_RELAYED'] !== '1') return serve(['--scenario', file, ...facing]);
  const upstream = await serve(['--scenario', file, '--api-key', upstreamKey]);
  const relay = await serve(['--relay', `${upstream.socketUrl}/v1/realtime`, '--relay-key', upstreamKey, ...facing]);
  return {
    ...relay,
    async stop() {
      const code = await relay.stop();
      await upstream.stop();
      return code;
    },
  };
}

/** What a relay is known by to the server behind it. */
const upstreamKey = 'sk-behind-the-relay';

function firstLine(child: ChildProcess, stderr: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const match = /^Listening on (\S+)\n/.exec(stdout);
      if (match?.[1] !== undefined) resolve(match[1]);
    });
    child.once('exit', (code) => reject(new Error(`serve ended with ${code} before it listened: ${stderr()}`)));
  });
}

/** A folder of its own with these files in it; returns the folder's path. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-test-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** A self-signed certificate for 127.0.0.1 and localhost, made with openssl. */
export function certificate(): { readonly cert: string; readonly key: string } {
  const folder = folderWith({});
  const cert = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const made = spawnSync('openssl', [
    ...args,
    '-subj',
    '/CN=localhost',
    '-addext',
    names,
    '-keyout',
    key,
    '-out',
    cert,
  ]);
  if (made.status !== 0) throw new Error(`openssl failed: ${made.stderr.toString()}`);
  return { cert, key };
}
