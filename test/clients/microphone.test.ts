import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeSamples, rmsLevel } from '../../src/audio/node/index.ts';
import { agentsConversation } from './agents-conversation.ts';
import { openaiClient, openaiConversation } from './openai-conversation.ts';
import { type Program, serveScenario } from './program.ts';
import { at, clientTypes, type Seen } from './recording.ts';
import { frames as framesOf, speech } from './speech.ts';

/** A tone of 60 ms a character is the sound of the answers. */
const scenario = `
voice: tone
hear: [good morning]
replies:
  - when: { contains: story }
    pace: { delta_ms: 30 }
    steps: [{ say: "${'Once upon a time there was a parrot. '.repeat(25)}" }]
  - steps: [{ say: "You said: {input}" }]
`;

const answer = 'You said: good morning';
const answerMs = answer.length * 60;

let program: Program;

beforeAll(async () => {
  program = await serveScenario(scenario);
});

afterAll(async () => {
  await program.stop();
});

function soundOf(deltas: readonly Seen[]): Buffer {
  return Buffer.concat(deltas.map(({ delta }) => Buffer.from(String(delta), 'base64')));
}

describe('G.711', () => {
  it.each([
    ['audio/pcmu', 'audio/pcma'],
    ['audio/pcma', 'audio/pcmu'],
  ] as const)('is heard as %s and answered as %s', async (input, output) => {
    const { send, speak, event, events, finish } = await openaiConversation(openaiClient(program));
    const transcription = { model: 'whisper-1' } as const;
    const turn_detection = { type: 'server_vad', silence_duration_ms: 500 } as const;
    const audio = {
      input: { format: { type: input }, transcription, turn_detection },
      output: { format: { type: output } },
    };
    send({ type: 'session.update', session: { type: 'realtime', audio } });
    const spoken = speech('Good morning', { beforeMs: 300, afterMs: 800 }, input);
    speak(framesOf(spoken, 20, input));
    await event('response.done');
    expect(events('input_audio_buffer.committed')).toHaveLength(1);
    expect(events('conversation.item.input_audio_transcription.completed')).toHaveLength(1);
    expect(events('response.output_audio_transcript.done')).toMatchObject([{ transcript: answer }]);
    const sound = soundOf(events('response.output_audio.delta'));
    expect(sound.length).toBe(answerMs * 8);
    expect(rmsLevel(decodeSamples(sound, output))).toBeCloseTo(-15, 0);
    expect(rmsLevel(decodeSamples(sound, input))).not.toBeCloseTo(-15, 0);
    await finish();
  });

  it('is what the agents package cuts by, to the millisecond', async () => {
    const { session, event, finish } = await agentsConversation(program, {
      config: { audio: { input: { format: { type: 'audio/pcmu' } }, output: { format: { type: 'audio/pcmu' } } } },
    });
    session.sendMessage('Tell me a story');
    await event('response.output_audio.delta', 4);
    session.interrupt();
    const kept = String(at(await event('conversation.item.retrieved'), 'item.content.0.audio'));
    const { audio_end_ms } = await event('conversation.item.truncated');
    expect(Buffer.from(kept, 'base64').length).toBe(Number(audio_end_ms) * 8);
    await event('response.done');
    await finish();
  });
});

describe('push-to-talk', () => {
  it('commits and answers when it is told to, and not before', async () => {
    const { send, speak, event, events, finish } = await openaiConversation(openaiClient(program));
    const input = { turn_detection: null, transcription: { model: 'whisper-1' } } as const;
    send({ type: 'session.update', session: { type: 'realtime', audio: { input } } });
    await event('session.updated');
    send({ type: 'input_audio_buffer.clear' });
    speak(framesOf(speech('Good morning', { beforeMs: 300, afterMs: 2000 })));
    send({ type: 'input_audio_buffer.commit' });
    await event('conversation.item.input_audio_transcription.completed');
    expect(events('input_audio_buffer.speech_started')).toEqual([]);
    expect(events('response.created')).toEqual([]);
    send({ type: 'response.create' });
    expect(await event('response.output_audio_transcript.done')).toMatchObject({ transcript: answer });
    await event('response.done');
    await finish();
  });

  it('tells of a key that was pressed too shortly, and goes on', async () => {
    const { send, speak, event, events, finish } = await openaiConversation(openaiClient(program));
    send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
    speak([new Uint8Array(48 * 99)]);
    send({ type: 'input_audio_buffer.commit', event_id: 'too_short' });
    expect(await event('error')).toMatchObject({
      error: { code: 'input_audio_buffer_commit_empty', event_id: 'too_short' },
    });
    speak([new Uint8Array(48)]);
    send({ type: 'input_audio_buffer.commit' });
    await event('conversation.item.done');
    expect(events('input_audio_buffer.committed')).toHaveLength(1);
    await finish(['input_audio_buffer_commit_empty']);
  });

  it('works for the agents package', async () => {
    const { session, speak, event, frames, finish } = await agentsConversation(program, {
      config: { audio: { input: { turnDetection: null } } },
    });
    speak(framesOf(speech('Good morning', { beforeMs: 300, afterMs: 0 }), 100));
    session.sendAudio(new ArrayBuffer(4800), { commit: true });
    await event('conversation.item.retrieved');
    session.transport.requestResponse?.();
    expect(await event('response.output_audio_transcript.done')).toMatchObject({ transcript: answer });
    await event('response.done');
    expect(session.history).toMatchObject([{ role: 'user', content: [{ transcript: 'good morning' }] }, {}]);
    expect(clientTypes(frames)).toContain('input_audio_buffer.commit');
    await finish();
  });
});
