import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { writeWav } from '../src/audio/index.ts';
import { record } from '../test/engines/espeak-recording.ts';

const main = join(import.meta.dirname, '../dist/cli/main.js');
const calls = 20;
const utterances = 8;

/**
 * Calls from Chromium to the built program: from the offer to the open data channel, and from the end of what was said to
 * its echo, without the silence that turn detection waits for. The baseline is the browser calling itself.
 */
export async function run(): Promise<void> {
  const server = spawn(process.execPath, [main, 'serve', '--port', '0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(server.stdout, 'data');
  const url = String(line).trim().replace('Listening on ', '');
  const { page, close } = await openPage();
  try {
    const own = await page.evaluate((count) => callBench.ownOpenTimes(count), calls);
    const ours = await page.evaluate(([to, count]) => callBench.openTimes(to, count), [url, calls] as const);
    tell(`open channel after the offer, ${calls} calls`, ours, own);
    const said = { text: 'What is the weather', voice: 'en', wordsPerMinute: 150 };
    const wav = Buffer.from(writeWav(record(said, 48_000), { sampleRate: 48_000 })).toString('base64');
    const { echo, oneWay } = await page.evaluate(([to, words, times]) => callBench.delays(to, words, times), [
      url,
      wav,
      utterances,
    ] as const);
    tell(
      `mouth to ear through an echo, ${utterances} times`,
      echo,
      oneWay.map((ms) => 2 * ms),
    );
  } finally {
    await close();
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
}

function tell(what: string, ours: readonly number[], own: readonly number[]): void {
  const [mine, other] = [median(ours), median(own)];
  const figures = `${mine.toFixed(0)} ms, at most ${Math.max(...ours).toFixed(0)}`;
  console.log(
    `${what.padEnd(44)} ${figures}   the browser with itself ${other.toFixed(0)} ms   ${(other / mine).toFixed(2)} ×`,
  );
}

async function openPage() {
  const entryPoints = [join(import.meta.dirname, 'call-page.ts')];
  const { outputFiles } = await build({ entryPoints, bundle: true, format: 'esm', write: false });
  const script = outputFiles.map(({ text }) => text).join('');
  const site = createServer((request, response) => {
    response.setHeader('content-type', request.url === '/page.js' ? 'text/javascript' : 'text/html');
    response.end(request.url === '/page.js' ? script : '<script type="module" src="/page.js"></script>');
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const address = site.address();
  const args = ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--allow-loopback-in-peer-connection'];
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`);
  await page.waitForFunction(() => 'callBench' in globalThis);
  async function close(): Promise<void> {
    await browser.close();
    site.closeAllConnections();
    site.close();
  }
  return { page, close };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
