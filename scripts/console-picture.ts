import { join } from 'node:path';
import { listen } from 'antiphon/server';
import { readScenario, scenarioModel } from 'antiphon/testing';
import { chromium } from 'playwright-core';
import { speechFile, speechRate } from '../test/browser/speech-file.ts';
import { record } from '../test/engines/espeak-recording.ts';

/**
 * Makes the picture of the console that the README opens with: somebody asks a scripted model three things, and
 * interrupts it once. Needs the build, Chromium and espeak-ng.
 */
const scenario = `
hear: ["What is the weather in Paris?", "And how will it be tomorrow?", "Thank you, that is enough."]
voice: espeak
pace: { first_ms: 140, delta_ms: 15 }
replies:
  - when: { contains: weather }
    steps: [{ say: "Sunny, and warm for the season." }]
  - when: { contains: tomorrow }
    steps: [{ say: "Tomorrow it rains in the morning, and in the afternoon the wind turns to the north, so that you had better take a coat with you, and perhaps an umbrella." }]
  - steps: [{ say: "You are welcome." }]
`;

const say = (text: string): Int16Array => record({ text, voice: 'en', wordsPerMinute: 165 }, speechRate);
const speech = speechFile([
  0.6,
  say('What is the weather in Paris?'),
  6,
  say('And how will it be tomorrow?'),
  4,
  say('Thank you, that is enough.'),
  1,
]);

const server = await listen({
  port: 0,
  models: { 'gpt-realtime': scenarioModel(readScenario(scenario, 'scenario')) },
});
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--autoplay-policy=no-user-gesture-required',
    `--use-file-for-fake-audio-capture=${speech}%noloop`,
  ],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
const minute = 60_000;
await page.goto(`${server.url}/#/turns?transport=websocket&detection=server_vad`);
await page.getByRole('button', { name: 'Talk', exact: true }).click();
await page.getByText('You are welcome.').first().waitFor({ timeout: minute });
await page.locator('.turn', { hasText: '3. Spoken' }).locator('.s-heard').waitFor({ timeout: minute });
await page.locator('.meter-out .lit').first().waitFor({ state: 'detached', timeout: minute });
await page.mouse.move(640, 790);
await page.screenshot({ path: join(import.meta.dirname, '../docs/console.png'), animations: 'disabled' });
await browser.close();
await server.close();
