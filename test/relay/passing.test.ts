import { describe, expect, it } from 'vitest';
import { connect } from '../e2e/peer.ts';
import { serve, textTurn } from '../e2e/test-server.ts';

describe('a relay', () => {
  it('passes a conversation on', async () => {
    const upstream = await serve();
    const relay = await serve({ models: { '*': { relay: { upstreams: [{ url: `${upstream.ws}/v1/realtime` }] } } } });
    const peer = await connect(relay.realtime);
    expect(await peer.event('session.created')).toMatchObject({ session: { model: 'echo' } });
    for (const event of textTurn) peer.send(event);
    expect(await peer.event('response.done')).toMatchObject({ response: { status: 'completed' } });
    const metrics = await (await fetch(`${relay.url}/metrics`)).text();
    expect(metrics).toContain('antiphon_upstream_sessions{model="*",upstream="generic"} 1');
    peer.socket.close(1000);
    await peer.closed();
  });
});
