import { connect, type RealtimeSession, runTools, tool } from 'antiphon/client';
import { type Scenario, scenarioModel } from 'antiphon/engines';
import { listen, type RunningServer } from 'antiphon/server';
import { afterEach, describe, expect, it } from 'vitest';
import { ordersOf, shownScenarios, toolsOf, wordsFor } from './scenarios.ts';

const shown = shownScenarios();

let server: RunningServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

/** What a client that runs tools saw of a whole scenario. */
interface Seen {
  /** How many responses each turn of the user's had. */
  readonly responses: number[];
  readonly errors: unknown[];
}

/** Plays a client that runs every tool of the scenario: each word that it waits for, and each utterance that it hears. */
async function drive(scenario: Scenario): Promise<Seen> {
  server = await listen({ port: 0, models: { test: scenarioModel(scenario) } });
  const session = await connect({
    url: server.url,
    model: 'test',
    session: { type: 'realtime', output_modalities: ['text'], audio: { input: { turn_detection: null } } },
  });
  const errors: unknown[] = [];
  session.on('error', ({ error }) => void errors.push(error));
  const tools = toolsOf(scenario).map((name) => tool({ name, parameters: { type: 'object' }, run: () => 'sunny' }));
  await runTools(session, tools, { onError: (error) => void errors.push(error) }).registered;
  const most = tools.length + 1;
  const responses: number[] = [];
  for (const text of wordsFor(scenario)) {
    // oxlint-disable-next-line no-await-in-loop
    await session.createItem({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
    // oxlint-disable-next-line no-await-in-loop
    responses.push(await turn(session, most));
  }
  for (const _ of scenario.hear ?? []) {
    session.appendAudio(new Int16Array(4_800));
    // oxlint-disable-next-line no-await-in-loop
    await session.commitInput();
    // oxlint-disable-next-line no-await-in-loop
    responses.push(await turn(session, most));
  }
  session.close();
  await session.closed;
  await server.close();
  return { responses, errors };
}

/** Asks for a response, lets the tools run, and counts the responses until one calls none; or until there are too many. */
async function turn(session: RealtimeSession, most: number): Promise<number> {
  let count = 0;
  const isOver = new Promise<void>((resolve) => {
    const off = session.on('response.done', ({ response }) => {
      count += 1;
      const calls = (response.output ?? []).some(({ type }) => type === 'function_call');
      if (calls && count <= most) return;
      off();
      resolve();
    });
  });
  await session.respond().done.catch(() => {}); // some scenarios fail on purpose
  await isOver;
  return count;
}

describe('the scenarios that readers see', () => {
  it('are found on their page and among the examples', () => {
    const files = shown.map(({ name }) => name);
    for (const file of ['docs/scenario.md 1', 'examples/scenario.yaml 1']) expect(files).toContain(file);
    expect(shown.some(({ scenario }) => toolsOf(scenario).length > 0)).toBe(true);
  });

  it.each(shown)(
    'make no client that runs tools ask for ever, in whatever order their entries are: $name',
    async ({ scenario }) => {
      const most = toolsOf(scenario).length + 1;
      for (const ordered of [scenario, ...ordersOf(scenario)]) {
        // oxlint-disable-next-line no-await-in-loop
        const { responses, errors } = await drive(ordered);
        expect(errors).toEqual([]);
        expect(Math.max(...responses)).toBeLessThanOrEqual(most);
        expect(responses).toHaveLength(wordsFor(ordered).length + (ordered.hear?.length ?? 0));
      }
    },
  );
});
