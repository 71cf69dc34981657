import { readFileSync } from 'node:fs';
import { type ListenOptions, listen, type RunningServer } from 'antiphon/server';
import { readScenario, scenarioModel } from 'antiphon/testing';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../browser/chromium.ts';
import { speechFile, speechRate } from '../browser/speech-file.ts';
import { until } from '../clients/until.ts';
import { record } from '../engines/espeak-recording.ts';
import {
  awaitWords,
  type ConsolePage,
  dropFile,
  findings,
  goTo,
  openConsole,
  photograph,
  type,
  withoutMicrophone,
} from './console-page.ts';
import { longTake, smallTake } from './takes.ts';

const scenario = `
seed: 1
hear: ["what is the weather in paris", "and tomorrow"]
replies:
  - when: { contains: weather }
    steps: [{ say: "It is sunny." }]
  - when: { contains: story }
    steps: [{ say: "Once upon a time there was a server that had a story to tell, which was so long that nobody ever heard its end, since all who listened to it had something to say themselves, long before it came to that." }]
  - when: { contains: dice }
    steps: [{ call: { name: roll_dice, arguments: { count: 2 } } }]
  - when: { tool: roll_dice }
    steps: [{ say: "They show {output}." }]
  - steps: [{ say: "You said: {input}" }]
`;

const key = 'key-of-the-test';
const adminKey = 'key-of-an-operator';
const servers: RunningServer[] = [];
let browser: BrowserContext;
let url: string;
let opened: ConsolePage[] = [];

async function serve(options: Partial<ListenOptions> = {}): Promise<RunningServer> {
  const models = { scripted: scenarioModel(readScenario(scenario, 'scenario')) };
  const server = await listen({ port: 0, models, ...options });
  servers.push(server);
  return server;
}

async function open(hash?: string, at = url): Promise<Page> {
  const one = await openConsole(browser, at, hash);
  opened.push(one);
  return one.page;
}

beforeAll(async () => {
  const speech = record({ text: 'What is the weather in Paris?', voice: 'en', wordsPerMinute: 160 }, speechRate);
  browser = await openBrowser({ speech: speechFile([0.5, speech, 1]) });
  ({ url } = await serve());
});

afterEach(async () => {
  for (const { page, problems } of opened.splice(0)) {
    expect(problems).toEqual([]);
    await page.close();
  }
});

