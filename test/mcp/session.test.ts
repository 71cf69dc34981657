import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { McpTool } from '../../src/protocol/types.ts';
import { callTimeoutMs, listTimeoutMs } from '../../src/server/mcp/work.ts';
import { until } from '../clients/until.ts';
import { type McpTestServer, startMcpServer, tools } from './mcp-server.ts';
import { type MemorySession, type Opening, openWith } from './memory-session.ts';

const script = `
seed: 1
replies:
  - when: { contains: echo }
    steps: [{ say: "One moment." }, { call: { name: echo, arguments: { text: hi } } }, { say: "It said {output}." }]
  - when: { contains: fail }
    steps: [{ call: { name: fail } }, { say: "Sorry: {output}." }]
  - when: { contains: break }
    steps: [{ call: { name: break } }, { say: "Sorry: {output}." }]
  - when: { contains: wait }
    steps: [{ call: { name: wait } }, { say: "It said {output}." }]
  - when: { contains: bare }
    steps: [{ call: { name: bare } }, { say: "It said {output}." }]
  - steps: [{ say: "You said: {input}" }]
`;

let server: McpTestServer;
let session: MemorySession;

beforeEach(async () => {
  server = await startMcpServer();
});
afterEach(async () => {
  await session.close();
  await server.close();
});

function open(options: Opening = {}): void {
  session = openWith(script, { allow: [`http://127.0.0.1:${server.port}/*`], ...options });
}

function entry(rest: Partial<McpTool> = {}): McpTool {
  return { type: 'mcp', server_label: 'test', server_url: server.url, require_approval: 'never', ...rest };
}

function update(...entries: readonly object[]): void {
  session.send({
    type: 'session.update',
    session: { type: 'realtime', output_modalities: ['text'], tools: entries },
  });
}

async function list(rest: Partial<McpTool> = {}): Promise<void> {
  update(entry(rest));
  await session.next('mcp_list_tools.completed');
}

function type(text: string): void {
  session.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
  });
  session.send({ type: 'response.create' });
}

/** The text of a response's last message. */
async function answer(): Promise<string> {
  const { response } = await session.next('response.done');
  const last = response.output?.at(-1);
  const [part] = last?.type === 'message' ? last.content : [];
  return (part !== undefined && 'text' in part ? part.text : undefined) ?? '';
}

describe('a session with an MCP server', () => {
  it('lists the tools of every page, with a text and an object for each', async () => {
    open();
    update(entry());
    const { item } = await session.next('conversation.item.done');
    expect(session.types().slice(-5)).toEqual([
      'session.updated',
      'conversation.item.added',
      'mcp_list_tools.in_progress',
      'mcp_list_tools.completed',
      'conversation.item.done',
    ]);
    expect(item).toMatchObject({ type: 'mcp_list_tools', server_label: 'test' });
    const listed = item.type === 'mcp_list_tools' ? item.tools : [];
    expect(listed.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
    for (const tool of listed) {
      expect(tool).toMatchObject({ description: expect.any(String), input_schema: { type: 'object' } });
    }
    expect(listed[0]).toMatchObject({ annotations: { readOnlyHint: true } });
  });

  it('calls a tool in the middle of a response, which goes on with its output', async () => {
    open();
    await list();
    const before = session.events.length;
    type('please echo');
    expect(await answer()).toBe('It said echo hi.');
    const order = session
      .types()
      .slice(before + 2)
      .filter((each) => !each.endsWith('delta'));
    expect(order.slice(order.indexOf('response.created'))).toEqual([
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.content_part.added',
      'response.output_text.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.output_item.added',
      'conversation.item.added',
      'response.mcp_call_arguments.done',
      'response.mcp_call.in_progress',
      'response.mcp_call.completed',
      'conversation.item.done',
      'response.output_item.done',
      'response.output_item.added',
      'conversation.item.added',
      'response.content_part.added',
      'response.output_text.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ]);
  });

  it('makes a call that needs no text of its tool either', async () => {
    open();
    await list();
    type('bare');
    expect(await answer()).toBe('It said {"done":true}.');
  });

  it('speaks an audio response around a call as well', async () => {
    open();
    await list();
    session.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['audio'] } });
    type('please echo');
    const { response } = await session.next('response.done');
    expect(response.output).toMatchObject([
      { content: [{ transcript: 'One moment.' }] },
      { type: 'mcp_call', output: 'echo hi' },
      { content: [{ transcript: 'It said echo hi.' }] },
    ]);
  });

  it('keeps what was said of tools that are not listed yet to functions', async () => {
    open();
    update(entry());
    type('please echo');
    const { response } = await session.next('response.done');
    expect(response.output).toMatchObject([{ type: 'message' }, { type: 'function_call', name: 'echo' }, {}]);
  });

  it('starts by itself with what a client secret has settled', async () => {
    open({
      settled: { type: 'realtime', output_modalities: ['text'], tools: [entry({ authorization: 'secret-token' })] },
    });
    await session.next('mcp_list_tools.completed');
    expect(session.types()[0]).toBe('session.created');
    expect(JSON.stringify(session.events)).not.toContain('secret-token');
    expect(server.requests[0]?.headers.authorization).toBe('Bearer secret-token');
    type('please echo');
    expect(await answer()).toBe('It said echo hi.');
  });

  it('reaches a connector by its name', async () => {
    open({ allow: [], connectors: { connector_dropbox: server.url } });
    const { server_url: _url, ...rest } = entry();
    update({ ...rest, connector_id: 'connector_dropbox' });
    await session.next('mcp_list_tools.completed');
    expect(JSON.stringify(session.events)).not.toContain(server.url);
  });
});

