import { OpenAIRealtimeSIP, RealtimeAgent, RealtimeSession } from '@openai/agents-realtime';
import { describe, expect, it } from 'vitest';
import { readScenario, scenarioModel } from '../../src/testing/index.ts';
import { speech } from '../clients/speech.ts';
import { until } from '../clients/until.ts';
import { serve } from '../e2e/test-server.ts';
import { Baresip } from './baresip.ts';
import { apiKey, rig } from './sip-rig.ts';

const question = 'what is the weather in paris';
const reply = 'it is sunny in london';
const scenario = `
voice: espeak
hear: [${question}]
replies: [{ steps: [{ say: "${reply}" }] }]
`;
const says = speech(`${question}?`, { beforeMs: 1500, afterMs: 60_000 }, 'audio/pcmu');

/** Where baresip, and a transfer, reach a server. */
const sipUri = (url = ''): string => `sip:bot@${url.replace('udp://', '')}`;

describe('a telephone program that calls', () => {
  it('speaks with an agent whose SDK has accepted the call and sits on its sideband, presses keys, and is passed on', async () => {
    const desk = await serve({ telephony: { sip: { listen: ['udp://127.0.0.1:0'], answer: { model: 'echo' } } } });
    const { app, server, openai } = await rig(
      { referAllow: ['sip:bot@127.0.0.1:*'] },
      { models: { phone: scenarioModel(readScenario(scenario, 'scenario')) } },
    );
    const phone = await Baresip.start({ says });
    phone.type(`dial ${sipUri(server.sip[0])}`);
    const { callId } = await app.delivery();

    const agent = new RealtimeAgent({ name: 'assistant', instructions: 'You answer the phone.' });
    const options = { model: 'phone', config: { audio: { input: { transcription: { model: 'phone' } } } } };
    const session = new RealtimeSession(agent, { ...options, transport: new OpenAIRealtimeSIP() });
    const seen: string[] = [];
    session.transport.on('*', ({ type }) => void seen.push(type));
    await openai.realtime.calls.accept(callId, await OpenAIRealtimeSIP.buildInitialConfig(agent, options));
    await session.connect({ apiKey, callId, url: `${server.ws}/v1/realtime?call_id=${callId}` });
    await phone.prints('Call established');

    const saw = (type: string): Promise<unknown> => until(`the event ${type}`, () => seen.includes(type));
    await saw('input_audio_buffer.speech_started');
    await saw('output_audio_buffer.stopped');
    expect(seen[0]).toBe('session.created');
    expect(seen).not.toContain('response.output_audio.delta');
    const history = JSON.stringify(session.history);
    expect(history).toContain(question);
    expect(history).toContain(reply);
    phone.type('sndcode 5');
    await saw('input_audio_buffer.dtmf_event_received');

    await openai.realtime.calls.refer(callId, { target_uri: sipUri(desk.sip[0]) });
    await until('the end of the call here', () => session.transport.status === 'disconnected');
    await until('the call at the desk', async () => {
      const { data } = await (await fetch(`${desk.url}/admin/sessions`)).json();
      return data.length === 1;
    });
    phone.type('hangup');
    await phone.quit();
    session.close();
    const { heard } = phone.recordings;
    expect(heard.filter((sample) => Math.abs(sample) > 300).length).toBeGreaterThan(2000);
  });
});
