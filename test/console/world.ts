import { type ListenOptions, listen, type RunningServer } from 'antiphon/server';
import { readScenario, scenarioModel } from 'antiphon/testing';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { openBrowser } from '../browser/chromium.ts';
import { type ConsolePage, openConsole } from './console-page.ts';

/** On a busy machine speech stutters, and one question becomes several turns. */
const scenario = `
seed: 1
hear: [${Array.from({ length: 12 }, () => '"what is the weather in paris"').join(', ')}]
replies:
  - when: { contains: weather }
    steps: [{ say: "It is sunny." }]
  - when: { contains: story }
    steps: [{ say: "Once upon a time there was a server that had a story to tell, which was so long that nobody ever heard its end, since all who listened to it had something to say themselves, long before it came to that, and so it went on and on, and told of everything that it had ever been asked, and of all that it had answered, and of those who had listened, and of those who had not, until it was late." }]
  - when: { contains: dice }
    steps: [{ call: { name: roll_dice, arguments: { count: 2 } } }]
  - when: { tool: roll_dice }
    steps: [{ say: "They show {output}." }]
  - steps: [{ say: "You said: {input}" }]
`;

/** A key of clients, and one of operators, where a server wants any. */
export const key = 'key-of-the-test';
export const adminKey = 'key-of-an-operator';

/** A browser, servers with a console, and pages of it. */
export interface World {
  browser(): BrowserContext;
  /** The server that all pages are of that name no other. */
  url(): string;
  /** Another server, closed after the file's tests. */
  serve(options?: Partial<ListenOptions>): Promise<RunningServer>;
  /** A page, closed after the test, which fails where the page complained of anything. */
  open(hash?: string, at?: string): Promise<Page>;
  /** The pages of this test may have complained: of answers that are errors, as every browser does. */
  forgive(): void;
}

/** Begins one before the file's tests. `speech`: a file that microphones hear. */
export function consoleWorld(speech?: () => string): World {
  const servers: RunningServer[] = [];
  const opened: ConsolePage[] = [];
  let browser: BrowserContext;
  let url = '';

  async function serve(options: Partial<ListenOptions> = {}): Promise<RunningServer> {
    const models = { scripted: scenarioModel(readScenario(scenario, 'scenario')) };
    const server = await listen({ port: 0, models, ...options });
    servers.push(server);
    return server;
  }

  beforeAll(async () => {
    browser = await openBrowser(speech === undefined ? {} : { speech: speech() });
    ({ url } = await serve());
  });

  afterEach(async () => {
    const pages = opened.splice(0);
    await Promise.all(pages.map(({ page }) => page.close()));
    expect(pages.flatMap(({ problems }) => problems)).toEqual([]);
  });

  afterAll(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  return {
    browser: () => browser,
    url: () => url,
    serve,
    async open(hash, at = url) {
      const one = await openConsole(browser, at, hash);
      opened.push(one);
      return one.page;
    },
    forgive() {
      for (const { problems } of opened) problems.splice(0);
    },
  };
}
