import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openPage } from '../browser/chromium.ts';
import { bundle, servePage } from '../browser/page-server.ts';
import { speechFile } from '../browser/speech-file.ts';
import { answerOf, answers, type PointedServers, pointed, pointedServers } from './pointed-clients.ts';

const [hello = '', youSaid = ''] = answers;

let servers: PointedServers;
/** Inside the repository, so that programs find the packages that they import. */
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(import.meta.dirname, '.pointed-'));
  servers = await pointedServers();
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await servers.stop();
});

/** A program of the page in a file of its own. */
function written(name: string): string {
  const file = join(folder, name);
  writeFileSync(file, pointed(name, servers));
  return file;
}

describe('docs/point-your-client.md', () => {
  it.each([
    ['openai.mjs', hello],
    ['agents.mjs', youSaid],
    ['ai-sdk.mjs', hello],
    ['antiphon.mjs', hello],
  ])('shows a program that prints an answer: %s', async (name, answer) => {
    expect(await answerOf(process.execPath, [written(name)], { NODE_EXTRA_CA_CERTS: servers.trusted })).toBe(answer);
  });

  it('shows pages that do, without a library and with the Agents SDK over WebRTC', async () => {
    // A microphone in a silent room: the browser's own would beep, and be answered.
    const browser = await openBrowser({ speech: speechFile([1]) });
    const plain = await openPage(browser, await servePage({ html: pointed('page.html', servers), scripts: {} }));
    await plain.page.waitForFunction((text) => document.querySelector('#answer')?.textContent === text, hello);
    const scripts = { '/page.js': await bundle(written('agents-page.js')) };
    const html = '<script type="module" src="/page.js"></script>';
    const url = await servePage({ html, scripts });
    const page = await browser.newPage();
    const told = page.waitForEvent('console', (message) => message.text() === youSaid);
    await page.goto(url);
    await told;
    expect(plain.problems).toEqual([]);
    await Promise.all(browser.pages().map((each) => each.close())); // or the server would wait for their sessions
  });

  it('shows the door of the bridge for Twilio as it is in the example', () => {
    const server = readFileSync(join(import.meta.dirname, '../../examples/twilio/server.ts'), 'utf8');
    expect(server).toContain(pointed('examples/twilio/server.ts', servers));
  });
});
