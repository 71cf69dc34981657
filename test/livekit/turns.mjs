// LiveKit's OpenAI plugin holds a text turn and a tool round trip, with its own session and not one error.
// Usage: turns.mjs URL FILE. Writes what each session was sent into the file, as JSON. Exits 1 on any failure.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { initializeLogger, llm } from '@livekit/agents';
import * as openai from '@livekit/agents-plugin-openai';

initializeLogger({ pretty: false, level: 'warn' });
const errors = [];
const sent = [];
// They may come before the plugin listens, and after it has heard the end of a turn and closed.
const atEdges = new Set(['session.created', 'rate_limits.updated']);

function open() {
  const model = new openai.realtime.RealtimeModel({
    baseURL: `${process.argv[2]}/v1`,
    apiKey: 'any',
    model: 'gpt-realtime',
  });
  const session = model.session();
  const events = [];
  sent.push(events);
  session.on('openai_server_event_received', (event) => {
    if (!atEdges.has(event.type)) events.push(event);
  });
  session.on('error', ({ error }) => errors.push(error.message));
  return session;
}

async function said(generation) {
  let text = '';
  for await (const message of generation.messageStream) for await (const part of message.textStream) text += part;
  return text;
}

async function ask(session, content) {
  const context = llm.ChatContext.empty();
  context.addMessage({ role: 'user', content });
  await session.updateChatCtx(context);
  return session.generateReply();
}

const talk = open();
assert.equal(await said(await ask(talk, 'Good morning')), 'You said: Good morning');
await talk.close();
console.log('livekit: text turn held');

const helper = open();
await helper.updateInstructions('Be brief.');
const calls = [];
for await (const call of (await ask(helper, 'How is the weather?')).functionStream) calls.push(call);
assert.equal(calls.length, 1);
assert.deepEqual([calls[0].name, JSON.parse(calls[0].args)], ['get_weather', { city: 'Paris' }]);
const context = helper.chatCtx.copy();
const { callId, name } = calls[0];
context.insert(llm.FunctionCallOutput.create({ callId, name, output: 'sunny', isError: false }));
await helper.updateChatCtx(context);
assert.equal(await said(await helper.generateReply()), 'It is sunny.');
await helper.close();
console.log('livekit: tool round trip held');

assert.deepEqual(errors, []);
writeFileSync(process.argv[3], JSON.stringify(sent));
process.exit(0);
