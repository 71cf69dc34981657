import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/cli/config/read.ts';
import { settingsOf } from '../../src/cli/serve/settings.ts';
import { listen } from '../../src/server/index.ts';
import { connect } from '../e2e/peer.ts';
import { echo, serve } from '../e2e/test-server.ts';
import { type McpTestServer, startMcpServer } from './mcp-server.ts';

let mcp: McpTestServer;
beforeEach(async () => {
  mcp = await startMcpServer();
});
afterEach(() => mcp.close());

const allowed = () => ({ allow: [`http://127.0.0.1:${mcp.port}/*`] });
const entry = () => ({ type: 'mcp', server_label: 'docs', server_url: mcp.url, authorization: 'secret-token' });

async function mintSecret(url: string, session: object) {
  const answer = await fetch(`${url}/v1/realtime/client_secrets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ session }),
  });
  return { status: answer.status, body: await answer.json() };
}

describe('a server that may reach MCP servers', () => {
  it('lists them for its sessions', async () => {
    const server = await serve({ mcp: allowed() });
    const peer = await connect(server.realtime);
    peer.send({ type: 'session.update', session: { type: 'realtime', tools: [entry()] } });
    expect(await peer.event('mcp_list_tools.completed')).toMatchObject({ item_id: expect.stringMatching(/^item_/) });
    peer.socket.close();
  });

  it('reaches none unless it is told to', async () => {
    const server = await serve();
    const peer = await connect(server.realtime);
    peer.send({ type: 'session.update', session: { type: 'realtime', tools: [entry()] } });
    expect(await peer.event('error')).toMatchObject({ error: { param: 'session.tools[0].server_url' } });
    expect(mcp.requests).toEqual([]);
    peer.socket.close();
  });

  it('binds them to client secrets without showing their secrets, and lists them once a session opens', async () => {
    const server = await serve({ mcp: allowed() });
    const { status, body } = await mintSecret(server.url, { type: 'realtime', model: 'echo', tools: [entry()] });
    expect(status).toBe(200);
    expect(body.session.tools).toEqual([{ type: 'mcp', server_label: 'docs', server_url: mcp.url }]);
    expect(mcp.requests).toEqual([]);
    const peer = await connect(server.realtime, { headers: { authorization: `Bearer ${body.value}` } });
    const created = await peer.event('session.created');
    expect(JSON.stringify(created)).not.toContain('secret-token');
    await peer.event('mcp_list_tools.completed');
    expect(mcp.requests[0]?.headers.authorization).toBe('Bearer secret-token');
    peer.socket.close();
  });

  it('makes no client secret for one that it may not reach', async () => {
    const server = await serve({ mcp: { allow: ['https://mcp.example/*'] } });
    const { status, body } = await mintSecret(server.url, { type: 'realtime', model: 'echo', tools: [entry()] });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'invalid_value', param: 'session.tools[0].server_url' });
  });

  it('is told which by its configuration file', () => {
    const text =
      'mcp:\n  allow: ["https://mcp.example/*"]\n  connectors: { connector_gmail: "https://mail.example/mcp" }\n';
    const file = { folder: '.', ...readConfig(text, 'antiphon.yaml', {}) };
    expect(settingsOf({}, {}, file, '.').mcp).toEqual({
      allow: ['https://mcp.example/*'],
      connectors: { connector_gmail: 'https://mail.example/mcp' },
    });
  });

  it('does not start with a pattern that makes no sense', async () => {
    await expect(listen({ port: 0, models: { echo }, mcp: { allow: ['mcp.example'] } })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining('"mcp.example" is no pattern of MCP servers'),
    });
  });
});
