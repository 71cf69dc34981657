import { OpenAIRealtimeWebSocket } from 'openai/realtime/websocket';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentsConversation } from './agents-conversation.ts';
import { openaiClient, openaiConversation } from './openai-conversation.ts';
import { type Program, serveScenario } from './program.ts';
import { record, watch } from './recording.ts';
import { expectSound } from './soundness.ts';
import { frames as framesOf, speech } from './speech.ts';

const scenario = `
hear: [good morning]
replies:
  - steps: [{ say: "You said: {input}" }]
`;

let program: Program;

beforeAll(async () => {
  program = await serveScenario(scenario, ['--api-key', 'sk-test']);
});

afterAll(async () => {
  await program.stop();
});

const bound = {
  type: 'realtime',
  model: 'gpt-realtime',
  instructions: 'Speak like a pirate.',
  audio: { output: { voice: 'cedar' } },
} as const;

describe('a client secret made by the openai package', () => {
  it('opens any number of sessions of the openai package with what it is bound to', async () => {
    const secret = await openaiClient(program, 'sk-test').realtime.clientSecrets.create({
      expires_after: { anchor: 'created_at', seconds: 60 },
      session: { ...bound, output_modalities: ['text'] },
    });
    expect(secret).toMatchObject({
      value: expect.stringMatching(/^ek_[0-9a-f]{32}$/),
      session: { type: 'realtime', object: 'realtime.session', instructions: 'Speak like a pirate.' },
    });
    for (const greeting of ['Good morning', 'Good evening']) {
      const { ask, event, finish } = await openaiConversation(openaiClient(program, secret.value));
      expect(await event('session.created')).toMatchObject({
        session: { ...bound, output_modalities: ['text'], audio: { output: { voice: 'cedar', speed: 1 } } },
      });
      ask(greeting);
      expect(await event('response.output_text.done')).toMatchObject({ text: `You said: ${greeting}` });
      await event('response.done');
      await finish();
    }
  });

  it('opens a session of the package’s browser client, which shows it as a subprotocol', async () => {
    const secret = await openaiClient(program, 'sk-test').realtime.clientSecrets.create({ session: bound });
    const openai = openaiClient(program, secret.value);
    const client = new OpenAIRealtimeWebSocket({ model: 'gpt-realtime', dangerouslyAllowBrowser: true }, openai);
    client.on('error', () => {}); // error events are found in the frames
    const { frames, event } = watch(record(client.socket));
    expect(await event('session.created')).toMatchObject({ session: bound });
    expect(client.socket.protocol).toBe('realtime');
    client.send({ type: 'response.create', response: { output_modalities: ['text'] } });
    await event('rate_limits.updated');
    client.close();
    await expectSound(frames);
  });

  it('opens a session of the agents package, which may change all but the model', async () => {
    const secret = await openaiClient(program, 'sk-test').realtime.clientSecrets.create({ session: bound });
    const { session, event, finish } = await agentsConversation(program, { apiKey: secret.value });
    expect(await event('session.created')).toMatchObject({ session: bound });
    expect(await event('session.updated')).toMatchObject({ session: { instructions: 'Be brief.' } });
    session.sendMessage('Good morning');
    expect(await event('response.output_audio_transcript.done')).toMatchObject({
      transcript: 'You said: Good morning',
    });
    await event('response.done');
    await finish();
  });

  it('opens a transcription session', async () => {
    const turn_detection = { type: 'server_vad', silence_duration_ms: 500 } as const;
    const secret = await openaiClient(program, 'sk-test').realtime.clientSecrets.create({
      session: { type: 'transcription', audio: { input: { transcription: { model: 'whisper-1' }, turn_detection } } },
    });
    expect(secret.session).toMatchObject({ type: 'transcription', object: 'realtime.transcription_session' });
    const openai = openaiClient(program, secret.value);
    const { speak, event, finish } = await openaiConversation(openai, { intent: 'transcription' });
    expect(await event('session.created')).toMatchObject({
      session: { type: 'transcription', audio: { input: { transcription: { model: 'whisper-1' } } } },
    });
    speak(framesOf(speech('Good morning', { beforeMs: 300, afterMs: 800 }), 100));
    expect(await event('conversation.item.input_audio_transcription.completed')).toMatchObject({
      transcript: 'good morning',
    });
    await finish();
  });

  it('is asked for with a key, and with what the server understands', async () => {
    const { clientSecrets } = openaiClient(program, 'sk-test').realtime;
    const wrongKey = openaiClient(program, 'sk-wrong').realtime.clientSecrets.create({});
    await expect(wrongKey).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
    const forTooLong = clientSecrets.create({ expires_after: { anchor: 'created_at', seconds: 7201 } });
    await expect(forTooLong).rejects.toMatchObject({ status: 400, param: 'expires_after.seconds' });
    const secret = await clientSecrets.create({});
    const fromSecret = openaiClient(program, secret.value).realtime.clientSecrets.create({});
    await expect(fromSecret).rejects.toMatchObject({ status: 401 });
  });
});
