import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { call } from '../calls/caller.ts';
import { until } from '../clients/until.ts';
import { connect, type Peer } from '../e2e/peer.ts';
import { type RunningProgram, start } from '../e2e/running-program.ts';
import { textTurn } from '../e2e/test-server.ts';

const programs: RunningProgram[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const program of programs.splice(0)) {
    const workers = workersOf(program);
    program.kill('SIGKILL');
    await program.exited();
    await until('the workers to be gone', () => !workers.some(lives));
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** The built program with two workers on a free port, and so many flags more. */
async function serving(...flags: readonly string[]): Promise<{ program: RunningProgram; url: string; ws: string }> {
  const program = launch('--workers', '2', ...flags);
  const url = await program.url();
  return { program, url, ws: url.replace('http', 'ws') };
}

function launch(...flags: readonly string[]): RunningProgram {
  const program = start(['serve', '--port', '0', ...flags]);
  programs.push(program);
  return program;
}

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'antiphon-test-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

/** The process ids of its workers. */
function workersOf({ pid }: RunningProgram): readonly number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number) : [];
}

/** Whether a process is there, and no mere remains of one. */
function lives(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && !/^\d+ \(.*\) Z/.test(readFileSync(file, 'utf8'));
}

const rowsOf = async (url: string): Promise<readonly { id: string; node: string }[]> =>
  (await (await fetch(`${url}/admin/sessions`)).json()).data;
const nodesOf = async (url: string) => new Set((await rowsOf(url)).map(({ node }) => node));

/** Sessions until there is one on each of two workers. */
async function onBoth(url: string): Promise<Peer[]> {
  const peers: Peer[] = [];
  await until('a session on each worker', async () => {
    const peer = await connect(`${url.replace('http', 'ws')}/v1/realtime?model=echo`);
    await peer.event('session.created');
    peers.push(peer);
    return (await nodesOf(url)).size === 2;
  });
  return peers;
}

async function answers(peer: Peer): Promise<void> {
  const before = peer.events.filter(({ type }) => type === 'response.done').length;
  for (const event of textTurn) peer.send(event);
  await until('an answer', () => peer.events.filter(({ type }) => type === 'response.done').length > before);
}

