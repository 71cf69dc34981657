import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { WebSocket } from 'ws';

const main = join(import.meta.dirname, '../dist/cli/main.js');
const rounds = 7;

/** A server of Node's own that answers plain requests: what starting costs without us. */
const bare = `require('node:http').createServer((_, answer) => answer.end())
  .listen(0, '127.0.0.1', function () { console.log('Listening on http://127.0.0.1:' + this.address().port); })`;

/** From starting the built program to the first session.created, against a bare Node server's first answer. */
export async function run(): Promise<void> {
  const ours: number[] = [];
  const baseline: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await timed([main, 'serve', '--port', '0'], firstEvent));
    baseline.push(await timed(['-e', bare], async (url) => void (await fetch(url))));
  }
  const [own, other] = [median(ours), median(baseline)];
  console.log(
    `first session.created after ${own.toFixed(0)} ms (${Math.min(...ours).toFixed(0)}–${Math.max(...ours).toFixed(0)})`,
  );
  console.log(`a bare node:http server's first answer after ${other.toFixed(0)} ms: ${(other / own).toFixed(2)} ×`);
}

async function timed(args: readonly string[], greet: (url: string) => Promise<void>): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(child.stdout, 'data');
  await greet(String(line).trim().replace('Listening on ', ''));
  const taken = performance.now() - start;
  child.kill('SIGTERM');
  await once(child, 'exit');
  return taken;
}

async function firstEvent(url: string): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/realtime?model=echo`);
  await once(socket, 'message');
  socket.close();
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
