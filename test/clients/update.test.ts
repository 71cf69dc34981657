import { RealtimeAgent } from '@openai/agents-realtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentsConversation } from './agents-conversation.ts';
import { openaiClient, openaiConversation } from './openai-conversation.ts';
import { type Program, serveScenario } from './program.ts';
import { at } from './recording.ts';

const longStory = 'Once upon a time there was a parrot. '.repeat(7).trim();
const scenario = `
pace: { delta_ms: 30 }
replies:
  - when: { contains: long story }
    steps: [{ say: "${longStory}" }]
  - when: { contains: story }
    steps: [{ say: "Once upon a time there was a parrot." }]
  - steps: [{ say: "You said: {input}" }]
`;

let program: Program;

beforeAll(async () => {
  program = await serveScenario(scenario);
});

afterAll(async () => {
  await program.stop();
});

describe('an update while an answer is given', () => {
  it('is confirmed at once, and holds from the next answer on', async () => {
    const { send, ask, event, events, finish } = await openaiConversation(openaiClient(program));
    ask('Tell me a long story');
    await event('response.output_audio.delta', 1);
    send({
      type: 'session.update',
      session: { type: 'realtime', instructions: 'Be brief.', output_modalities: ['text'], max_output_tokens: 500 },
    });
    expect(await event('session.updated')).toMatchObject({
      session: { instructions: 'Be brief.', output_modalities: ['text'], max_output_tokens: 500 },
    });
    expect(events('response.done')).toEqual([]);
    expect(await event('response.done')).toMatchObject({
      response: { status: 'completed', output_modalities: ['audio'], max_output_tokens: 'inf' },
    });
    expect(events('response.output_audio_transcript.done')).toMatchObject([{ transcript: longStory }]);
    ask('Thank you');
    expect(await event('response.output_text.done')).toMatchObject({ text: 'You said: Thank you' });
    expect(at(await event('response.created', 1), 'response')).toMatchObject({
      output_modalities: ['text'],
      max_output_tokens: 500,
    });
    await event('response.done', 1);
    await finish();
  });

  it('cannot change a voice that was heard, and changes nothing else with it', async () => {
    const { send, ask, event, events, finish } = await openaiConversation(openaiClient(program));
    const voiced = (voice: string, instructions: string, event_id: string) =>
      send({
        type: 'session.update',
        event_id,
        session: { type: 'realtime', instructions, audio: { output: { voice } } },
      });
    voiced('cedar', 'First.', 'before');
    await event('session.updated');
    ask('Tell me a story');
    await event('response.output_audio.delta', 1);
    voiced('marin', 'Second.', 'other_voice');
    expect(await event('error')).toMatchObject({
      error: { type: 'invalid_request_error', code: 'cannot_update_voice', param: null, event_id: 'other_voice' },
    });
    voiced('cedar', 'Third.', 'same_voice');
    await event('session.updated', 1);
    expect(events('session.updated').map((updated) => at(updated, 'session.instructions'))).toEqual([
      'First.',
      'Third.',
    ]);
    await event('response.done');
    await finish(['cannot_update_voice']);
  });

  it('comes from the agents package when another agent takes over', async () => {
    const { session, event, finish } = await agentsConversation(program, { agent: { voice: 'cedar' } });
    session.sendMessage('Tell me a story');
    await event('response.output_audio.delta', 1);
    const next = new RealtimeAgent({ name: 'next', instructions: 'Be long.', voice: 'cedar' });
    await session.updateAgent(next);
    expect(await event('session.updated', 2)).toMatchObject({ session: { instructions: 'Be long.', tools: [] } });
    expect(await event('response.done')).toMatchObject({ response: { status: 'completed' } });
    session.sendMessage('Thank you');
    expect(await event('response.output_audio_transcript.done', 1)).toMatchObject({
      transcript: 'You said: Thank you',
    });
    await event('response.done', 1);
    await finish();
  });

  it('is told to the agents package when it is refused', async () => {
    const { session, event, finish } = await agentsConversation(program, { agent: { voice: 'cedar' } });
    session.sendMessage('Tell me a story');
    await event('response.output_audio.delta', 1);
    await session.updateAgent(new RealtimeAgent({ name: 'next', instructions: 'Be long.', voice: 'marin' }));
    expect(await event('error')).toMatchObject({ error: { code: 'cannot_update_voice' } });
    await event('response.done');
    await finish(['cannot_update_voice']);
  });
});
