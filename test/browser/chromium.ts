import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll } from 'vitest';
import { hangMs } from '../setup/hang.ts';

/** What a browser that is only looked at by a test has no use for. */
const quietFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Servers of tests are on this machine.
  '--allow-loopback-in-peer-connection',
];

export interface BrowserOptions {
  /** A WAV file that the microphone hears, once. Default: the browser's own beeps. */
  readonly speech?: string;
  /** Whether pages may make sound without a click. Default true. */
  readonly mayPlay?: boolean;
  /** Whether the user lets pages use the microphone. Default true. */
  readonly mayListen?: boolean;
}

const opened: (() => Promise<void>)[] = [];

afterAll(async () => {
  for (const close of opened.splice(0)) await close();
});

/** Chromium with a microphone and a speaker that are not there, and a profile of its own; closed after the file's tests. */
export async function openBrowser({ speech, mayPlay = true, mayListen = true }: BrowserOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-browser-'));
  const browser = await chromium.launchPersistentContext(folder, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    timeout: hangMs,
    viewport: { width: 1000, height: 760 },
    args: [
      ...quietFlags,
      '--use-fake-device-for-media-stream',
      mayListen ? '--use-fake-ui-for-media-stream' : '--deny-permission-prompts',
      `--autoplay-policy=${mayPlay ? 'no-user-gesture-required' : 'document-user-activation-required'}`,
      ...(speech === undefined ? [] : [`--use-file-for-fake-audio-capture=${speech}%noloop`]),
    ],
  });
  browser.setDefaultTimeout(hangMs);
  opened.push(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return browser;
}

/** A page at an address; whatever goes wrong in it fails the test that looks at `problems`. */
export async function openPage(browser: BrowserContext, url: string): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(url);
  return { page, problems };
}
