import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../src/testing/index.ts';
import { connect } from '../e2e/peer.ts';
import { serve, textTurn } from '../e2e/test-server.ts';
import { startMcpServer } from '../mcp/mcp-server.ts';

const keys = { auth: { keys: ['sk-right'] } };

async function mint(url: string, body: object) {
  const answer = await fetch(`${url}/v1/realtime/client_secrets`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-right', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { value } = await answer.json();
  return { headers: { authorization: `Bearer ${value}` } };
}

describe('a connection', () => {
  it('may carry every header that the stock clients send', async () => {
    const server = await serve(keys);
    const headers = {
      authorization: 'Bearer sk-right',
      'openai-organization': 'org-1',
      'openai-project': 'proj_1',
      'openai-safety-identifier': 'user-1',
      'user-agent': 'Agents/JavaScript 0.1.0',
      'x-openai-agents-sdk': 'openai-agents-sdk.0.1.0',
    };
    const peer = await connect(server.realtime, { headers });
    expect((await peer.event('session.created')).type).toBe('session.created');
  });

  it('of a browser may offer its key, organization and project as subprotocols, in any order', async () => {
    const server = await serve(keys);
    const offers = [
      'openai-insecure-api-key.sk-right',
      'openai-organization.org-1',
      'openai-project.proj_1',
      'openai-agents-sdk.0.1.0',
    ];
    for (const rest of [offers, offers.toReversed()]) {
      const peer = await connect(server.realtime, { protocols: ['realtime', ...rest] });
      await peer.event('session.created');
      expect(peer.socket.protocol).toBe('realtime');
    }
  });
});

describe('a server', () => {
  it('reaches the MCP servers that its operator allows, and no other', async () => {
    const tools = await startMcpServer();
    const allowing = await serve({ mcp: { allow: [tools.url] } });
    const entry = { type: 'mcp', server_label: 'tools', server_url: tools.url };
    const update = { type: 'session.update', session: { type: 'realtime', tools: [entry] } };
    const peer = await connect(allowing.realtime);
    peer.send(update);
    expect(await peer.event('mcp_list_tools.completed')).toMatchObject({ item_id: expect.any(String) });
    const other = await connect((await serve()).realtime);
    other.send(update);
    expect(await other.event('error')).toMatchObject({ error: { param: 'session.tools[0].server_url' } });
    await tools.close();
  });
});

describe('a client secret', () => {
  it('that has expired starts no session, and one that it started goes on', async () => {
    const clock = virtualClock(Date.now());
    const server = await serve({ ...keys, clock });
    const secret = await mint(server.url, { expires_after: { anchor: 'created_at', seconds: 10 } });
    const peer = await connect(server.realtime, secret);
    await peer.event('session.created');
    clock.advance(10_001);
    const late = await connect(server.realtime, secret);
    expect(await late.closed()).toEqual({ code: 3000, reason: 'invalid_request_error.invalid_api_key' });
    for (const event of textTurn) peer.send(event);
    expect(await peer.event('response.done')).toMatchObject({ response: { status: 'completed' } });
  });

  it('settles a session that the client may still change', async () => {
    const server = await serve(keys);
    const session = { type: 'realtime', instructions: 'Be brief.', output_modalities: ['text'] };
    const peer = await connect(server.realtime, await mint(server.url, { session }));
    peer.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be long.' } });
    expect(await peer.event('session.updated')).toMatchObject({
      session: { instructions: 'Be long.', output_modalities: ['text'] },
    });
  });
});
