import { describe, expect, it } from 'vitest';
import { until } from '../clients/until.ts';
import { serve, textTurn } from '../e2e/test-server.ts';
import { call } from './caller.ts';

const webrtc = { publicIp: ['127.0.0.1'] };

describe('a call', () => {
  it('holds a text turn over its channel, and a spoken one over its track', async () => {
    const server = await serve({ webrtc });
    const caller = await call(server.url, { query: '?model=echo' });
    expect(caller.id).toMatch(/^rtc_[0-9a-f]{28}$/);
    expect(await caller.event('session.created')).toMatchObject({ session: { type: 'realtime', model: 'echo' } });
    caller.send(...textTurn);
    expect(await caller.event('response.output_text.done')).toMatchObject({ text: 'You said: Hello' });
    const before = caller.peer.packets.length;
    caller.send({ type: 'response.create' });
    await caller.event('output_audio_buffer.started');
    await caller.event('output_audio_buffer.stopped');
    await until('sound on the track', () => caller.peer.packets.length > before + 10);
    expect(caller.events.map(({ type }) => type)).not.toContain('response.output_audio.delta');
    expect(caller.events.map(({ type }) => type)).not.toContain('error');
    await caller.hangUp();
  });
});