describe('a call that comes to nothing', () => {
  it('since the tool failed', async () => {
    open();
    await list();
    type('fail');
    const { item } = await doneCall();
    expect(item).toMatchObject({ output: null, error: { type: 'tool_execution_error', message: 'out of paper' } });
    expect(await answer()).toBe('Sorry: out of paper.');
  });

  it('since the server broke off, whose words are shown without the secret in them', async () => {
    open();
    await list({ authorization: 'secret-token' });
    type('break');
    const { item } = await doneCall();
    const error = { type: 'protocol_error', code: -32_050, message: 'no such printer for ***' };
    expect(item).toMatchObject({ output: null, error });
    expect((await session.next('response.done')).response).toMatchObject({ status: 'completed' });
  });

  it('since HTTP says no', async () => {
    open();
    await list();
    server.answerWith(403);
    type('echo');
    const { item } = await doneCall();
    expect(item).toMatchObject({ error: { type: 'http_error', code: 403 } });
    expect((await session.next('response.done')).response).toMatchObject({ status: 'completed' });
  });

  it('since the server takes too long', async () => {
    open();
    await list();
    type('wait');
    await server.until(() => server.calls.includes('wait'));
    session.clock.advance(callTimeoutMs - 1);
    expect(session.types()).not.toContain('response.mcp_call.failed');
    session.clock.advance(1);
    const { item } = await doneCall();
    expect(item).toMatchObject({ error: { type: 'protocol_error', code: -32_001 } });
    expect(await answer()).toBe('It said The MCP server did not answer in time..');
    await server.until(() => server.cancelled() === 1);
  });

  async function doneCall() {
    await session.next('response.mcp_call.failed');
    return session.next('response.output_item.done');
  }
});

