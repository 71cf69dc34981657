import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../clients/until.ts';
import { repeats } from '../setup/scale.ts';
import { type Health, healthOf, healthWhen } from './health.ts';
import { bareFigures } from './neighbours/bare.ts';
import type { Conversation } from './neighbours/honest.ts';
import { alone, besides, figuresOf, honestCount, openStreet, type Street } from './neighbours/street.ts';
import { neighbours } from './neighbours/table.ts';

/** How often every kind of neighbour comes. */
const rounds = repeats(10);
/** Every so manieth honest turn is spoken. */
const spokenEvery = 5;
/** Turns of each conversation without neighbours, with the server and with a bare one. */
const bareTurns = repeats(100);
/** How far from where it was memory may come to rest: a session of a greedy neighbour would show. */
const slackBytes = 8_000_000;
/** Connections over which the metrics themselves are read come and go. */
const slackFiles = 8;

let street: Street;
let realtime: string;
let before: Health;

beforeAll(async () => {
  const collecting = join(import.meta.dirname, 'collecting.ts');
  street = await openStreet({ node: [process.execPath, '--expose-gc', '--import', collecting] });
  realtime = `${street.url.replace('http', 'ws')}/v1/realtime?model=honest`;
});

afterAll(() => {
  street.program.kill('SIGKILL');
  street.close();
});

/** What was asked, and not answered in its place. */
function lost({ asked, answered, spoken, heard }: Conversation): object {
  return { words: asked.filter((words, index) => answered[index] !== `You said: ${words}`), spoken: spoken - heard };
}

describe(`ten honest conversations beside ${neighbours.length} kinds of bad neighbours`, () => {
  it('are thirty kinds, each with a name of its own', () => {
    expect(new Set(neighbours.map(({ name }) => name)).size).toBeGreaterThanOrEqual(30);
    expect(new Set(neighbours.map(({ name }) => name)).size).toBe(neighbours.length);
  });

  it('lose no turn, and every neighbour is answered as it should be', async () => {
    // What is made once is made now: code is compiled, caches are filled, each kind has been there.
    expect(await street.everybody()).toEqual({});
    before = await healthWhen(street.url, ({ sessions }) => sessions === 0);
    const { result, conversations } = await besides(realtime, spokenEvery, async () => {
      const problems = [];
      // oxlint-disable-next-line no-await-in-loop -- one round after the other is the point
      for (let round = 0; round < rounds; round++) problems.push(await street.everybody());
      return problems;
    });
    expect(result.flatMap((problems) => Object.entries(problems))).toEqual([]);
    expect(conversations).toHaveLength(honestCount);
    for (const conversation of conversations) {
      expect(conversation.errors).toEqual([]);
      expect(lost(conversation)).toEqual({ words: [], spoken: 0 });
      expect(conversation.answered.length).toBe(conversation.asked.length);
      expect(conversation.asked.length).toBeGreaterThan(0);
    }
    console.log(`honest turns beside the neighbours, ${figuresOf(conversations)}`);
  });

  it('leave nothing behind but what is as it was', async () => {
    const after = await healthWhen(
      street.url,
      ({ sessions, liveBytes, openFiles }) =>
        sessions === 0 && liveBytes < before.liveBytes + slackBytes && openFiles <= before.openFiles + slackFiles,
    );
    console.log(
      `live bytes before ${before.liveBytes}, after ${after.liveBytes}; files ${before.openFiles}, ${after.openFiles}`,
    );
    console.log(`honest turns without neighbours, ${figuresOf(await alone(realtime, bareTurns))}`);
    console.log(`turns of a bare server, ${await bareFigures(realtime, bareTurns)}`);
  });

  it('are all that SIGTERM waits for: in the midst of the neighbours the server ends by itself', async () => {
    const { sessionsEver } = await healthOf(street.url);
    street.begin();
    await until('neighbours to be there', async () => (await healthOf(street.url)).sessionsEver > sessionsEver + 20);
    street.program.kill('SIGTERM');
    expect(await street.program.exited()).toBe(0);
    expect(street.program.stderr()).toBe('');
  });
});
