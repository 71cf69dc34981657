import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { speechFile, speechRate } from '../browser/speech-file.ts';
import { cuttingProxy } from '../client/cutting-proxy.ts';
import { record } from '../engines/espeak-recording.ts';
import { awaitWords, dropFile, photograph, type, withoutMicrophone } from './console-page.ts';
import { consoleWorld, key } from './world.ts';

const { url, open, serve, forgive } = consoleWorld(() => {
  const speech = record({ text: 'What is the weather in Paris?', voice: 'en', wordsPerMinute: 160 }, speechRate);
  return speechFile([0.5, speech, 4, speech, 4, speech, 1]);
});

const words = (page: Page) => page.locator('.conversation .said p:first-of-type').allTextContents();

describe('talking', () => {
  it.each(['websocket', 'webrtc'])('a spoken turn over %s, from a page that was just opened', async (transport) => {
    const page = await open(`#/turns?transport=${transport}`);
    await page.getByRole('button', { name: 'Talk', exact: true }).click();
    await awaitWords(page, 'what is the weather in paris');
    await awaitWords(page, 'It is sunny.');
    await page.locator('.step.s-heard').first().waitFor();
    const steps = await page.locator('.turn .step-name').allTextContents();
    expect(steps).toEqual(expect.arrayContaining(['Speech', 'Silence', 'Transcript', 'First audio']));
    await page.getByRole('button', { name: 'Mute the microphone' }).click();
    expect(await page.getByRole('button', { name: 'Mute the microphone' }).getAttribute('aria-pressed')).toBe('true');
    await photograph(page, `spoken-${transport}`);
    await page.getByRole('button', { name: 'End', exact: true }).click();
    await page.getByText('The session is over').waitFor();
  });

  it('a typed turn', async () => {
    const page = await open('#/talk?transport=websocket');
    await type(page, 'Good morning');
    await awaitWords(page, 'You said: Good morning');
    expect(await words(page)).toEqual(['Good morning', 'You said: Good morning']);
    await page.getByRole('status').getByText('The model said: You said: Good morning').waitFor({ state: 'attached' });
  });

  it.each(['websocket', 'webrtc'])(
    'an interruption shows what was heard over %s, the rest struck through',
    async (transport) => {
      const page = await open(`#/turns?transport=${transport}`);
      await type(page, 'Tell me a story');
      await pictures(page, '.meter-out .lit', 40);
      await type(page, 'Stop');
      await page.locator('.said del').waitFor();
      const [whole = ''] = await page.locator('.said.assistant p').first().allTextContents();
      const [unheard = ''] = await page.locator('.said del').allTextContents();
      expect(whole).toMatch(/^Once upon .* was late\.$/);
      expect(unheard.length).toBeGreaterThan(10);
      expect(whole.length - unheard.length).toBeGreaterThan(3);
      await page.getByText(/interrupted after/).waitFor();
      await page.locator('.tag', { hasText: 'interrupted' }).first().waitFor();
      await photograph(page, `interrupted-${transport}`);
    },
  );

  it('push to talk: the turn is as long as the button is held, by the keyboard too', async () => {
    const page = await open('#/events?transport=websocket&detection=push');
    await page.getByRole('button', { name: 'Talk', exact: true }).click();
    const button = page.getByRole('button', { name: 'Hold to speak' });
    await button.focus();
    await page.keyboard.down('Space');
    await page
      .locator('.line.k-sound', { hasText: /in \d{2,} frames/ })
      .last()
      .waitFor();
    await page.keyboard.up('Space');
    await awaitWords(page, 'It is sunny.');
    await page.getByLabel('Search events').fill('input_audio_buffer');
    await page.locator('.line', { hasText: 'input_audio_buffer.committed' }).waitFor();
    const types = await page.locator('.line-type').allTextContents();
    expect(types).toContain('input_audio_buffer.commit');
    expect(types).not.toContain('input_audio_buffer.speech_started');
  });

  it('a model may call the tools of the console', async () => {
    const page = await open('#/talk?transport=websocket&tools=roll_dice');
    await type(page, 'Roll two dice');
    await page.locator('.call', { hasText: 'roll_dice' }).waitFor();
    await awaitWords(page, 'They show [');
  });

  it('the session can be kept as a take, which opens again', async () => {
    const page = await open('#/talk?transport=websocket');
    await type(page, 'Good morning');
    await awaitWords(page, 'You said: Good morning');
    await page.getByRole('button', { name: 'End the session' }).click();
    await page.getByText('The session is over').waitFor();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the session as a take' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/\.take\.jsonl$/);
    const text = readFileSync(await download.path(), 'utf8');
    await dropFile(page, 'again.take.jsonl', text);
    await page.locator('.pill.take', { hasText: 'again.take.jsonl' }).waitFor();
    await awaitWords(page, 'You said: Good morning');
  });
});