afterAll(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const words = (page: Page) => page.locator('.conversation .said p:first-of-type').allTextContents();

describe('talking', () => {
  it.each(['websocket', 'webrtc'])('a spoken turn over %s, from a page that was just opened', async (transport) => {
    const page = await open(`#/turns?transport=${transport}`);
    await page.getByRole('button', { name: 'Talk', exact: true }).click();
    await awaitWords(page, 'what is the weather in paris');
    await awaitWords(page, 'It is sunny.');
    await page.locator('.step.s-heard').waitFor();
    const steps = await page.locator('.turn .step-name').allTextContents();
    expect(steps).toEqual(expect.arrayContaining(['Speech', 'Silence', 'Transcript', 'First audio', 'Played']));
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
      await pictures(page, '.meter-out .lit', 60);
      await type(page, 'Stop');
      await page.locator('.said del').waitFor();
      const [whole = ''] = await page.locator('.said.assistant p').first().allTextContents();
      const [unheard = ''] = await page.locator('.said del').allTextContents();
      expect(whole).toMatch(/^Once upon .* to that\.$/);
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
    await pictures(page, '.meter-in .lit', 20);
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

describe('the event stream', () => {
  it('is searched, filtered, paused, and shows the whole of an event', async () => {
    const page = await open('#/events?transport=websocket');
    await type(page, 'Good morning');
    await awaitWords(page, 'You said: Good morning');
    await page.locator('.line', { hasText: 'response.done' }).waitFor();
    await page.locator('.line.k-sound', { hasText: /of sound in \d+ frames/ }).waitFor();
    await page.getByLabel('Search events').fill('morning -delta');
    await page.getByText(/lines match/).waitFor();
    expect(await page.locator('.line-type').allTextContents()).toContain('conversation.item.create');
    await page.getByRole('button', { name: 'Server', exact: true }).click();
    await page.getByRole('button', { name: 'conversation', exact: true }).click();
    await until('lines of the client and of conversations to go', async () => {
      const types = await page.locator('.line-type').allTextContents();
      return types.length > 0 && !types.some((each) => each.startsWith('conversation.'));
    });
    expect(page.url()).toContain('q=morning+-delta&hide=conversation&by=%3C');
    await page.reload();
    expect(await page.getByLabel('Search events').inputValue()).toBe('morning -delta');
    await goTo(page, 'events');
    await page.getByLabel('Search events').fill('');
    await page.getByRole('button', { name: 'Both', exact: true }).click();
    await page.getByRole('button', { name: 'Pause' }).click();
    await type(page, 'And again');
    await page.getByRole('button', { name: /Resume \(\d+ new\)/ }).click();
    await page.locator('.line', { hasText: 'response.done' }).first().click();
    const json = JSON.parse((await page.locator('.detail .json').textContent()) ?? '');
    expect(json.response.status).toBe('completed');
    await photograph(page, 'events');
  });

  it('stays smooth with 100,000 events: few are drawn, and a picture costs as little as with a thousand', async () => {
    const page = await open('#/events');
    const session = await browser.newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const costs: number[] = [];
    for (const count of [1000, 100_000]) {
      await dropFile(page, `${count}.take.jsonl`, longTake(count));
      await page.getByText(`${count.toLocaleString('en')} events`, { exact: true }).waitFor();
      costs.push(await costOfScrolling(page, session));
      expect(await page.locator('.line').count()).toBeLessThan(80);
    }
    console.log(
      `a picture while scrolling: ${costs.map((ms) => `${ms.toFixed(2)} ms`).join(' with a thousand, ')} with 100,000`,
    );
    const [few = 0, many = 0] = costs;
    // 50 pictures a second leave 20 ms of the main thread for each.
    expect(many).toBeLessThan(20);
    expect(many).toBeLessThan(few * 2 + 1);
  });
});

const steps = 120;

/** Milliseconds of the main thread's own time for each picture, while the stream scrolls from one end to the other. */
async function costOfScrolling(
  page: Page,
  session: Awaited<ReturnType<BrowserContext['newCDPSession']>>,
): Promise<number> {
  const spent = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
  };
  const before = await spent();
  await page.evaluate(async (count) => {
    const stream = document.querySelector('.stream');
    if (stream === null) throw new Error('no stream');
    for (let step = 0; step <= count; step += 1) {
      stream.scrollTop = (stream.scrollHeight * step) / count;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }, steps);
  return ((await spent()) - before) / steps;
}

describe('a take that is dropped', () => {
  it('is the same view of a recorded session: its turns, with sound from any moment', async () => {
    const page = await open('#/talk');
    await dropFile(page, 'shop.take.jsonl', smallTake());
    await page.locator('.pill.take', { hasText: 'shop.take.jsonl' }).waitFor();
    await awaitWords(page, 'What is the weather?');
    await page.locator('.turn').waitFor();
    expect(await page.locator('.turn .step-name').allTextContents()).toEqual([
      'Speech',
      'Silence',
      'Commit',
      'Transcript',
      'First token',
      'First audio',
      'Heard',
      'Not heard',
      'Interrupted',
    ]);
    await page.getByLabel('Moment of the session').fill('1500');
    await page.getByText('0:01 / 0:06').waitFor();
    await page.getByRole('button', { name: 'Play the sound' }).click();
    await page.getByText('0:02 / 0:06').waitFor();
    await page.getByRole('button', { name: 'Pause the sound' }).click();
    await page.getByRole('button', { name: /^First audio: .* Play from here/ }).click();
    await page.getByText('0:04 / 0:06').waitFor();
    await photograph(page, 'take');
    await page.getByRole('button', { name: 'Close it' }).click();
    await page.getByText('Talk to it').waitFor();
  });

  it('that is none is told by what is wrong with it', async () => {
    const page = await open();
    await dropFile(page, 'photo.jsonl', '{"not":"a take"}\n');
    await page.getByRole('alert').getByText('photo.jsonl is no take').waitFor();
  });
});

describe('trying events', () => {
  it('has a form and an example for each', async () => {
    const page = await open('#/try?transport=websocket');
    const names = await page.locator('.try-list button').allTextContents();
    expect(names).toHaveLength(11);
    for (const name of names) {
      await page.getByRole('button', { name, exact: true }).click();
      await page.getByRole('button', { name: 'Fill in an example' }).click();
      const event = JSON.parse((await page.locator('.try-result > .json').textContent()) ?? '');
      expect(event.type).toBe(name);
    }
  });

  it('shows an error beside the field that it names', async () => {
    const page = await open('#/try?transport=websocket&event=session.update');
    await page.getByRole('button', { name: 'Fill in an example' }).click();
    const threshold = page.locator('[id="field-session-audio-input-turn_detection-threshold"]');
    await threshold.fill('7');
    await page.getByRole('button', { name: 'Send', exact: true }).last().click();
    const error = page.locator('[id="error-session-audio-input-turn_detection-threshold"]');
    await error.waitFor();
    expect(await threshold.getAttribute('aria-invalid')).toBe('true');
    expect(await threshold.getAttribute('aria-describedby')).toContain(String(await error.getAttribute('id')));
    await photograph(page, 'try-error');
    await threshold.fill('0.7');
    await page.getByRole('button', { name: 'Send', exact: true }).last().click();
    await page.locator('.answers').getByText('session.updated').waitFor();
    expect(await error.count()).toBe(0);
  });
});

describe('sessions', () => {
  it('are listed for operators, read along, and ended', async () => {
    const server = await serve({ auth: { keys: [key], adminKeys: [adminKey] } });
    const talker = await open('#/talk?transport=websocket', server.url);
    await talker.getByLabel('API key').fill(key);
    await talker.getByRole('button', { name: 'Use this key' }).click();
    await type(talker, 'Good morning');
    await awaitWords(talker, 'You said: Good morning');

    const page = await open('#/sessions', server.url);
    await page.getByLabel('Admin key').fill('wrong');
    await page.getByRole('button', { name: 'Show the sessions' }).click();
    await page.getByText('That is no operator’s key').waitFor();
    await page.getByLabel('Admin key').fill(adminKey);
    await page.getByRole('button', { name: 'Show the sessions' }).click();
    await page.getByRole('cell', { name: 'websocket' }).waitFor();
    await photograph(page, 'sessions');
    await page.getByRole('button', { name: /^Attach to sess_/ }).click();
    await page.getByText('No events yet').waitFor();
    await until('what the other says to be seen', async () => {
      await type(talker, 'Once more');
      return (await page.locator('.line', { hasText: 'Once more' }).count()) > 0;
    });
    expect(await page.locator('.dock').count()).toBe(0);
    await goTo(page, 'sessions');
    await page.getByRole('button', { name: /^End sess_/ }).click();
    await page.getByRole('button', { name: /^Really end sess_/ }).click();
    await page.getByText('Nobody is here').waitFor();
    await talker
      .getByText(/ended by the operator/)
      .first()
      .waitFor();
    opened.at(-1)?.problems.splice(0);
    opened.at(-2)?.problems.splice(0);
  });
});

describe('what can go wrong is told with what to do', () => {
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
    opened.at(-1)?.problems.splice(0);
  });

  it('a server that has gone, until it is back', async () => {
    const server = await serve();
    const page = await open('#/talk?transport=websocket', server.url);
    await type(page, 'Good morning');
    await awaitWords(page, 'You said: Good morning');
    await server.close();
    await page.getByText('The session has ended').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('alert').getByText('Start it again').waitFor();
    await photograph(page, 'server-gone');
    await serve({ port: Number(new URL(server.url).port) });
    await page.locator('.pill.ready').waitFor();
    await type(page, 'Good evening');
    await awaitWords(page, 'You said: Good evening');
    opened.at(-1)?.problems.splice(0);
  });
});

describe('everybody', () => {
  it('can use it with the keyboard alone', async () => {
    const page = await open('#/talk?transport=websocket');
    const reach = async (label: RegExp): Promise<void> => {
      for (let pressed = 0; pressed < 60; pressed += 1) {
        await page.keyboard.press('Tab');
        const name = await page.evaluate(() => {
          const element = document.activeElement;
          return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
        });
        if (label.test(name)) return;
      }
      throw new Error(`Tab never came to ${label}`);
    };
    await reach(/^Type a message$/);
    await page.keyboard.type('Good morning');
    await page.keyboard.press('Enter');
    await awaitWords(page, 'You said: Good morning');
    await reach(/^Events, the oldest first$/);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.locator('.line[aria-selected="true"]', { hasText: 'session.update' }).waitFor();
    await page.keyboard.press('End');
    await reach(/^Close the event$/);
    await page.keyboard.press('Enter');
    expect(await page.locator('.detail').count()).toBe(0);
    await page.keyboard.press('Shift+Tab');
    await reach(/^Turns$/);
    await page.keyboard.press('Enter');
    await reach(/^Moment of the session$/);
    await page.keyboard.press('ArrowRight');
    await page.locator('.turn').waitFor();
  });

  it('finds nothing that axe-core calls serious, in either scheme', async () => {
    const page = await open('#/talk?transport=websocket');
    expect(await findings(page)).toEqual([]);
    await photograph(page, 'welcome');
    await page.locator('.setup summary').click();
    expect(await findings(page)).toEqual([]);
    await photograph(page, 'settings');
    await dropFile(page, 'shop.take.jsonl', smallTake());
    await page.locator('.pill.take').waitFor();
    for (const view of ['turns', 'events', 'try', 'sessions'] as const) {
      await goTo(page, view);
      if (view === 'events') await page.locator('.line').first().click();
      expect(await findings(page), view).toEqual([]);
      await photograph(page, view);
    }
    await page.setViewportSize({ width: 360, height: 740 });
    for (const view of ['talk', 'events', 'turns', 'try', 'sessions'] as const) {
      await goTo(page, view);
      expect(await findings(page), view).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, view).toBeLessThanOrEqual(0);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  });
});

describe('the page', () => {
  it('is at most 80 kB, gzipped, when it is first opened', async () => {
    const page = await browser.newPage();
    const session = await browser.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    let bytes = 0;
    session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
    await page.goto(`${url}/#/events`);
    await page.locator('.pill.ready').waitFor();
    await page.waitForLoadState('networkidle');
    console.log(`the first load: ${(bytes / 1000).toFixed(1)} kB`);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThanOrEqual(80_000);
    await page.close();
  });

  it('runs no script but its own files: a strict policy, by which the plain page is not bound', async () => {
    const answer = await fetch(url);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain('unsafe');
    const html = await answer.text();
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|(src|href)="(https?:)?\/\//);
    const plain = await (await fetch((await serve({ console: false })).url)).text();
    expect(plain).toContain('/v1/realtime?model=scripted');
    expect(plain).not.toContain('id="console"');
  });

  it('asks nobody but its own server', async () => {
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).host));
    await page.goto(`${url}/#/turns?transport=websocket`);
    await type(page, 'Good morning');
    await awaitWords(page, 'You said: Good morning');
    await goTo(page, 'try');
    await goTo(page, 'sessions');
    expect([...new Set(asked)]).toEqual([new URL(url).host]);
    await page.close();
  });
});
