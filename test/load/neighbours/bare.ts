import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { record } from '../../../bench/load-recording.ts';
import { alone, figuresOf } from './street.ts';
import { create, typed } from './visitor.ts';

/**
 * How long typed turns take with a bare `ws` server, which parses frames and sends what ours answered to a turn: what
 * the clients and the machine cost by themselves. `realtime` leads to a model of ours that answers.
 */
export async function bareFigures(realtime: string, turns: number, ...before: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bare-'));
  const frames = [typed('hello'), create()].map((event) => JSON.stringify(event));
  const recordings = join(folder, 'recordings.json');
  writeFileSync(recordings, JSON.stringify({ typed: await record(realtime, frames, { everyMs: null }) }));
  const server = join(import.meta.dirname, '../../../bench/bare-server.ts');
  const [program = process.execPath, ...args] = [...before, process.execPath, server, recordings];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = await once(child.stdout, 'data');
    const url = String(line).trim().replace('Listening on http', 'ws');
    return figuresOf(await alone(`${url}/v1/realtime?model=typed`, turns));
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}
