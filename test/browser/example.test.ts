import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RealtimeSession } from 'antiphon/client';
import type { Microphone, Speaker } from 'antiphon/client/browser';
import { echoModel, readScenario, scenarioModel } from 'antiphon/engines';
import { listen, type RunningServer } from 'antiphon/server';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createResampler, rmsLevel } from '../../src/audio/index.ts';
import { record } from '../engines/espeak-recording.ts';
import type { Bench } from './bench-page.ts';
import { openBrowser, openPage } from './chromium.ts';
import { envelope, likeness } from './likeness.ts';
import { bundle, servePage } from './page-server.ts';
import { speechFile, speechRate } from './speech-file.ts';

declare const bench: Bench;
declare const call: { session: RealtimeSession; microphone: Microphone; speaker: Speaker };

const folder = join(import.meta.dirname, '../../examples/browser');
const rate = speechRate;
const voice = { voice: 'en', wordsPerMinute: 150 };
const first = record({ ...voice, text: 'Tell me everything that you know about the rivers of France.' }, rate);
const second = record({ ...voice, text: 'What is the weather like in Paris today' }, rate);
const script = `
voice: tone
hear: [tell me about the rivers of France, what is the weather like in Paris]
replies:
  - when: { contains: rivers }
    steps: [{ say: 'The longest of them is the Loire, which rises in the Massif Central and flows into the Atlantic.' }]
  - steps: [{ say: 'It is sunny.' }]
`;
let server: RunningServer;

beforeAll(async () => {
  server = await listen({
    port: 0,
    models: { echo: echoModel({ voice: null }), script: scenarioModel(readScenario(script, 'script.yaml')) },
  });
});

afterAll(() => server.close());

/** Long enough for an answer to begin on a busy machine, and shorter than the first words, which the echo gives back. */
const pause = 2.4;

/** The first words, a pause in which the answer begins, the second words, and silence: Chromium goes on with the end. */
const conversation = (): string => speechFile([1.6, first, pause, second, 4]);

/** The example, connected to a model. */
async function talking(model: string): Promise<{ page: Page; problems: string[] }> {
  const browser = await openBrowser({ speech: conversation() });
  const url = await servePage({
    html: readFileSync(join(folder, 'index.html'), 'utf8'),
    scripts: {
      '/page.js': await bundle(join(folder, 'page.ts')),
      '/bench.js': await bundle(join(import.meta.dirname, 'bench-page.ts')),
    },
  });
  const { page, problems } = await openPage(browser, url);
  await page.addScriptTag({ url: '/bench.js', type: 'module' });
  await page.fill('#url', `${server.url.replace('http', 'ws')}/v1/realtime?model=${model}`);
  await page.click('#talk');
  await page.waitForFunction(() => 'call' in globalThis);
  return { page, problems };
}

describe('the browser example', () => {
  it('shows what both have said, and how much of it was heard', async () => {
    const { page, problems } = await talking('script');
    const lines = (): Promise<string[]> => page.locator('#lines li').allTextContents();
    await expect.poll(async () => (await lines()).length).toBe(4);
    await page.waitForFunction(() => document.querySelectorAll('#lines p:empty').length === 0);
    const [asked, answered, again, last] = await lines();
    expect(asked).toBe('Youtell me about the rivers of France');
    expect(answered).toMatch(/^AssistantThe longest of them is the Loire.*heard [\d.]+ s$/);
    expect(again).toBe('Youwhat is the weather like in Paris');
    await expect.poll(async () => (await lines()).at(-1)).toBe('AssistantIt is sunny.');
    expect(last).toContain('Assistant');
    const state = (): Promise<string | null> => page.locator('#state').textContent();
    await expect.poll(state).toBe('It is your turn.');
    expect(await page.evaluate(() => call.speaker.isPlaying)).toBe(false);
    expect(problems).toEqual([]);
  });

  it('holds a conversation: it hears, is interrupted, says how much was heard, and plays the next answer whole', async () => {
    const { page, problems } = await talking('echo');
    const heard = await page.evaluate(async () => {
      const { session, speaker } = call;
      const truncated: { item_id: string; audio_end_ms: number }[] = [];
      const received = new Map<string, number>();
      session.on('conversation.item.truncated', (event) => truncated.push(event));
      session.on('response.output_audio.delta', ({ item_id, delta }) =>
        received.set(item_id, (received.get(item_id) ?? 0) + (delta.length * 3) / 8),
      );
      await session.next('response.output_audio.delta');
      await bench.until('the interruption', () => truncated.length === 1);
      const recorder = await bench.record(speaker.output);
      const before = speaker.positions.length;
      await bench.until('the second answer', () => {
        const last = speaker.positions.at(-1);
        return speaker.positions.length > before && last?.playedSamples === last?.receivedSamples && !speaker.isPlaying;
      });
      return { truncated, positions: speaker.positions, samples: recorder.samples, rate: speaker.context.sampleRate };
    });
    const [cut, whole] = heard.positions;
    const [truncation] = heard.truncated;
    expect(truncation?.item_id).toBe(cut?.itemId);
    expect(truncation?.audio_end_ms).toBeGreaterThan(0);
    expect(truncation?.audio_end_ms).toBeLessThanOrEqual(cut?.playedMs ?? 0);
    expect(cut?.playedSamples).toBeLessThan(cut?.receivedSamples ?? 0);
    expect(whole?.playedSamples).toBe(whole?.receivedSamples);
    const resampler = createResampler(heard.rate, 24_000);
    const output = Int16Array.from(heard.samples, (sample) => Math.round(sample * 32_767));
    const played = Int16Array.from([...resampler.push(output), ...resampler.flush()]);
    const likenessTo = (speech: Int16Array): number => likeness(envelope(played, 24_000), envelope(speech, rate));
    // The browser takes noise and loudness out on the way; still it is this speech and no other.
    expect(likenessTo(second)).toBeGreaterThan(0.8);
    expect(likenessTo(second)).toBeGreaterThan(likenessTo(first) + 0.25);
    expect(Math.abs((whole?.playedMs ?? 0) - (second.length / rate) * 1000)).toBeLessThan(1000);
    expect(rmsLevel(played)).toBeGreaterThan(-40);
    expect(await page.locator('#lines li').count()).toBe(4);
    expect(await page.locator('#lines li.cut small').textContent()).toMatch(/^heard \d\.\d s$/);
    await page.click('#hang-up');
    await page.waitForFunction(() => document.getElementById('state')?.textContent === 'Hung up.');
    expect(await page.evaluate(() => [call.speaker.state, call.microphone.device])).toEqual(['closed', null]);
    expect(problems).toEqual([]);
  });
});
