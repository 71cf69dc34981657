import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { certificate } from '../clients/program.ts';
import { until } from '../clients/until.ts';

const file = join(import.meta.dirname, '../../deploy/haproxy.cfg');

/** The configuration of haproxy that we publish, for a certificate of ours, this port and these nodes. */
export function haproxyFolder(
  port: number,
  nodes: readonly string[],
): { readonly folder: string; readonly cert: string } {
  const { cert, key } = certificate();
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-haproxy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'antiphon.pem'), readFileSync(cert, 'utf8') + readFileSync(key, 'utf8'));
  const servers = nodes.map((url, index) => `    server n${index} ${url.replace('http://', '')} check`);
  const text = readFileSync(file, 'utf8')
    .replace(':443', `127.0.0.1:${port}`)
    .replace('/etc/haproxy/antiphon.pem', join(folder, 'antiphon.pem'))
    .replaceAll(/^ {4}server .*\n/gm, '')
    .concat(`${servers.join('\n')}\n`);
  writeFileSync(join(folder, 'haproxy.cfg'), text);
  return { folder, cert };
}

/** haproxy before these nodes, as we say that it should be set up, until the test ends. Gives its address, and what to trust. */
export async function haproxy(nodes: readonly string[]): Promise<{ readonly url: string; readonly cert: string }> {
  return until('haproxy to have a port', async () => {
    const port = await freePort();
    const { folder, cert } = haproxyFolder(port, nodes);
    const child = spawn('haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')], { stdio: 'ignore' });
    onTestFinished(() => ended(child));
    const url = `https://127.0.0.1:${port}`;
    const isUp = await until('haproxy to answer', () => child.exitCode !== null || answers(url, cert));
    return isUp && child.exitCode === null ? { url, cert } : undefined;
  });
}

/** Another may take it first: then haproxy ends, and tries the next. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

/** 503 is haproxy's own answer while it has not seen a node yet. */
function answers(url: string, cert: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = get(`${url}/readyz`, { ca: readFileSync(cert), agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.once('error', () => resolve(false));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}
