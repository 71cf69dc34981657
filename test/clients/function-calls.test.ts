import { tool } from '@openai/agents-realtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { agentsConversation } from './agents-conversation.ts';
import { openaiClient, openaiConversation } from './openai-conversation.ts';
import { type Program, serveScenario } from './program.ts';
import { clientTypes } from './recording.ts';

/** Three calls in one response, which then goes on for a while. */
const scenario = `
replies:
  - when: { tool: get_weather }
    steps: [{ say: "All done. {output}" }]
  - when: { contains: plan }
    steps:
      - say: "Let me look."
      - call: { name: get_weather, arguments: { city: Paris } }
      - call: { name: get_weather, arguments: { city: London } }
      - call: { name: get_time }
      - wait_ms: 1000
  - steps: [{ say: "You said: {input}" }]
`;

const getWeather = {
  type: 'function',
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
} as const;
const getTime = { type: 'function', name: 'get_time', parameters: { type: 'object', properties: {} } } as const;

let program: Program;

beforeAll(async () => {
  program = await serveScenario(scenario);
});

afterAll(async () => {
  await program.stop();
});

describe('several calls in one response', () => {
  it('are told apart, and answered in any order while the response still runs', async () => {
    const { send, ask, event, events, finish } = await openaiConversation(openaiClient(program));
    send({
      type: 'session.update',
      session: { type: 'realtime', output_modalities: ['text'], tools: [getWeather, getTime] },
    });
    ask('Let us plan my day');
    await event('response.function_call_arguments.done', 2);
    const called = events('response.function_call_arguments.done');
    expect(called).toMatchObject([
      { name: 'get_weather', arguments: '{"city":"Paris"}', output_index: 1 },
      { name: 'get_weather', arguments: '{"city":"London"}', output_index: 2 },
      { name: 'get_time', arguments: '{}', output_index: 3 },
    ]);
    expect(new Set(called.map(({ call_id }) => call_id)).size).toBe(3);
    const outputs = ['sunny in Paris', 'rain in London', 'noon'];
    for (const index of [2, 1, 0]) {
      const call_id = String(called[index]?.['call_id']);
      const output = outputs[index] ?? '';
      send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id, output } });
    }
    // The user's message, the answer's first item, its calls, their outputs.
    await event('conversation.item.done', 7);
    expect(events('response.done')).toEqual([]);
    const done = await event('response.done');
    const calls = called.map(({ call_id }) => ({ type: 'function_call', call_id, status: 'completed' }));
    expect(done).toMatchObject({ response: { output: [{ type: 'message' }, ...calls] } });
    send({ type: 'response.create' });
    expect(await event('response.output_text.done', 1)).toMatchObject({ text: 'All done. sunny in Paris' });
    await event('response.done', 1);
    await finish();
  });

  it('are run by the agents package, whichever tool is first to end, with one follow-up', async () => {
    const ended: string[] = [];
    let release: () => void = () => {};
    const others = new Promise<void>((resolve) => {
      release = resolve;
    });
    const weather = tool({
      name: 'get_weather',
      description: 'The weather in a city',
      parameters: z.object({ city: z.string() }),
      execute: async ({ city }) => {
        if (city === 'Paris') await others;
        ended.push(city);
        return `sunny in ${city}`;
      },
    });
    const time = tool({
      name: 'get_time',
      description: 'The time',
      parameters: z.object({}),
      execute: () => {
        ended.push('time');
        release();
        return 'noon';
      },
    });
    const { session, event, events, frames, finish } = await agentsConversation(program, {
      agent: { tools: [weather, time] },
    });
    session.sendMessage('Let us plan my day');
    await event('response.done', 1);
    expect(ended).toEqual(['London', 'time', 'Paris']);
    expect(events('response.output_audio_transcript.done').at(-1)).toMatchObject({
      transcript: 'All done. sunny in Paris',
    });
    expect(clientTypes(frames).filter((type) => type === 'response.create')).toHaveLength(2);
    const calls = session.history.filter(({ type }) => type === 'function_call');
    expect(calls).toMatchObject([
      { name: 'get_weather', status: 'completed', output: 'sunny in Paris' },
      { name: 'get_weather', status: 'completed', output: 'sunny in London' },
      { name: 'get_time', status: 'completed', output: 'noon' },
    ]);
    await finish();
    expect(events('response.created')).toHaveLength(2);
  });
});
