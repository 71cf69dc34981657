import { describe, expect, it } from 'vitest';
import { authToken, publicUrl } from '../../src/testing/carrier-webhook.ts';
import { until } from '../clients/until.ts';
import { connect } from '../e2e/peer.ts';
import { modelThat, serve } from '../e2e/test-server.ts';
import { call } from './carrier.ts';

const telephony = { publicUrl, twilio: { model: 'echo', authToken, greeting: 'Say hello.' } };

describe('a telephone call', () => {
  it('is greeted', async () => {
    const talker = modelThat(async function* () {
      yield { type: 'text', text: 'Hello' } as const;
      yield { type: 'sound', samples: new Int16Array(8000).fill(1000), sampleRate: 8000 } as const;
    });
    const server = await serve({ models: { echo: talker }, telephony });
    const caller = await call(server.url);
    await until('the greeting', () => caller.phone.heardMs >= 1000);
    const sideband = await connect(`${server.ws}/v1/realtime?call_id=${caller.callId}`);
    await sideband.event('session.created');
    caller.phone.press('5');
    await sideband.event('input_audio_buffer.dtmf_event_received');
    caller.phone.hangUp();
    await caller.closed();
    await sideband.closed();
    expect(caller.phone.complaints).toEqual([]);
  });
});
