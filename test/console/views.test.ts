import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { until } from '../clients/until.ts';
import { awaitWords, dropFile, findings, goTo, photograph, type } from './console-page.ts';
import { longTake, smallTake } from './takes.ts';
import { adminKey, consoleWorld, key } from './world.ts';

const { browser, url, open, serve, forgive } = consoleWorld();

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

  it('stays smooth with 100,000 events: few are drawn, and a picture costs as little as with 10,000', async () => {
    const page = await open('#/events');
    const session = await browser().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const costs: number[] = [];
    for (const count of [10_000, 100_000]) {
      await dropFile(page, `${count}.take.jsonl`, longTake(count));
      await page.getByText(`${count.toLocaleString('en')} events`, { exact: true }).waitFor();
      costs.push(await costOfScrolling(page, session));
      expect(await page.locator('.line').count()).toBeLessThan(80);
    }
    console.log(
      `a picture while scrolling: ${costs.map((ms) => `${ms.toFixed(2)} ms`).join(' with 10,000, ')} with 100,000`,
    );
    const [few = 0, many = 0] = costs;
    // 50 pictures a second leave 20 ms of the main thread for each, on a machine that may be five times as fast as this one.
    expect(many).toBeLessThan(20 * 5);
    expect(many).toBeLessThan(few * 2 + 1);
  });
});

const steps = 120;

/** Milliseconds of the main thread's own time for each picture, while the stream scrolls by what can be seen of it. */
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
      stream.scrollTop = stream.clientHeight * step;
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
    const moment = page.getByLabel('Moment of the session');
    await moment.fill('1500');
    await page.getByText('0:01 / 0:06').waitFor();
    await page.getByRole('button', { name: 'Play the sound' }).click();
    await page.getByText(/0:0[2-6] \/ 0:06/).waitFor();
    await moment.fill('0');
    await page.getByRole('button', { name: /^First audio .*Play from here/ }).click();
    expect(Number(await moment.inputValue())).toBeGreaterThanOrEqual(3500);
    await page.getByText(/0:0[4-6] \/ 0:06/).waitFor();
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
    await page.getByRole('rowheader', { name: /scripted · websocket/ }).waitFor();
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
    forgive();
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

  it('finds nothing that axe-core calls serious, in either scheme, on a wide screen and a narrow one', async () => {
    const found: string[] = [];
    const page = await open('#/talk?transport=websocket');
    found.push(...(await findings(page)));
    await photograph(page, 'welcome');
    await page.locator('.setup summary').click();
    found.push(...(await findings(page)));
    await photograph(page, 'settings');
    await dropFile(page, 'shop.take.jsonl', smallTake());
    await page.locator('.pill.take').waitFor();
    for (const view of ['turns', 'events', 'try', 'sessions'] as const) {
      await goTo(page, view);
      if (view === 'events') await page.locator('.line').first().click();
      found.push(...(await findings(page)));
      await photograph(page, `${view}-of-take`);
    }
    await page.setViewportSize({ width: 360, height: 740 });
    for (const view of ['talk', 'events', 'turns', 'try', 'sessions'] as const) {
      await goTo(page, view);
      if (view === 'events') found.push(...(await findings(page)));
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) found.push(`${view} is ${overflow} pixels wider than a narrow screen`);
    }
    expect(found).toEqual([]);
  });
});

describe('the page', () => {
  it('is at most 80 kB, gzipped, when it is first opened', async () => {
    const page = await browser().newPage();
    const session = await browser().newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    let bytes = 0;
    session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
    await page.goto(`${url()}/#/events`);
    await page.locator('.pill.ready').waitFor();
    await page.waitForLoadState('networkidle');
    console.log(`the first load: ${(bytes / 1000).toFixed(1)} kB`);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThanOrEqual(80_000);
    await page.close();
  });

  it('runs no script but its own files: a strict policy, by which the plain page is not bound', async () => {
    const answer = await fetch(url());
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain('unsafe');
    const html = await answer.text();
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|(src|href)="(https?:)?\/\//);
    const [part = ''] = /console\/[\w-]+\.js/.exec(html) ?? [];
    const script = await fetch(`${url()}/${part}`, { headers: { 'accept-encoding': 'identity' } });
    expect(script.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(script.headers.get('cache-control')).toContain('immutable');
    const statuses = ['console/nothing.js', 'console/..%2f..%2fpackage.json', 'console/'].map(
      async (path) => (await fetch(`${url()}/${path}`)).status,
    );
    expect(await Promise.all(statuses)).toEqual([404, 404, 404]);
    expect((await fetch(url(), { method: 'POST' })).status).toBe(405);
    const plain = await (await fetch((await serve({ console: false })).url)).text();
    expect(plain).toContain('/v1/realtime?model=scripted');
    expect(plain).not.toContain('id="console"');
  });

  it('asks nobody but its own server', async () => {
    const page = await browser().newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).host));
    await page.goto(`${url()}/#/turns?transport=websocket`);
    await type(page, 'Good morning');
    await awaitWords(page, 'You said: Good morning');
    await goTo(page, 'try');
    await goTo(page, 'sessions');
    expect([...new Set(asked)]).toEqual([new URL(url()).host]);
    await page.close();
  });
});
