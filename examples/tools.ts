/** Two tools that the model calls at once, and one answer made of both: node examples/run.js tools.ts */
import assert from 'node:assert/strict';
import { connect, runTools, tool } from 'antiphon/client';
import * as z from 'zod';
import { endpoint } from './endpoint.ts';

const weather = tool({
  name: 'get_weather',
  description: 'The weather in a city, now.',
  parameters: z.object({ city: z.string(), unit: z.enum(['c', 'f']).default('c') }),
  // The arguments have the schema's type, and were checked against it.
  run: async ({ city, unit }) => {
    await bothRun;
    return { city, degrees: unit === 'c' ? 21 : 70, sky: 'clear' };
  },
});
const trains = tool({
  name: 'next_train',
  description: 'When the next train to a city leaves.',
  parameters: z.object({ to: z.string() }),
  run: async ({ to }) => {
    await bothRun;
    return `The next train to ${to} leaves at 18:04.`;
  },
});

let responses = 0;
const session = await connect({ ...endpoint, session: { type: 'realtime', output_modalities: ['text'] } });
session.on('response.created', () => (responses += 1));

// Slow tools hold up nobody: each of these waits until the other one runs as well.
let calls = 0;
let runBoth = (): void => {};
const bothRun = new Promise<void>((resolve) => {
  runBoth = resolve;
});
const runner = runTools(session, [weather, trains], {
  onCall: ({ name }) => {
    console.log(`the model calls ${name}`);
    calls += 1;
    if (calls === 2) runBoth();
  },
});
await runner.registered;

const text = 'I am off to Lyon. What is the weather like there, and when can I leave? Look up both at once.';
await session.createItem({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
await session.respond().done;
assert.equal(calls, 2, 'the model calls both');
// The answer follows by itself once the model has both results.
const [{ text: answer }, { response }] = await Promise.all([
  session.next('response.output_text.done'),
  session.next('response.done'),
]);
session.close();

assert.equal(response.status, 'completed');
assert.equal(responses, 2, 'one response that calls, one that answers');
console.log(answer);