describe('a call under way', () => {
  beforeEach(async () => {
    open();
    await list();
    type('wait');
    await server.until(() => server.calls.includes('wait'));
  });

  it('ends when its tool answers', async () => {
    expect(session.types().at(-1)).toBe('response.mcp_call.in_progress');
    server.release();
    expect(await answer()).toBe('It said at last.');
  });

  it('is given up with its response, at the server too', async () => {
    session.send({ type: 'response.cancel' });
    expect(session.types().slice(-5)).toEqual([
      'response.mcp_call.failed',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    await server.until(() => server.cancelled() === 1);
    expect((await session.next('response.done')).response).toMatchObject({ status: 'cancelled' });
    const before = session.events.length;
    type('hello');
    expect(await answer()).toBe('You said: hello');
    expect(session.types().slice(before)).not.toContain('response.mcp_call.completed');
  });

  it('is given up when its item is deleted, and the response goes on', async () => {
    const { item_id } = await session.next('response.mcp_call.in_progress');
    session.send({ type: 'conversation.item.delete', item_id });
    expect(await answer()).toBe('It said The call was given up: its item was deleted..');
    await server.until(() => server.cancelled() === 1);
  });

  it('is given up when the client goes, and the connection with it', async () => {
    await session.close();
    await server.until(() => server.cancelled() === 1);
    await server.until(() => server.requests.some(({ method }) => method === 'DELETE'));
    await until('every timer to be gone', () => session.clock.waiting === 0);
  });
});

describe('approval', () => {
  async function asked(): Promise<string> {
    open();
    await list({ require_approval: 'always' });
    type('please echo');
    const { response } = await session.next('response.done');
    const request = response.output?.at(-1);
    expect(request).toMatchObject({ type: 'mcp_approval_request', name: 'echo', arguments: '{"text":"hi"}' });
    return request?.id ?? '';
  }

  function reply(id: string, approve: boolean): void {
    session.send({
      type: 'conversation.item.create',
      previous_item_id: id,
      item: { type: 'mcp_approval_response', approval_request_id: id, approve },
    });
  }

  it('lets the call be made, and the script goes on after it', async () => {
    const id = await asked();
    expect(server.calls).toEqual([]);
    reply(id, true);
    const { response } = await session.next('response.done');
    expect(response.output).toMatchObject([
      { type: 'mcp_call', approval_request_id: id, output: 'echo hi' },
      { type: 'message', content: [{ text: 'It said echo hi.' }] },
    ]);
    expect(server.calls).toEqual(['echo']);
  });

  it('when refused lets nothing be made', async () => {
    const id = await asked();
    const before = session.events.length;
    reply(id, false);
    expect(session.types().slice(before)).toEqual([
      'conversation.item.added',
      'conversation.item.done',
      'conversation.item.added',
      'conversation.item.done',
    ]);
    session.send({ type: 'response.create' });
    expect(await answer()).toBe('It said The call was refused..');
    expect(server.calls).toEqual([]);
  });
});

describe('a server that is not there', () => {
  it('fails to be listed, and the session goes on', async () => {
    open();
    server.answerWith(500);
    update(entry());
    await session.next('mcp_list_tools.failed');
    expect(session.types().at(-1)).toBe('conversation.item.done');
    expect(session.logged.join()).toContain('HTTP status 500');
    type('hello');
    expect(await answer()).toBe('You said: hello');
  });

  it('is waited for only so long', async () => {
    open({ allow: ['http://mcp.example/*'], resolve: () => new Promise(() => {}) });
    update(entry({ server_url: 'http://mcp.example/mcp' }));
    session.clock.advance(listTimeoutMs);
    await session.next('mcp_list_tools.failed');
    expect(session.logged.join()).toContain('timeout');
  });

  it('is not reached at a private address behind an allowed name', async () => {
    const url = `http://mcp.example:${server.port}/mcp`;
    open({
      allow: [`http://mcp.example:${server.port}/*`],
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    update(entry({ server_url: url }));
    await session.next('mcp_list_tools.failed');
    expect(server.requests).toEqual([]);
    expect(session.logged.join()).toContain('is not public');
  });

  it('is refused at once where the operator does not list it', async () => {
    open({ allow: ['https://mcp.example/*'] });
    update(entry());
    const { error } = await session.next('error');
    expect(error).toMatchObject({ code: 'invalid_value', param: 'session.tools[0].server_url' });
    expect(server.requests).toEqual([]);
  });
});

describe('secrets', () => {
  it('reach the server and nothing else: no event, no log line', async () => {
    open();
    await list({ authorization: 'secret-token', headers: { 'x-key': 'secret-key' } });
    type('please echo');
    await session.next('response.done');
    type('break');
    await session.next('response.done');
    server.answerWith(401);
    type('fail');
    await session.next('response.done');
    update({ type: 'mcp', server_label: 'test' });
    for (const { headers } of server.requests) {
      expect(headers).toMatchObject({ authorization: 'Bearer secret-token', 'x-key': 'secret-key' });
    }
    expect(JSON.stringify(session.events)).not.toMatch(/secret-(token|key)/);
    expect(session.logged.join()).not.toMatch(/secret-(token|key)/);
    expect(session.logged.join()).toContain('mcp call failed');
  });
});
