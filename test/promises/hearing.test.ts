import { describe, expect, it } from 'vitest';
import { sessionScript, typesOf } from '../../src/testing/session-script.ts';
import { append, meet, update } from './memory-client.ts';

const scenario = `
hear:
  - "good morning"
  - { fail: { code: audio_unintelligible, message: "Nobody could tell." } }
replies: [{ steps: [{ say: "Yes." }] }]
`;
const transcribing = { transcription: { model: 'gpt-4o-transcribe' } };

describe('a transcription session', () => {
  it('sends of a turn what a realtime session sends, and no response', () => {
    const client = meet(scenario, null);
    const audio = { input: transcribing };
    client.send({ type: 'session.update', session: { type: 'transcription', audio } });
    const before = client.events.length;
    client.send(append(600));
    client.send(append(600, 0));
    expect(typesOf(client.events.slice(before))).toEqual([
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'conversation.item.input_audio_transcription.delta',
      'conversation.item.input_audio_transcription.delta',
      'conversation.item.input_audio_transcription.completed',
    ]);
    client.clock.runAll();
    const later = typesOf(client.events);
    expect(later.filter((type) => type.startsWith('response.') || type === 'rate_limits.updated')).toEqual([]);
  });
});

describe('input transcription', () => {
  it('that fails stops no response', () => {
    const client = meet(scenario);
    client.send(update({ audio: { input: transcribing } }));
    for (let turn = 0; turn < 2; turn++) {
      client.send(append(600));
      client.send(append(600, 0));
    }
    expect(client.of('conversation.item.input_audio_transcription.failed')).toHaveLength(1);
    expect(client.of('response.done').map(({ response }) => response.status)).toEqual(['completed', 'completed']);
    expect(client.of('error')).toEqual([]);
  });

  it('gives the transcriber the model, the language and the prompt', () => {
    const script = sessionScript();
    const transcription = { model: 'gpt-4o-transcribe', language: 'fr', prompt: 'Antiphon' };
    const session = { type: 'realtime', audio: { input: { turn_detection: null, transcription } } } as const;
    script.client({ type: 'session.update', session });
    script.append(500);
    script.client({ type: 'input_audio_buffer.commit' });
    expect(script.effects).toContainEqual({
      do: 'transcribe',
      request: expect.objectContaining({ ...transcription, audioMs: 500 }),
    });
  });

  it('is billed apart from the response', () => {
    const client = meet(scenario);
    client.send(update({ audio: { input: { ...transcribing, turn_detection: null } } }));
    client.send(append(2000));
    client.send({ type: 'input_audio_buffer.commit' });
    client.send({ type: 'response.create' });
    const [completed] = client.of('conversation.item.input_audio_transcription.completed');
    expect(completed?.usage).toEqual({ type: 'duration', seconds: 2 });
    expect(client.of('response.done')[0]?.response.usage).toMatchObject({ input_token_details: { audio_tokens: 20 } });
  });
});