describe('--workers', () => {
  it('prints one line when all listen, serves sessions on each, and lists and counts them all from any', async () => {
    const { program, url } = await serving();
    const peers = await onBoth(url);
    for (const peer of peers) await answers(peer);
    const workers = workersOf(program);
    expect(workers).toHaveLength(2);
    // Whichever worker is asked.
    for (let ask = 0; ask < 4; ask += 1) {
      await until('all sessions', async () => (await rowsOf(url)).length === peers.length);
      const figures = [
        `antiphon_sessions{kind="realtime",transport="websocket"} ${peers.length}\n`,
        `antiphon_responses_total{status="completed",reason=""} ${peers.length}\n`,
        `antiphon_response_seconds_count{stage="done"} ${peers.length}\n`,
      ];
      await until('the figures of all', async () => {
        const text = await (await fetch(`${url}/metrics`)).text();
        return figures.every((figure) => text.includes(figure));
      });
      expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready' });
    }
    expect(program.stdout()).toBe(`Listening on ${url}\n`);
    for (const peer of peers) peer.socket.close();
  });

  it('shares client secrets, and has calls and sessions reached on any worker', async () => {
    const { url, ws } = await serving('--public-ip', '127.0.0.1', '--api-key', 'sk-test');
    const headers = { authorization: 'Bearer sk-test' };
    const minted = await fetch(`${url}/v1/realtime/client_secrets`, { method: 'POST', headers });
    const { value } = await minted.json();
    for (let ask = 0; ask < 4; ask += 1) {
      const peer = await connect(`${ws}/v1/realtime?model=echo`, { headers: { authorization: `Bearer ${value}` } });
      await peer.event('session.created');
      peer.socket.close();
    }
    const caller = await call(url, { key: 'sk-test' });
    for (let ask = 0; ask < 4; ask += 1) {
      const sideband = await connect(`${ws}/v1/realtime?call_id=${caller.id}`, { headers });
      await sideband.event('session.created');
      sideband.socket.close();
      await sideband.closed();
    }
    const hangUp = `${url}/v1/realtime/calls/${caller.id}/hangup`;
    expect((await fetch(hangUp, { method: 'POST', headers })).status).toBe(200);
    await caller.closed();
    expect((await fetch(hangUp, { method: 'POST', headers })).status).toBe(404);
  });

  it('replaces a worker that is killed, and the sessions of the other go on', async () => {
    const { program, url } = await serving();
    const peers = await onBoth(url);
    const before = workersOf(program);
    const [killed = 0, other = 0] = before;
    process.kill(killed, 'SIGKILL');
    await until('another worker', () => workersOf(program).filter((pid) => !before.includes(pid)).length === 1);
    await until('the sessions of the dead to be gone', async () => (await rowsOf(url)).length < peers.length);
    expect(lives(other)).toBe(true);
    const alive = peers.filter(({ socket }) => socket.readyState === socket.OPEN);
    expect(alive.length).toBeGreaterThan(0);
    expect(alive.length).toBeLessThan(peers.length);
    for (const peer of alive) await answers(peer);
    for (const peer of await onBoth(url)) peer.socket.close();
    expect(program.stderr()).toContain('a worker has died; another takes its place');
    expect(program.stdout()).toBe(`Listening on ${url}\n`);
  });

  it('keeps its port when all workers are killed at once', async () => {
    const { program, url } = await serving();
    const before = workersOf(program);
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await until('two other workers', () => workersOf(program).filter((pid) => !before.includes(pid)).length === 2);
    await until('an answer', async () => (await fetch(`${url}/readyz`).catch(() => null))?.status === 200);
    for (const peer of await onBoth(url)) peer.socket.close();
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'drains all workers at %s, exits 0, and leaves none behind',
    async (signal) => {
      const { program, url } = await serving();
      const peers = await onBoth(url);
      const workers = workersOf(program);
      program.kill(signal);
      for (const peer of peers) expect(await peer.closed()).toMatchObject({ code: 1001 });
      expect(await program.exited()).toBe(0);
      expect(workers.filter(lives)).toEqual([]);
    },
  );

  it('exits at once at a second signal, and leaves no worker behind', async () => {
    const scenario = 'replies:\n  - steps: [{ say: "so long" }]\npace: { delta_ms: 1000 }\n';
    const folder = await folderWith({ 'slow.yaml': scenario });
    const { program, url } = await serving('--scenario', join(folder, 'slow.yaml'));
    const peers = await onBoth(url);
    for (const peer of peers) for (const event of textTurn) peer.send(event);
    for (const peer of peers) await peer.event('response.created');
    const workers = workersOf(program);
    program.kill('SIGTERM');
    await until('both to drain', () => program.stderr().split('"draining"').length > 2);
    program.kill('SIGTERM');
    expect(await program.exited()).toBe(143);
    await until('the workers to be gone', () => !workers.some(lives));
  });

  it('has no worker outlive a primary that is killed', async () => {
    const { program, url } = await serving();
    const peers = await onBoth(url);
    const workers = workersOf(program);
    program.kill('SIGKILL');
    await program.exited();
    await until('the workers to be gone', () => !workers.some(lives));
    for (const peer of peers) await peer.closed();
  });

  it('passes the wish to reload on to all', async () => {
    const folder = await folderWith({ 'a.yaml': 'models: { one: { speech_to_speech: echo } }\n' });
    const { program, url } = await serving('--config', join(folder, 'a.yaml'));
    await writeFile(join(folder, 'a.yaml'), 'models: { two: { speech_to_speech: echo } }\n');
    program.kill('SIGHUP');
    await until('both to have reloaded', () => program.stderr().split('"configuration reloaded"').length === 3);
    for (let ask = 0; ask < 4; ask += 1) {
      const { data } = await (await fetch(`${url}/v1/models`)).json();
      expect(data.map(({ id }: { id: string }) => id)).toEqual(['two']);
    }
  });
});

describe('--workers that make no sense', () => {
  it.each([
    [['--workers', '0'], '--workers must be auto or a whole number from 1 to 1024, not "0".'],
    [['--workers', 'many'], '--workers must be auto or a whole number from 1 to 1024, not "many".'],
    [
      ['--workers', '2', '--udp-port', '65535'],
      'The UDP ports of the workers begin at 65535, and end above 65535. Choose a lower --udp-port.',
    ],
    [['--workers', '2', '--host', '0.0.0.0'], 'Without API keys only a loopback host can be served, not 0.0.0.0.'],
    [['--workers', '2', '--scenario', '/no/such/file'], '/no/such/file'],
  ])('%j end in one line', async (flags, line) => {
    const program = launch(...flags);
    expect(await program.exited()).toBe(1);
    expect(program.stderr()).toContain(line);
    expect(program.stderr().trim().split('\n')).toHaveLength(1);
    expect(program.stdout()).toBe('');
  });

  it('tell once that the port is in use', async () => {
    const other = createServer();
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const program = start(['serve', '--port', `${port}`, '--workers', '2']);
    programs.push(program);
    expect(await program.exited()).toBe(1);
    expect(program.stderr()).toBe(
      `antiphon: Port ${port} on 127.0.0.1 is in use. Stop what uses it, or choose another with --port (0 picks a free one).\n`,
    );
    other.close();
  });

  it('give up when the workers die before they listen, and say so', async () => {
    const folder = await folderWith({
      'dies.js': 'process.exit(7);\n',
      'a.yaml': 'models: { one: { speech_to_speech: { engine: ./dies.js } } }\n',
    });
    const program = launch('--workers', '2', '--config', join(folder, 'a.yaml'));
    expect(await program.exited()).toBe(1);
    expect(program.stderr()).toContain('antiphon: The workers die before they listen');
    expect(program.stdout()).toBe('');
  });
});