/** Waits until so many pictures were drawn in which something could be seen. */
async function pictures(page: Page, selector: string, count: number): Promise<void> {
  await page.evaluate(
    ([wanted, most]) =>
      new Promise<void>((resolve) => {
        let seen = 0;
        const look = (): void => {
          if (document.querySelector(String(wanted)) !== null) seen += 1;
          if (seen >= Number(most)) resolve();
          else requestAnimationFrame(look);
        };
        look();
      }),
    [selector, count],
  );
}

describe('what can go wrong is told with what to do', () => {
  it('a server that takes no calls: it goes over a WebSocket', async () => {
    const page = await open('#/talk?transport=webrtc');
    const error = { message: 'no', type: 'server_error', param: null, code: 'calls_unavailable' };
    await page.route('**/v1/realtime/calls*', (route) => route.fulfill({ status: 503, json: { error } }));
    await type(page, 'Good morning');
    await page.getByText('it goes over a WebSocket instead').waitFor();
    expect(page.url()).toContain('transport=websocket');
    await type(page, 'Good evening');
    await awaitWords(page, 'You said: Good evening');
    forgive();
  });

  it('a question for the microphone that nobody answers can be given up', async () => {
    const page = await open('#/talk?transport=websocket');
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => new Promise(() => {});
    });
    await page.getByRole('button', { name: 'Talk', exact: true }).click();
    await page.getByText('Your browser may ask for the microphone').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Talk to it').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it.each(['websocket', 'webrtc'])('no microphone, and one that is not allowed, over %s', async (transport) => {
    const page = await open(`#/talk?transport=${transport}`);
    await withoutMicrophone(page, 'NotFoundError');
    await page.getByRole('button', { name: 'Talk', exact: true }).click();
    await page.getByRole('alert').getByText('Plug one in').waitFor();
    await photograph(page, `no-microphone-${transport}`);
    await withoutMicrophone(page, 'NotAllowedError');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('alert').getByText('Allow it for this page').waitFor();
    await photograph(page, `not-allowed-${transport}`);
    await type(page, 'Good morning');
    await awaitWords(page, 'You said: Good morning');
  });

  it('a wrong key, until a good one is given', async () => {
    const server = await serve({ auth: { keys: [key] } });
    const page = await open('#/talk?transport=websocket', server.url);
    await page.getByLabel('API key').fill('wrong');
    await page.getByRole('button', { name: 'Use this key' }).click();
    await page.getByRole('alert').getByText('The server wants another key').waitFor();
    await photograph(page, 'wrong-key');
    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Use this key' }).click();
    await type(page, 'Good morning');
    await awaitWords(page, 'You said: Good morning');
    expect(page.url()).not.toContain(key);
    forgive();
  });

  it('a server that has gone, until it is back', async () => {
    const proxy = await cuttingProxy(url());
    const page = await open('#/talk?transport=websocket', proxy.url);
    await type(page, 'Good morning');
    await awaitWords(page, 'You said: Good morning');
    proxy.leadTo('http://127.0.0.1:1');
    proxy.cut();
    await page.getByRole('alert').getByText('Start it again').waitFor();
    await page.getByText('Server gone').waitFor();
    await photograph(page, 'server-gone');
    proxy.leadTo(url());
    await page.locator('.pill.ready').waitFor();
    await type(page, 'Good evening');
    await awaitWords(page, 'You said: Good evening');
    await page.goto('about:blank');
    await proxy.close();
    forgive();
  });
});
