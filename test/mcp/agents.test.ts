import type { RealtimeSession } from '@openai/agents-realtime';
import { afterEach, describe, expect, it } from 'vitest';
import { readScenario, scenarioModel } from '../../src/engines/index.ts';
import { parseServerEvent } from '../../src/protocol/index.ts';
import { listen } from '../../src/server/index.ts';
import { type AgentsConversation, agentsConversation } from '../clients/agents-conversation.ts';
import { startMcpServer, tools } from './mcp-server.ts';

const script = `
replies:
  - when: { contains: echo }
    steps: [{ call: { name: echo, arguments: { text: hi } } }, { say: "It said {output}." }]
`;

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** The agents package's session with a hosted MCP tool, on a server that may reach the MCP server. */
async function converse(policy: 'never' | 'always'): Promise<AgentsConversation> {
  const mcp = await startMcpServer();
  open.push(mcp);
  const models = { '*': scenarioModel(readScenario(script, 'agents.yaml')) };
  const server = await listen({ port: 0, models, mcp: { allow: [`http://127.0.0.1:${mcp.port}/*`] } });
  open.unshift(server);
  const { url } = server;
  const program = { url, socketUrl: url.replace('http', 'ws'), stderr: () => '', stop: async () => 0 };
  const hosted = {
    type: 'hosted_tool',
    name: 'hosted_mcp',
    providerData: { type: 'mcp', server_label: 'docs', server_url: mcp.url, require_approval: policy },
  } as const;
  const conversation = await agentsConversation(program, { agent: { tools: [hosted] } });
  open.unshift(conversation.session);
  await conversation.event('mcp_list_tools.completed');
  return conversation;
}

type Approval = Parameters<RealtimeSession['approve']>[0];

function approvalAsked(session: RealtimeSession): Promise<Approval> {
  return new Promise((resolve) => {
    session.on('tool_approval_requested', (_context, _agent, { approvalItem }) => resolve(approvalItem));
  });
}

/** Every frame is of a known type and shape, and none is an error. */
function expectNoErrors({ frames, told }: AgentsConversation): void {
  const parsed = frames.filter(({ from }) => from === 'server').map(({ text }) => parseServerEvent(text));
  expect(parsed.filter((each) => !each.ok || !each.known || each.event.type === 'error')).toEqual([]);
  expect(told).not.toContain('error');
}

describe('the agents package', () => {
  it('learns of the tools, and of a call and its output', async () => {
    const conversation = await converse('never');
    const { session, event } = conversation;
    const called = new Promise((resolve) => {
      session.on('mcp_tool_call_completed', (_context, _agent, call) => resolve(call));
    });
    expect(await event('conversation.item.retrieved')).toMatchObject({ item: { type: 'mcp_list_tools' } });
    expect(session.availableMcpTools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
    session.sendMessage('please echo');
    const args = '{"text":"hi"}';
    expect(await called).toMatchObject({ type: 'mcp_call', name: 'echo', arguments: args, output: 'echo hi' });
    expect(await event('response.done')).toMatchObject({
      response: { status: 'completed', output: [{ type: 'mcp_call' }, { type: 'message' }] },
    });
    expectNoErrors(conversation);
  });

  it('approves a call that it is asked about', async () => {
    const conversation = await converse('always');
    const { session, event } = conversation;
    const asked = approvalAsked(session);
    session.sendMessage('please echo');
    await session.approve(await asked);
    expect(await event('response.done', 1)).toMatchObject({
      response: { status: 'completed', output: [{ type: 'mcp_call', output: 'echo hi' }, { type: 'message' }] },
    });
    expectNoErrors(conversation);
  });

  it('rejects a call that it is asked about, and asks for an answer by itself', async () => {
    const conversation = await converse('always');
    const { session, event, events } = conversation;
    const asked = approvalAsked(session);
    session.sendMessage('please echo');
    await session.reject(await asked);
    expect(await event('response.done', 1)).toMatchObject({ response: { status: 'completed', output: [{}] } });
    const calls = events('conversation.item.done').filter(({ item }) => Object(item).type === 'mcp_call');
    expect(calls).toMatchObject([{ item: { output: null, error: { type: 'tool_execution_error' } } }]);
    expectNoErrors(conversation);
  });
});
