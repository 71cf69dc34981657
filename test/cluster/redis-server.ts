import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { until } from '../clients/until.ts';

/** A Redis server of a test file's own, which keeps nothing on disk. It is reached at a path, so that it needs no port. */
export interface RedisServer {
  readonly path: string;
  start(): Promise<void>;
  /** Ends it at once; what it held is lost. */
  kill(): Promise<void>;
  /** Holds it: it takes connections and answers nothing. */
  pause(): void;
  resume(): void;
  /** Runs a command, and gives what Redis answers, as it stands. */
  run(...command: readonly string[]): Promise<string>;
}

/** Redis for the test file that calls this at its top: it starts before the tests, and ends after them. */
export function redisOfFile(): RedisServer {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-redis-'));
  const path = join(folder, 'redis.sock');
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    const args = ['--port', '0', '--unixsocket', path, '--save', '', '--appendonly', 'no', '--dir', folder];
    child = spawn('redis-server', args, { stdio: 'ignore' });
    await until('Redis to answer', () => answers(path));
  }

  async function kill(): Promise<void> {
    const ended = child;
    child = null;
    if (ended === null || ended.exitCode !== null) return;
    const exit = new Promise((resolve) => ended.once('exit', resolve));
    ended.kill('SIGKILL');
    await exit;
  }

  beforeAll(start);
  afterAll(async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    path,
    start,
    kill,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    run: (...command) => answerOf(path, command.join(' ')),
  };
}

function answers(path: string): Promise<boolean> {
  return answerOf(path, 'PING').then(
    (answer) => answer.startsWith('+PONG'),
    () => false,
  );
}

function answerOf(path: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(`${command}\r\n`));
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(String(answer));
    });
    socket.once('error', reject);
  });
}
