import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createResampler } from '../../src/audio/index.ts';
import type { Bench, Speaker } from './bench-page.ts';
import { openBrowser, openPage } from './chromium.ts';
import { bundle, servePage } from './page-server.ts';

declare const bench: Bench;
declare const lockedSpeaker: Speaker;

const html = '<!doctype html><title>bench</title><button>touch</button><script type="module" src="/bench.js"></script>';
const scripts: Record<string, string> = {};
let browser: BrowserContext;
let url: string;

beforeAll(async () => {
  scripts['/bench.js'] = await bundle(join(import.meta.dirname, 'bench-page.ts'));
  scripts['/worklet.js'] = readFileSync(join(import.meta.dirname, '../../dist/client/browser/worklet.js'), 'utf8');
  url = await servePage({ html, scripts });
  browser = await openBrowser();
});

/** Half a second of a chirp, the same here and in the page. */
const chirp = (rate: number): number[] =>
  Array.from({ length: rate / 2 }, (_, i) => Math.round(9000 * Math.sin((i * i) / rate) + 500));

function resampled(samples: readonly number[], fromRate: number, toRate: number): number[] {
  const resampler = createResampler(fromRate, toRate);
  return [...resampler.push(Int16Array.from(samples)), ...resampler.flush()].map((sample) => sample / 32768);
}

/** What was recorded, from the first sound to the last. */
function sound(recorded: readonly number[]): number[] {
  const isHeard = (sample: number): boolean => sample !== 0;
  return recorded.slice(recorded.findIndex(isHeard), recorded.findLastIndex(isHeard) + 1);
}

describe('playing in a browser', () => {
  it.each([
    [24_000, 44_100],
    [24_000, 48_000],
    [24_000, 96_000],
    [8_000, 48_000],
  ])('gives out every sample of %i Hz on a context of %i Hz, without a gap', async (sampleRate, contextRate) => {
    const { page, problems } = await openPage(browser, url);
    const samples = chirp(sampleRate);
    const heard = await page.evaluate(
      async ({ from, to, wave }) => {
        const speaker = await bench.createSpeaker({
          sampleRate: from,
          context: new AudioContext({ sampleRate: to }),
        });
        const recorder = await bench.record(speaker.output);
        const told: number[] = [];
        await bench.feed(speaker, recorder, () => {
          for (let at = 0, size = 1; at < wave.length; at += size, size = (size * 7 + 3) % 1009)
            speaker.play('item_1', 0, Int16Array.from(wave.slice(at, at + size)));
        });
        await bench.until('all to be heard', () => {
          told.push(speaker.positions[0]?.playedSamples ?? 0);
          return told.at(-1) === wave.length;
        });
        return { samples: recorder.samples, told, positions: speaker.positions, stats: speaker.stats };
      },
      { from: sampleRate, to: contextRate, wave: samples },
    );
    expect(sound(heard.samples)).toEqual(sound(resampled(samples, sampleRate, contextRate)));
    expect(heard.told).toEqual(heard.told.toSorted((a, b) => a - b));
    expect(heard.positions).toEqual([
      {
        itemId: 'item_1',
        contentIndex: 0,
        playedSamples: samples.length,
        receivedSamples: samples.length,
        isCut: false,
        playedMs: 500,
      },
    ]);
    expect(heard.stats).toEqual({ underruns: 0, underrunMs: 0, waitingMs: 0 });
    expect(problems).toEqual([]);
    await page.close();
  });

  it('tells how loud it is, and when it begins and ends', async () => {
    const { page } = await openPage(browser, url);
    const told = await page.evaluate(async (samples) => {
      const levels: number[] = [];
      const playing: boolean[] = [];
      const speaker = await bench.createSpeaker({
        volume: 0,
        onLevel: ({ rmsDb }) => levels.push(rmsDb),
        onPlaying: (isPlaying) => playing.push(isPlaying),
      });
      const recorder = await bench.record(speaker.output);
      speaker.play('item_1', 0, Int16Array.from(samples));
      await bench.until('the end', () => playing.at(-1) === false);
      return { levels, playing, isSilent: recorder.samples.every((sample) => sample === 0), last: levels.at(-1) };
    }, chirp(24_000));
    expect(told.playing).toEqual([true, false]);
    expect(Math.max(...told.levels)).toBeGreaterThan(-16);
    expect(told.last).toBe(-Infinity);
    expect(told.isSilent).toBe(true);
    await page.close();
  });

  it('counts silence within an item as an under-run', async () => {
    const { page } = await openPage(browser, url);
    const stats = await page.evaluate(async () => {
      const speaker = await bench.createSpeaker();
      const played = () => speaker.positions[0]?.playedSamples ?? 0;
      for (let piece = 1; piece <= 3; piece++) {
        speaker.play('item_1', 0, new Int16Array(480).fill(1000));
        await bench.until('the piece', () => played() === 480 * piece && !speaker.isPlaying);
      }
      return speaker.stats;
    });
    expect(stats.underruns).toBe(2);
    expect(stats.underrunMs).toBeGreaterThan(0);
    await page.close();
  });

  it('keeps no more than it may, and says which item it has cut', async () => {
    const { page } = await openPage(browser, url);
    const cut = await page.evaluate(async () => {
      const items: string[] = [];
      const speaker = await bench.createSpeaker({ maxWaitingMs: 100, onOverflow: (itemId) => items.push(itemId) });
      await bench.feed(speaker, await bench.record(speaker.output), () => {
        speaker.play('item_1', 0, new Int16Array(2400));
        speaker.play('item_2', 0, new Int16Array(2400));
      });
      await bench.until('the word of it', () => items.length > 0);
      return items;
    });
    expect(cut).toEqual(['item_2']);
    await page.close();
  });
});

