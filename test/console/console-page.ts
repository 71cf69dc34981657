import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { openPage } from '../browser/chromium.ts';
import { testScale } from '../setup/scale.ts';

/** Pictures of each state, to look at: a product of the tests that is in no package. */
export const pictures = join(import.meta.dirname, '../../screenshots');

export interface ConsolePage {
  readonly page: Page;
  /** What the page complained of, its content security policy among it. */
  readonly problems: string[];
}

/** The console of a server, at a place of it. */
export async function openConsole(browser: BrowserContext, url: string, hash = '#/talk'): Promise<ConsolePage> {
  const opened = await openPage(browser, `${url}/${hash}`);
  await opened.page.waitForSelector('.top');
  return opened;
}

/** Goes to a view by its tab, or by its address where the tab is not there. */
export async function goTo(page: Page, view: 'talk' | 'events' | 'turns' | 'try' | 'sessions'): Promise<void> {
  const tab = page.locator(`.tab-${view}`);
  if (await tab.isVisible()) await tab.click();
  const ready = {
    talk: '.dock, .conversation',
    events: '.events',
    turns: '.turns',
    try: '.try',
    sessions: '.sessions',
  };
  await page.waitForSelector(ready[view]);
}

/** Says something in writing. */
export async function type(page: Page, text: string): Promise<void> {
  await page.getByLabel('Type a message').fill(text);
  await page.getByLabel('Type a message').press('Enter');
}

/** Waits until words stand in the conversation. */
export async function awaitWords(page: Page, words: string): Promise<void> {
  await page.locator('.conversation .said', { hasText: words }).first().waitFor();
}

/** Where pictures are taken: one of each size and scheme, or, where tests repeat more, all of them. */
const cameras = [
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 360, height: 740, colorScheme: 'dark' },
  ...(testScale > 1
    ? ([
        { width: 1280, height: 800, colorScheme: 'dark' },
        { width: 360, height: 740, colorScheme: 'light' },
      ] as const)
    : []),
] as const;

/** Keeps a picture of what is seen, on a wide screen and a narrow one. */
export async function photograph(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  for (const { width, height, colorScheme } of cameras) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`), animations: 'disabled' });
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: 'light' });
}

/** What axe-core finds that is serious or worse; in the dark scheme, of colours. */
export async function findings(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await settled(page);
    if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
    const { violations } = await page.evaluate(
      (only) => (globalThis as unknown as { axe: typeof axe }).axe.run(only === null ? {} : { runOnly: [only] }),
      colorScheme === 'light' ? null : 'color-contrast',
    );
    for (const { id, impact, nodes } of violations) {
      if (impact === 'serious' || impact === 'critical')
        found.push(...nodes.map(({ html }) => `${colorScheme}: ${id}: ${html.slice(0, 200)}`));
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
  return found;
}

/** Waits for the colours of a scheme: even where motion is reduced, a transition between two of them ends with a later picture. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  });
}

/** Drops a file on the page. */
export async function dropFile(page: Page, name: string, text: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([fileName, content]) => {
      const made = new DataTransfer();
      made.items.add(new File([content ?? ''], fileName ?? ''));
      return made;
    },
    [name, text],
  );
  await page.dispatchEvent('.page', 'drop', { dataTransfer: transfer });
}

/** Has the page's microphone fail as browsers have it fail. */
export async function withoutMicrophone(page: Page, name: 'NotAllowedError' | 'NotFoundError'): Promise<void> {
  await page.evaluate((errorName) => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', errorName));
  }, name);
}
