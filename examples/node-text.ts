/** A typed conversation: node examples/run.js node-text.ts */
import assert from 'node:assert/strict';
import { connect, emptyView, fold, totalOf, wordsOf } from 'antiphon/client';
import { endpoint } from './endpoint.ts';

let view = emptyView();
const session = await connect({
  ...endpoint,
  session: { type: 'realtime', output_modalities: ['text'], instructions: 'Answer in one sentence.' },
  onEvent: (event) => {
    view = fold(view, event);
  },
});

for (const question of ['What is an antiphon?', 'And who sings it?']) {
  console.log(`you:   ${question}`);
  // oxlint-disable-next-line no-await-in-loop
  console.log(`model: ${await ask(question)}`);
}
session.close();
await session.closed;

// The view has followed all along.
const [first, second, third, fourth] = view.items.map((item) => item.kind === 'message' && item.role);
assert.deepEqual([first, second, third, fourth], ['user', 'assistant', 'user', 'assistant']);
assert.ok(view.items.every((item) => item.status === 'completed' && wordsOf(item) !== ''));
console.log(`${totalOf(view.usage.input) + totalOf(view.usage.output)} tokens`);

async function ask(text: string): Promise<string> {
  await session.createItem({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
  const response = session.respond();
  let answer = '';
  for await (const piece of response.text) answer += piece;
  const { status } = await response.done;
  assert.equal(status, 'completed');
  return answer;
}