describe('clearing in a browser', () => {
  it('falls silent within 5 ms, tells what was heard, and drops what comes late', async () => {
    const { page } = await openPage(browser, url);
    const heard = await page.evaluate(async () => {
      const speaker = await bench.createSpeaker({ context: new AudioContext({ sampleRate: 48_000 }) });
      const recorder = await bench.record(speaker.output);
      const loud = new Int16Array(240_000).fill(8000);
      speaker.play('item_1', 0, loud);
      await bench.until('some of it', () => (speaker.positions[0]?.playedSamples ?? 0) > 4800);
      const [atClear] = await speaker.clear();
      speaker.play('item_1', 0, loud);
      speaker.play('item_2', 0, new Int16Array(2400).fill(-8000));
      await bench.until('the next item', () => speaker.positions[1]?.playedSamples === 2400);
      return { atClear, final: speaker.positions[0], latencyMs: speaker.latencyMs, samples: recorder.samples };
    });
    const first = sound(heard.samples.map((sample) => Math.max(0, sample)));
    const second = heard.samples.filter((sample) => sample < -0.1);
    const final = heard.final?.playedSamples ?? 0;
    // The device had been given so much; the rest is 5 ms of dying away, the last of them zero.
    expect(first.length - 239).toBeGreaterThanOrEqual(2 * final);
    expect(first.length - 239).toBeLessThanOrEqual(2 * final + 1);
    expect(heard.atClear?.playedSamples).toBeLessThanOrEqual(final);
    expect(heard.atClear?.playedSamples).toBeGreaterThanOrEqual(final - (heard.latencyMs + 1) * 24);
    expect(heard.final).toMatchObject({ receivedSamples: 240_000, isCut: true });
    expect(second.length).toBeGreaterThan(4700);
    const fade = first.slice(-239);
    expect(fade.every((sample, i) => i === 0 || sample < (fade[i - 1] ?? 0))).toBe(true);
    await page.close();
  });
});

describe('leave to make sound', () => {
  // The page does it by itself: what a test runs in a page counts as a gesture of the user.
  const atLoad = (script: string) => servePage({ html: `${html}<script type="module">${script}</script>`, scripts });

  /** A page and what it logs: to ask it anything would count as a gesture. */
  async function untouched(script: string): Promise<{ page: Page; said: string[] }> {
    const page = await (await openBrowser({ mayPlay: false })).newPage();
    const said: string[] = [];
    page.on('console', (message) => message.type() === 'log' && said.push(message.text()));
    await page.goto(await atLoad(script));
    return { page, said };
  }

  it('comes with the first click; until then sound waits', async () => {
    const { page, said } = await untouched(`
      globalThis.lockedSpeaker = await bench.createSpeaker({ onState: (state) => console.log(state) });
      lockedSpeaker.play('item_1', 0, new Int16Array(2400).fill(1000));
      console.log(lockedSpeaker.state + ' ' + lockedSpeaker.positions.length);`);
    await expect.poll(() => said).toEqual(['locked 0']);
    await page.click('button');
    await expect.poll(() => said).toEqual(['locked 0', 'running']);
    await page.evaluate(() => bench.until('the sound', () => lockedSpeaker.positions[0]?.playedSamples === 2400));
  });

  it('is not needed for a clear to be answered', async () => {
    const { said } = await untouched(`
      const speaker = await bench.createSpeaker();
      speaker.play('item_1', 0, new Int16Array(2400).fill(1000));
      const parts = await speaker.clear();
      console.log(speaker.state + ' ' + parts.every((part) => part.playedSamples === 0));`);
    await expect.poll(() => said).toEqual(['locked true']);
  });

  it('is asked for by unlock, and lost when the speaker is closed', async () => {
    const { page } = await openPage(await openBrowser({ mayPlay: false }), url);
    await page.evaluate(() => {
      document.querySelector('button')?.addEventListener('click', async () => {
        const states: string[] = [];
        const speaker = await bench.createSpeaker({ unlockOn: null, onState: (state) => states.push(state) });
        await speaker.unlock();
        await speaker.close();
        await speaker.close();
        speaker.play('item_1', 0, new Int16Array(10));
        document.title = [...states.slice(-1), speaker.state, speaker.context.state].join();
      });
    });
    await page.click('button');
    await page.waitForFunction(() => document.title !== 'bench');
    expect(await page.title()).toBe('closed,closed,closed');
  });
});

describe('a content security policy', () => {
  const create = (workletUrl?: string): Promise<string> =>
    bench.createSpeaker(workletUrl === undefined ? {} : { workletUrl }).then(
      (speaker) => speaker.state,
      (error: unknown) => (error instanceof bench.AudioDeviceError ? error.code : String(error)),
    );

  it('that forbids scripts from blobs is named as the reason', async () => {
    const { page } = await openPage(browser, await servePage({ html, scripts, policy: "script-src 'self'" }));
    expect(await page.evaluate(create, undefined)).toBe('worklet_refused');
    await page.close();
  });

  it('is kept where the page serves the worklet itself', async () => {
    const { page, problems } = await openPage(browser, await servePage({ html, scripts, policy: "script-src 'self'" }));
    expect(await page.evaluate(create, '/worklet.js')).toBe('running');
    expect(problems).toEqual([]);
    await page.close();
  });
});
